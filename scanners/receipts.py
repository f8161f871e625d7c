"""What a receipt says and how it is signed: facts, counts and a keyed hash, never the text."""

import base64
import binascii
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from governance.conventions.terms import Convention
from governance.core.keys import Keys
from governance.core.refusals import Invalid
from scanners.dossier import Checked, CheckedFile, Dossier
from scanners.engine import versions
from scanners.rules import Verdict

FORMAT = "vigie-receipt/1"


class NotAReceipt(Invalid):
    """What was given is not a receipt, or not one of this service."""


class NotAPublicKey(Invalid):
    """What was given is not the public key of a service."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Signs receipts (Ed25519, RFC 8032) and recognises texts (HMAC-SHA256, RFC 2104)."""

    key: Ed25519PrivateKey
    hashing: bytes

    @classmethod
    def of(cls, keys: Keys) -> "Seal":
        """Return the seal of a service."""
        return cls(keys.signing("receipt"), keys.derive("receipt-text"))

    def fingerprint(self, dossier: Dossier) -> str:
        """Return the keyed hash of a dossier: the same for the same content, and nothing can be read back."""
        mac = hmac.new(self.hashing, digestmod=hashlib.sha256)
        for part in ((dossier.comment or "").encode("utf-8", "surrogatepass"), *(a.data for a in dossier.attachments)):
            mac.update(len(part).to_bytes(8, "big") + part)
        return mac.hexdigest()

    def sign(self, body: Mapping[str, Any]) -> str:
        """Return the signature of a receipt's body, base64."""
        return base64.b64encode(self.key.sign(canonical(body))).decode()

    @property
    def public(self) -> str:
        """Return the public key, base64 of its 32 bytes."""
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(raw).decode()


def canonical(body: Mapping[str, Any]) -> bytes:
    """Return the bytes that are signed: sorted keys, no spaces, no number but integers (RFC 8785 for such values)."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def describe(
    identifier: str, at: datetime, dossier: Dossier, checked: Checked, convention: Convention
) -> dict[str, Any]:
    """Return what a receipt says of a check, without the text's fingerprint."""
    reasons = sorted({v.reason.value for v in checked.verdicts() if v.reason is not None} | _unread_reasons(dossier))
    return {
        "format": FORMAT,
        "id": identifier,
        "at": at.isoformat(timespec="seconds"),
        "convention": {"code": convention.code, "edition": convention.edition},
        "versions": versions(),
        "outcome": checked.outcome.value,
        "comment": _counts([checked.comment]) if checked.comment is not None else None,
        "files": [_said(file) for file in checked.files],
        "reasons": reasons,
        "writer": dossier.writer.value,
    }


def _said(file: CheckedFile) -> dict[str, Any]:
    return {
        "kind": file.kind.value if file.kind else None,
        "read": file.read.value,
        "virus": file.virus.value,
        "outcome": file.outcome.value,
        **_counts([file.verdict, file.name_verdict]),
    }


def _unread_reasons(dossier: Dossier) -> set[str]:
    return {reason.value for reason in dossier.file_reasons.values()}


def _counts(verdicts: list[Verdict]) -> dict[str, Any]:
    remarks = [remark for verdict in verdicts for remark in verdict.remarks]
    return {
        "levels": dict(sorted(Counter(remark.level.value for remark in remarks).items())),
        "categories": dict(sorted(Counter(remark.finding.category.value for remark in remarks).items())),
        "rules": dict(sorted(Counter(remark.finding.rule for remark in remarks).items())),
    }


def is_genuine(document: Mapping[str, Any], public: str) -> bool:
    """Tell whether a downloaded receipt bears the signature of the service that holds this public key.

    Raises NotAReceipt when it is not built like one, NotAPublicKey when the key is not 32 bytes of base64.
    """
    key = _public_key(public)
    try:
        body = document["receipt"]
        signature = _decoded(document["signature"])
        if body["format"] != FORMAT:
            raise NotAReceipt("Ce document n'est pas un reçu de cette version.")
        key.verify(signature, canonical(body))
    except InvalidSignature:
        return False
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise NotAReceipt("Ce document n'est pas un reçu de contrôle.") from error
    return True


def _public_key(text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(_decoded(text))
    except (TypeError, ValueError, binascii.Error) as error:
        raise NotAPublicKey("La clé publique doit être celle d'un service : 32 octets, en base64.") from error


def _decoded(text: str) -> bytes:
    """Return the bytes of a base64 text; raises ValueError when it is not the one way to write them."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("not canonical base64")
    return raw
