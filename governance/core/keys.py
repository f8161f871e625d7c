"""The service's secret and what is derived from it; it never enters the database or a log.

The secret signs and authenticates for as long as the service lives. What must become unreadable one day is sealed with
the data keys of `governance.core.keystore`, which owe nothing to it.
"""

import base64
import binascii
import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from governance.core import private
from governance.core.refusals import Refusal

SECRET_BYTES = 32
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # FIPS 186-5, SP 800-186, § 3.2.1.3


class NoSecret(Refusal):
    """The service cannot start without its secret."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys for separate purposes, derived from one secret (HKDF-SHA256, RFC 5869)."""

    secret: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes that no other purpose shares."""
        return derived(self.secret, purpose)

    def signing(self, purpose: str) -> Ed25519PrivateKey:
        """Return the Ed25519 key (RFC 8032) of a purpose."""
        return Ed25519PrivateKey.from_private_bytes(self.derive("sign/" + purpose))

    def certifying(self, purpose: str) -> EllipticCurvePrivateKey:
        """Return the P-256 key of a purpose, for certificates that ordinary readers know (FIPS 186-5, A.2.1)."""
        wide = self.derive("certify/1/" + purpose) + self.derive("certify/2/" + purpose)
        return derive_private_key(int.from_bytes(wide) % (_P256_ORDER - 1) + 1, SECP256R1())


def derived(secret: bytes, purpose: str) -> bytes:
    """Return 32 bytes that only this secret gives, for this purpose only (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), length=32, salt=None, info=b"vigie/" + purpose.encode()).derive(secret)


def load(path: Path | None, value: str | None) -> Keys:
    """Return the keys from a file of mode 0600 or from a base64 value.

    Raises NoSecret when neither is given, or when the secret is short or readable by others.
    """
    if path is not None:
        return Keys(_decoded(_read(path)))
    if value:
        return Keys(_decoded(value.encode()))
    raise NoSecret("Aucun secret : indiquez VIGIE_SECRET_FILE (fichier en mode 0600) ou VIGIE_SECRET.")


def create(path: Path) -> bool:
    """Write a fresh secret, readable by its owner only; leave an existing one alone, and say so (False)."""
    return private.create(path, encode(os.urandom(SECRET_BYTES)))


def encode(secret: bytes) -> bytes:
    """Return a secret as its file holds it."""
    return base64.b64encode(secret) + b"\n"


def decode(text: bytes) -> bytes:
    """Return the secret that a file or a setting holds; raises ValueError when it is not base64, or short."""
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(secret) < SECRET_BYTES:
        raise ValueError("short")
    return secret


def _read(path: Path) -> bytes:
    try:
        return private.read(path)
    except private.ReadableByOthers as error:
        raise NoSecret(f"Le fichier du secret est lisible par d'autres (chmod 600 {path}).") from error
    except OSError as error:
        raise NoSecret(f"Le fichier du secret ne peut pas être lu ({path}).") from error


def _decoded(text: bytes) -> bytes:
    try:
        return decode(text)
    except ValueError as error:
        raise NoSecret(f"Le secret n'est pas {SECRET_BYTES} octets au moins, écrits en base64.") from error
