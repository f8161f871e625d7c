"""The master key: who holds it, how it wraps the data keys, and how the next one takes its place."""

import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from governance.core import keys, private
from governance.core.refusals import Unavailable

FORMAT = b"\x01"
NONCE_BYTES = 12  # NIST SP 800-38D, § 8.2.2: random, of 96 bits
NEXT = ".suivante"
ID_BYTES = 8


class NoMasterKey(Unavailable):
    """The service cannot start without the master key that wraps its data keys."""


class WrongMasterKey(NoMasterKey):
    """The master key given is not the one that wrapped the data keys."""


class NoNextMaster(Unavailable):
    """The master key cannot be replaced: whoever provides it must provide the next one."""


class Master(Protocol):
    """A master key through its generations: one is in force, the next waits beside it while it takes its place."""

    @property
    def where(self) -> str:
        """Say where the key is held, without a word of it."""

    def create(self) -> bool:
        """Make the key where it is held, and say so; False when it was there, or is made elsewhere."""

    def generations(self) -> tuple[str, ...]:
        """Return the names of the generations held: more than one while one takes the place of another.

        Raises NoMasterKey.
        """

    def wrap(self, generation: str, key: bytes, context: bytes) -> str:
        """Return a data key wrapped for one place."""

    def unwrap(self, generation: str, wrapped: str, context: bytes) -> bytes:
        """Return a data key; raises WrongMasterKey."""

    def advance(self) -> str:
        """Hold one more generation, for good, and return its name; raises NoNextMaster."""

    def settle(self, generation: str) -> None:
        """Keep this generation only: every other one is gone."""


@dataclass(frozen=True, slots=True)
class FileMaster:
    """A master key in a file of mode 0600; the next one waits in a file beside it."""

    path: Path

    @property
    def where(self) -> str:
        """Say where the key is held."""
        return f"fichier {self.path}"

    def create(self) -> bool:
        """Write a fresh key, unless there is one."""
        return keys.create(self.path)

    def generations(self) -> tuple[str, ...]:
        """Return the name of the key in force, then that of the next one if a change was interrupted."""
        return tuple(self._held())

    def wrap(self, generation: str, key: bytes, context: bytes) -> str:
        """Wrap with AES-256-GCM under one of the keys held."""
        return wrap(self._held(), generation, key, context)

    def unwrap(self, generation: str, wrapped: str, context: bytes) -> bytes:
        """Unwrap with AES-256-GCM."""
        return unwrap(self._held(), generation, wrapped, context)

    def advance(self) -> str:
        """Write a fresh key beside the one in force."""
        secret = os.urandom(keys.SECRET_BYTES)
        private.write(self._next, keys.encode(secret))
        return name(secret)

    def settle(self, generation: str) -> None:
        """Blank the key that is left, then give its place to the one that stays."""
        if not self._next.exists():
            return
        if name(_from_file(self._next)) == generation:
            private.blank(self.path)
            private.replace(self._next, self.path)
            return
        private.blank(self._next)
        self._next.unlink()
        private.sync(self.path.parent)

    @property
    def _next(self) -> Path:
        return self.path.with_name(self.path.name + NEXT)

    def _held(self) -> dict[str, bytes]:
        if not self._next.exists():
            return _named(_from_file(self.path))
        held: dict[str, bytes] = {}
        for path in (self.path, self._next):
            try:
                held |= _named(_from_file(path))
            except NoMasterKey:  # a change was interrupted while one of the two was being blanked or written
                continue
        return held


@dataclass(frozen=True, slots=True)
class GivenMaster:
    """A master key given by the environment, with the next one while it is being replaced."""

    key: str = field(repr=False)
    following: str | None = field(default=None, repr=False)

    @property
    def where(self) -> str:
        """Say where the key is held."""
        return "environnement (VIGIE_MASTER_KEY)"

    def create(self) -> bool:
        """Do nothing: whoever sets the environment makes the key."""
        return False

    def generations(self) -> tuple[str, ...]:
        """Return the names of the keys of the environment."""
        return tuple(self._held())

    def wrap(self, generation: str, key: bytes, context: bytes) -> str:
        """Wrap with AES-256-GCM under one of the keys held."""
        return wrap(self._held(), generation, key, context)

    def unwrap(self, generation: str, wrapped: str, context: bytes) -> bytes:
        """Unwrap with AES-256-GCM."""
        return unwrap(self._held(), generation, wrapped, context)

    def advance(self) -> str:
        """Return the name of the next key, which whoever sets the environment must have given."""
        if self.following is None:
            raise NoNextMaster("Donnez la clé maître suivante dans VIGIE_MASTER_KEY_NEXT : l'environnement la fournit.")
        return list(self._held())[-1]

    def settle(self, generation: str) -> None:
        """Do nothing: what the environment holds is taken away by whoever set it."""

    def _held(self) -> dict[str, bytes]:
        given = (self.key,) if self.following is None else (self.key, self.following)
        return {generation: secret for text in given for generation, secret in _named(_given(text)).items()}


def name(secret: bytes) -> str:
    """Return the public name of a key: two keys never share it, and it tells nothing of them."""
    return keys.derived(secret, "master-name")[:ID_BYTES].hex()


def wrap(held: Mapping[str, bytes], generation: str, key: bytes, context: bytes) -> str:
    """Return header, nonce and ciphertext; the header names the generation."""
    header, nonce = FORMAT + bytes.fromhex(generation), os.urandom(NONCE_BYTES)
    cipher = AESGCM(keys.derived(_chosen(held, generation), "master-wrap"))
    return b64encode(header + nonce + cipher.encrypt(nonce, key, header + context)).decode()


def unwrap(held: Mapping[str, bytes], generation: str, wrapped: str, context: bytes) -> bytes:
    """Return the key that was wrapped, for this place, under this generation."""
    blob, header = b64decode(wrapped), FORMAT + bytes.fromhex(generation)
    sealed, start = blob[len(header) :], blob[: len(header)]
    cipher = AESGCM(keys.derived(_chosen(held, generation), "master-wrap"))
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], start + context)
    except (InvalidTag, ValueError) as error:
        raise WrongMasterKey("La clé maître n'ouvre pas les clés de données.") from error


def _chosen(held: Mapping[str, bytes], generation: str) -> bytes:
    try:
        return held[generation]
    except KeyError as error:
        raise WrongMasterKey("La clé maître donnée n'est pas celle qui protège les clés de données.") from error


def _named(secret: bytes) -> dict[str, bytes]:
    return {name(secret): secret}


def _from_file(path: Path) -> bytes:
    try:
        return keys.decode(private.read(path))
    except private.ReadableByOthers as error:
        raise NoMasterKey(f"Le fichier de la clé maître est lisible par d'autres (chmod 600 {path}).") from error
    except OSError as error:
        raise NoMasterKey(f"Le fichier de la clé maître ne peut pas être lu ({path}).") from error
    except ValueError as error:
        raise NoMasterKey(f"Le fichier {path} ne contient pas une clé maître.") from error


def _given(text: str) -> bytes:
    try:
        return keys.decode(text.encode())
    except ValueError as error:
        raise NoMasterKey("La clé maître de l'environnement n'est pas 32 octets écrits en base64.") from error
