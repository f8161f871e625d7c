"""The certificate: what is signed, so that anyone with the public key can check it without the service."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from governance.core.keys import Keys
from governance.core.trail import checkpoints

FORMAT = "vigie-destruction/1"
PURPOSE = "certificate"
PROVISIONAL, PARTIAL, FINAL = "provisional", "partial", "final"
FRENCH: Mapping[str, str] = {PROVISIONAL: "provisoire", PARTIAL: "partiel", FINAL: "définitif"}


def sign(keys: Keys, body: Mapping[str, Any]) -> str:
    """Return the signature of a certificate (Ed25519, RFC 8032) over its canonical form (RFC 8785), base64."""
    return base64.b64encode(keys.signing(PURPOSE).sign(rfc8785.dumps(dict(body)))).decode()


def public_key(keys: Keys) -> str:
    """Return the public key that checks this service's certificates: base64 of its 32 bytes."""
    raw = keys.signing(PURPOSE).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def digest(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a certificate's canonical form, in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(dict(body))).hexdigest()


def document(keys: Keys, body: Mapping[str, Any], signature: str, stamp: bytes | None = None) -> dict[str, Any]:
    """Return the file that leaves: what is signed, by which key; the keys in it are reminders, not proofs."""
    parts: dict[str, Any] = {
        "certificate": dict(body),
        "signature": signature,
        "public_key": public_key(keys),
        "trail_public_key": checkpoints.public_key(keys),
    }
    if stamp is not None:
        parts["stamp"] = base64.b64encode(stamp).decode()
    return parts
