"""Signed statements: RFC 8785 bytes under an Ed25519 key (RFC 8032) of one purpose, checked with its public key."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from governance.core.keys import Keys

__all__ = ["InvalidSignature", "canonical", "check", "public_key", "read_once", "sign"]


def canonical(body: Mapping[str, Any]) -> bytes:
    """Return the bytes that are signed (RFC 8785); raises ValueError for what JSON cannot hold exactly."""
    return rfc8785.dumps(dict(body))


def sign(keys: Keys, purpose: str, body: Mapping[str, Any]) -> str:
    """Return the signature of a statement, base64."""
    return base64.b64encode(keys.signing(purpose).sign(canonical(body))).decode()


def public_key(keys: Keys, purpose: str) -> str:
    """Return the public key that checks what is signed for a purpose: base64 of its 32 bytes."""
    raw = keys.signing(purpose).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def check(body: Mapping[str, Any], signature: object, public: str) -> None:
    """Check a statement; raises InvalidSignature, or ValueError when the key or the signature is not one."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(str(signature), validate=True), canonical(body))
    except binascii.Error as error:
        raise ValueError("not base64") from error


def read_once(text: bytes | str) -> Any:
    """Return what a JSON text holds; raises ValueError when it is none, or says a thing twice."""
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("too deep") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)
