"""Passwords and API keys: what is kept of them, and how they are checked."""

import hashlib
import hmac
import re
import secrets
import threading
import unicodedata
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher()  # Argon2id, RFC 9106, low-memory profile: 64 MiB and 3 passes

_KEY = re.compile(r"vig_([0-9a-f]{8})_[0-9a-f]{48}")
_TURNS = threading.BoundedSemaphore(2)  # each computation takes 64 MiB and a quarter of a second of processor


class Secret(NamedTuple):
    """A fresh API key: shown once, its prefix and its hash kept."""

    key: str
    prefix: str
    hash: str


def hash_password(password: str) -> str:
    """Return the Argon2id hash, salt and parameters included."""
    with _TURNS:
        return HASHER.hash(_one_form(password))


def is_password(stored: str | None, password: str) -> bool:
    """Say whether it is the password; without a stored hash, take as long and say no."""
    if stored is None:
        hash_password(password)
        return False
    with _TURNS:
        try:
            return HASHER.verify(stored, _one_form(password))
        except (VerificationError, InvalidHashError):
            return False


def new_key() -> Secret:
    """Return an API key of 192 random bits: `vig_<prefix>_<random>`."""
    prefix = secrets.token_hex(4)
    key = f"vig_{prefix}_{secrets.token_hex(24)}"
    return Secret(key, prefix, hash_key(key))


def prefix_of(key: str) -> str | None:
    """Return the part of a key that finds its row, or None when it is no key of ours."""
    shape = _KEY.fullmatch(key)
    return shape.group(1) if shape else None


def hash_key(key: str) -> str:
    """Return what is kept of a key; its 192 random bits need no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_key(stored: str, key: str) -> bool:
    """Say whether it is the key, in constant time."""
    return hmac.compare_digest(stored, hash_key(key))


def _one_form(password: str) -> str:
    # The same accented letter is one code point on some keyboards and two on others (NIST SP 800-63B, § 3.1.1.2).
    return unicodedata.normalize("NFKC", password)
