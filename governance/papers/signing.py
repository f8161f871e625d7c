"""Signing what leaves: PDF for people's readers (PAdES), JSON for programs (Ed25519); and checking it again."""

import json
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from governance.core import signatures
from governance.core.keys import Keys
from governance.core.refusals import Invalid
from governance.papers.certificates import Signatory

FORMAT = "vigie-document/1"
PURPOSE = "papers"


class NotASignedDocument(Invalid):
    """What was given is not a signed document of such a service."""


class ForgedDocument(Invalid):
    """The signature is not that of the service."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a signed JSON document says: its kind (« reviews.closing »), when it was signed, its value."""

    kind: str
    at: datetime
    value: Any


def sign(pdf: bytes, by: Signatory, *, at: datetime) -> bytes:
    """Return a PDF with a PAdES signature of this installation, its time stamped when the trail's authority is set.

    Raises NoStamp when that authority does not answer; ValueError when it is no PDF.
    """
    signed: bytes = import_module("governance.papers.hanko").signed(pdf, by, at)
    return signed


def signed_json(keys: Keys, kind: str, value: Any, *, at: datetime) -> bytes:
    """Return a value signed (RFC 8785, Ed25519), as a JSON text that people can read.

    The kind is signed with it: one document cannot stand for another. Raises ValueError for what JSON cannot hold
    exactly (a float that is no number, an integer beyond 2⁵³).
    """
    body = {"format": FORMAT, "kind": kind, "at": at.isoformat(timespec="seconds"), "value": value}
    parts = {
        "document": body,
        "signature": signatures.sign(keys, PURPOSE, body),
        "public_key": public_key(keys),  # a reminder, not a proof
    }
    return (json.dumps(parts, ensure_ascii=False, indent=2) + "\n").encode()


def verify(text: bytes | str, public: str) -> Statement:
    """Return what a signed document says.

    Raises NotASignedDocument, and ForgedDocument unless this public key signed it.
    """
    try:
        parts = signatures.read_once(text)
        body = parts["document"]
        if set(body) != {"format", "kind", "at", "value"} or body["format"] != FORMAT:
            raise ValueError("not as a document is written")
        signatures.check(body, parts["signature"], public)
        return Statement(str(body["kind"]), datetime.fromisoformat(body["at"]), body["value"])
    except signatures.InvalidSignature:
        raise ForgedDocument("Ce document n'a pas été signé par ce service, ou a été changé depuis.") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotASignedDocument("Ce fichier n'est pas un document signé de Vigie.") from error


def public_key(keys: Keys) -> str:
    """Return the public key that checks this service's signed JSON: base64 of its 32 bytes."""
    return signatures.public_key(keys, PURPOSE)
