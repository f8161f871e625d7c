"""The service's secret and what is derived from it; it never enters the database or a log."""

import base64
import binascii
import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from governance.core.refusals import Refusal

SECRET_BYTES = 32


class NoSecret(Refusal):
    """The service cannot start without its secret."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys for separate purposes, derived from one secret (HKDF-SHA256, RFC 5869)."""

    secret: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes that no other purpose shares."""
        return HKDF(SHA256(), length=32, salt=None, info=b"vigie/" + purpose.encode()).derive(self.secret)

    def signing(self, purpose: str) -> Ed25519PrivateKey:
        """Return the Ed25519 key (RFC 8032) of a purpose."""
        return Ed25519PrivateKey.from_private_bytes(self.derive("sign/" + purpose))


def load(path: Path | None, value: str | None) -> Keys:
    """Return the keys from a file of mode 0600 or from a base64 value.

    Raises NoSecret when neither is given, or when the secret is short or readable by others.
    """
    if path is not None:
        return Keys(_decode(_read_private(path)))
    if value:
        return Keys(_decode(value))
    raise NoSecret("Aucun secret : indiquez VIGIE_SECRET_FILE (fichier en mode 0600) ou VIGIE_SECRET.")


def create(path: Path) -> None:
    """Write a fresh secret, readable by its owner only; leave an existing one alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(os.urandom(SECRET_BYTES)) + b"\n")


def _read_private(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise NoSecret(f"Le fichier du secret ne peut pas être lu ({path}).") from error
    if mode & 0o077:
        raise NoSecret(f"Le fichier du secret est lisible par d'autres (chmod 600 {path}).")
    return text


def _decode(text: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except (ValueError, binascii.Error) as error:
        raise NoSecret("Le secret n'est pas du base64.") from error
    if len(secret) < SECRET_BYTES:
        raise NoSecret(f"Le secret doit compter au moins {SECRET_BYTES} octets.")
    return secret
