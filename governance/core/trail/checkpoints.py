"""Checkpoints: a signed statement of the whole trail up to a rank, which leaves the database and proves what it was."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.core import signatures
from governance.core.keys import Keys
from governance.core.refusals import Invalid

FORMAT = "vigie-trail-checkpoint/1"
_PURPOSE = "trail"


class NotACheckpoint(Invalid):
    """What was given is not a checkpoint of a trail."""


class ForgedCheckpoint(Invalid):
    """The signature is not that of the service."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """At an instant, the trail had so many entries, whose tree has this root and whose last seal is this one."""

    at: datetime
    entries: int
    root: bytes
    seal: bytes

    def body(self) -> dict[str, Any]:
        """Return what is signed."""
        return {
            "format": FORMAT,
            "at": self.at.isoformat(timespec="microseconds"),
            "entries": self.entries,
            "root": self.root.hex(),
            "seal": self.seal.hex(),
        }


def signed_bytes(body: Mapping[str, Any]) -> bytes:
    """Return the bytes that are signed and time-stamped (RFC 8785)."""
    return signatures.canonical(body)


def sign(keys: Keys, checkpoint: Checkpoint) -> str:
    """Return the signature of a checkpoint (Ed25519, RFC 8032), base64."""
    return signatures.sign(keys, _PURPOSE, checkpoint.body())


def public_key(keys: Keys) -> str:
    """Return the public key that checks this service's checkpoints: base64 of its 32 bytes."""
    return signatures.public_key(keys, _PURPOSE)


def document(body: Mapping[str, Any], signature: str, public: str, stamp: bytes | None = None) -> str:
    """Return the file that a DPO keeps; the public key in it is a reminder, not a proof."""
    parts: dict[str, Any] = {"checkpoint": body, "signature": signature, "public_key": public}
    if stamp is not None:
        parts["stamp"] = base64.b64encode(stamp).decode()
    return json.dumps(parts, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def read(text: bytes | str, public: str) -> Checkpoint:
    """Return the checkpoint of a file; raises NotACheckpoint, and ForgedCheckpoint unless this public key signed it."""
    try:
        parts = signatures.read_once(text)
        body, signature = parts["checkpoint"], parts["signature"]
    except (ValueError, TypeError, KeyError) as error:
        raise NotACheckpoint("Ce document n'est pas un point de contrôle du journal.") from error
    return check(body, signature, public)


def check(body: object, signature: object, public: str) -> Checkpoint:
    """Return the checkpoint of a body; raises NotACheckpoint, ForgedCheckpoint."""
    try:
        checkpoint = _parsed(body)
        signatures.check(checkpoint.body(), signature, public)
    except signatures.InvalidSignature:
        raise ForgedCheckpoint("Ce point de contrôle n'a pas été signé par ce service.") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotACheckpoint("Ce document n'est pas un point de contrôle du journal.") from error
    return checkpoint


def _parsed(body: Any) -> Checkpoint:
    at = datetime.fromisoformat(body["at"])
    found = Checkpoint(at, body["entries"], bytes.fromhex(body["root"]), bytes.fromhex(body["seal"]))
    # Nothing may stand beside what is signed, nor be written in another way.
    if at.tzinfo is None or body != found.body() or type(found.entries) is not int or found.entries < 1:
        raise ValueError("not as a checkpoint is written")
    return found
