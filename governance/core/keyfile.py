"""The file of wrapped data keys: what it holds, and how each key is tied to its place."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import TypeAdapter

from governance.core.domains import Domain
from governance.core.masters import Master


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as the file holds it; `retired_at` is set once another version took its place."""

    id: str
    version: int
    wrapped: str
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DomainKeys:
    """The keys of a domain: versions, oldest first, the last in force; and the one of its look-up hashes."""

    versions: tuple[WrappedKey, ...]
    lookup: WrappedKey


@dataclass(frozen=True, slots=True)
class Contents:
    """The whole file: the generation of the master key that opens it, the domains, those destroyed and when."""

    format: int
    master: str
    domains: dict[str, DomainKeys] = field(default_factory=dict)
    destroyed: dict[str, datetime] = field(default_factory=dict)

    def with_keys(self, domain: Domain, keys: DomainKeys) -> "Contents":
        """Return the contents with the keys of a domain added or replaced."""
        return replace(self, domains={**self.domains, str(domain): keys})

    def without(self, domain: Domain, at: datetime) -> "Contents":
        """Return the contents once a domain is destroyed, which they remember."""
        left = {name: keys for name, keys in self.domains.items() if name != str(domain)}
        return replace(self, domains=left, destroyed={**self.destroyed, str(domain): at})


FILE = TypeAdapter(Contents)
FORMAT = 1


def wrapped(master: Master, generation: str, domain: Domain, key: WrappedKey, secret: bytes) -> WrappedKey:
    """Return a key wrapped for its domain, identifier and version: elsewhere it does not open."""
    return replace(key, wrapped=master.wrap(generation, secret, _context(domain, key)))


def unwrapped(master: Master, generation: str, domain: Domain, key: WrappedKey) -> bytes:
    """Return a key of the file; raises WrongMasterKey."""
    return master.unwrap(generation, key.wrapped, _context(domain, key))


def rewrapped(contents: Contents, master: Master, generation: str) -> Contents:
    """Return the contents with every key wrapped under another generation of the master key."""

    def moved(domain: Domain) -> Callable[[WrappedKey], WrappedKey]:
        return lambda key: wrapped(master, generation, domain, key, unwrapped(master, contents.master, domain, key))

    domains = {}
    for name, keys in contents.domains.items():
        move = moved(Domain.named(name))
        domains[name] = DomainKeys(tuple(map(move, keys.versions)), move(keys.lookup))
    return replace(contents, master=generation, domains=domains)


def _context(domain: Domain, key: WrappedKey) -> bytes:
    return f"{domain}|{key.id}|{key.version}".encode()
