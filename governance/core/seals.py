"""A sealed value: AES-256-GCM, under the data key of its domain, tied to the one place where it opens."""

import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidTag

from governance.core.domains import Domain
from governance.core.keystore import ID_BYTES, DataKey, KeyStore
from governance.core.refusals import Unavailable

FORMAT = b"\x01"
HEADER_BYTES = len(FORMAT) + ID_BYTES
NONCE_BYTES = (
    12  # NIST SP 800-38D, § 8.2.2: random, of 96 bits; at most 2^32 values a key, then `vigie keys rotate-data`
)
HASH_BYTES = 32
_START = HEADER_BYTES + NONCE_BYTES

_BROKEN = "Une donnée scellée ne s'ouvre pas à sa place : elle a été modifiée ou déplacée. Prévenez l'administrateur."


class SealBroken(Unavailable):
    """A sealed value was altered, or moved from the row and column it was sealed for."""


class NotSealed(Unavailable):
    """A value that should be sealed is in the clear in the database."""


@dataclass(frozen=True, slots=True)
class Place:
    """The row a value is sealed for."""

    table: str
    domain: Domain
    id: str

    def row(self) -> bytes:
        """Return how what ties each value of the row begins."""
        return joined((self.table, self.domain.structure, self.domain.convention, self.id)).encode()

    def bound(self, column: str) -> bytes:
        """Return what ties a value to this row and column: two places never give the same bytes."""
        return joined((self.table, self.domain.structure, self.domain.convention, self.id, column)).encode()


def joined(parts: Iterable[str]) -> str:
    """Return texts joined so that no other texts give the same.

    >>> joined(("a|1:b", "")), joined(("a", "b"))
    ('5:a|1:b|0:', '1:a|1:b')
    """
    return "|".join([f"{len(part)}:{part}" for part in parts])


def seal(store: KeyStore, place: Place, column: str, value: str | bytes) -> bytes:
    """Return header, nonce and ciphertext; the header names the data key.

    Raises KeyGone when the domain's keys were destroyed.
    """
    return seal_with(store.current(place.domain), place, column, value)


def seal_with(key: DataKey, place: Place, column: str, value: str | bytes) -> bytes:
    """Return a value sealed with a key of the place's domain, asked for once a row."""
    header, nonce = FORMAT + key.id, os.urandom(NONCE_BYTES)
    plain = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return header + nonce + key.cipher.encrypt(nonce, plain, header + place.bound(column))


class Sealing:
    """Seals values of many rows at once: keys are asked for once, and what ties a row's values is written once."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store
        self._keys: dict[Domain, tuple[DataKey, bytes]] = {}
        self._lookups: dict[Domain, bytes] = {}

    def at(self, place: Place) -> "SealingRow":
        """Return what seals the values of a row; raises KeyGone."""
        known = self._keys.get(place.domain)
        if known is None:
            key = self._store.current(place.domain)
            known = self._keys[place.domain] = (key, FORMAT + key.id)
        return SealingRow(*known, place.row())

    def keyed(self, domain: Domain, table: str, column: str, text: str) -> bytes:
        """Return the look-up hash of a value."""
        key = self._lookups.get(domain)
        if key is None:
            key = self._lookups[domain] = self._store.lookup_key(domain)
        return _hashed(key, table, column, text)


class SealingRow(NamedTuple):
    """Seals values of one row."""

    key: DataKey
    header: bytes
    row: bytes

    def sealed(self, column: str, value: str | bytes) -> bytes:
        """Return header, nonce and ciphertext."""
        plain = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        nonce, bound = os.urandom(NONCE_BYTES), _bound(self.row, column)
        return self.header + nonce + self.key.cipher.encrypt(nonce, plain, self.header + bound)


def _bound(row: bytes, column: str) -> bytes:
    return b"%b|%d:%b" % (row, len(column), column.encode())


def unseal(store: KeyStore, place: Place, column: str, token: bytes) -> str:
    """Return the text; raises SealBroken, KeyGone, NotSealed."""
    return unseal_bytes(store, place, column, token).decode("utf-8", "surrogatepass")


def unseal_bytes(store: KeyStore, place: Place, column: str, token: bytes) -> bytes:
    """Return the bytes; raises SealBroken, KeyGone, NotSealed."""
    return _opened(_key_of(store, token, place.domain), token, place.bound(column))


class Opening:
    """Opens values of many rows: each key is asked for once, and what ties a row's values is written once."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store
        self._keys: dict[tuple[bytes, Domain], DataKey] = {}

    def at(self, place: Place) -> "OpeningRow":
        """Return what opens the values of a row."""
        return OpeningRow(self, place.domain, place.row())

    def key(self, token: bytes, domain: Domain) -> DataKey:
        """Return the key of a value that is in its domain; raises SealBroken, KeyGone, NotSealed."""
        known = self._keys.get((token[:HEADER_BYTES], domain))
        if known is None:
            known = self._keys[token[:HEADER_BYTES], domain] = _key_of(self._store, token, domain)
        return known


class OpeningRow(NamedTuple):
    """Opens values of one row."""

    opening: Opening
    domain: Domain
    bound: bytes

    def opened(self, column: str, token: bytes) -> bytes:
        """Return the bytes; raises SealBroken, KeyGone, NotSealed."""
        return _opened(self.opening.key(token, self.domain), token, _bound(self.bound, column))


def _key_of(store: KeyStore, token: bytes, domain: Domain) -> DataKey:
    if not token.startswith(FORMAT):
        raise NotSealed("Une donnée qui devrait être scellée est en clair : lancez « vigie migrate ».")
    key = store.find(token[len(FORMAT) : HEADER_BYTES])
    if key.domain != domain:
        raise SealBroken(_BROKEN)
    return key


def _opened(key: DataKey, token: bytes, bound: bytes) -> bytes:
    try:
        return key.cipher.decrypt(token[HEADER_BYTES:_START], token[_START:], token[:HEADER_BYTES] + bound)
    except (InvalidTag, ValueError) as error:
        raise SealBroken(_BROKEN) from error


def header_of(store: KeyStore, domain: Domain) -> bytes:
    """Return how values sealed now in a domain begin."""
    return FORMAT + store.current(domain).id


def keyed(store: KeyStore, domain: Domain, table: str, column: str, text: str) -> bytes:
    """Return the look-up hash of a value (HMAC-SHA256), under a key that dies with its domain."""
    return _hashed(store.lookup_key(domain), table, column, text)


def _hashed(key: bytes, table: str, column: str, text: str) -> bytes:
    return hmac.digest(key, joined((table, column, text)).encode("utf-8", "surrogatepass"), "sha256")
