"""The data keys: one per domain, in a store apart from the database, wrapped by the master key.

    store = KeyStore(folder, FileMaster(folder / "master-key"))
    store.create()                      # once
    store.check()                       # at start: refuses a wrong master key
    key = store.current(Domain(structure, "S1"))
    store.destroy(Domain(structure, "S1"), at)   # ratchets: no backup opens it again

Safe for several processes: who changes the file holds its lock; who reads sees the change at the next key asked for.
Killed at any step, the file before or the file after is there, and the master key that opens it.
"""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import ValidationError

from governance.core import private
from governance.core.domains import SERVICE, Domain
from governance.core.keyfile import FILE, FORMAT, Contents, DomainKeys, WrappedKey, rewrapped, unwrapped, wrapped
from governance.core.masters import Master, NoMasterKey, NoNextMaster
from governance.core.refusals import Conflict, Unavailable

KEY_BYTES = 32
ID_BYTES = 8
# A retired version stays while a transaction, or a backup of the database taken before, may still need it.
RETIRED_FOR = timedelta(days=35)


class NoKeyStore(NoMasterKey):
    """The store of data keys is not there, or cannot be read or written."""


class KeyGone(Unavailable):
    """The data key is not in the store: it was destroyed, or never was there."""


class KeyStoreExists(Conflict):
    """A store is already there."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key, ready to seal and open."""

    id: bytes
    domain: Domain
    cipher: AESGCM = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read of the file, and what was unwrapped since; replaced whole when the file changes."""

    stamp: tuple[int, ...]
    contents: Contents
    places: dict[bytes, tuple[Domain, WrappedKey]]
    keys: dict[bytes, DataKey] = field(default_factory=dict)
    current: dict[Domain, DataKey] = field(default_factory=dict)
    lookups: dict[Domain, bytes] = field(default_factory=dict)


class KeyStore:
    """The data keys of an installation."""

    def __init__(self, folder: Path, master: Master) -> None:
        self.folder = folder
        self.master = master
        self._file = folder / "data-keys.json"
        self._name = str(self._file)
        self._lock = folder / "lock"
        self._threads = Lock()
        self._seen: _Seen | None = None

    def exists(self) -> bool:
        """Say whether the store was made."""
        return self._file.exists()

    def create(self) -> None:
        """Make the store, with the keys of the service's own domain; refuse (KeyStoreExists) to replace one."""
        generation = self.master.generations()[0]
        contents = Contents(FORMAT, generation)
        contents = contents.with_keys(SERVICE, self._fresh(SERVICE, generation))
        if not private.create(self._file, FILE.dump_json(contents, indent=1)):
            raise KeyStoreExists("Un magasin de clés existe déjà là.")

    def check(self) -> None:
        """Finish a change that was interrupted; refuse (NoKeyStore, WrongMasterKey) what could not open the data."""
        with self._alone() as seen:
            self._secret(seen, SERVICE, seen.contents.domains[str(SERVICE)].lookup)

    def contents(self) -> Contents:
        """Return what the file holds now; raises NoKeyStore."""
        return self._look().contents

    def current(self, domain: Domain) -> DataKey:
        """Return the key that seals in a domain, made at its first use; raises KeyGone when it was destroyed."""
        known = self._look().current.get(domain)
        if known is not None:
            return known
        with self._alone() as before:
            seen = self._with(before, domain)
            newest = seen.contents.domains[str(domain)].versions[-1]
            key = seen.current[domain] = self._unwrapped(seen, domain, newest)
            return key

    def find(self, key_id: bytes) -> DataKey:
        """Return the key of an identifier; raises KeyGone."""
        known = self._look().keys.get(key_id)
        if known is not None:
            return known
        with self._alone() as seen:
            if key_id not in seen.places:
                raise KeyGone("La clé de cette donnée n'existe pas, ou plus : elle est illisible.")
            return self._unwrapped(seen, *seen.places[key_id])

    def lookup_key(self, domain: Domain) -> bytes:
        """Return the key of a domain's look-up hashes, made at its first use; raises KeyGone."""
        known = self._look().lookups.get(domain)
        if known is not None:
            return known
        with self._alone() as before:
            seen = self._with(before, domain)
            key = seen.lookups[domain] = self._secret(seen, domain, seen.contents.domains[str(domain)].lookup)
            return key

    def rotate_master(self) -> None:
        """Replace the master key: living data keys are rewrapped, then the old master key is gone.

        Raises NoNextMaster when whoever provides the master key has to provide the next one.
        """
        self._ratchet(lambda contents: contents)

    def destroy(self, domain: Domain, at: datetime) -> None:
        """Destroy the keys of a domain and ratchet the master key: no copy of the store opens them again.

        Raises NoNextMaster; done twice, it only ratchets again.
        """
        self._ratchet(lambda contents: contents.without(domain, at))

    def forget_former(self, domain: Domain) -> None:
        """Drop every key of a domain but the one in force, and ratchet: what they sealed opens in no copy any more.

        What is left of the domain must be sealed again before (`resealing.rotate`). Raises NoNextMaster.
        """

        def lone(contents: Contents) -> Contents:
            keys = contents.domains.get(str(domain))
            return contents if keys is None else contents.with_keys(domain, replace(keys, versions=keys.versions[-1:]))

        self._ratchet(lone)

    def renew(self, domain: Domain, at: datetime) -> None:
        """Put a fresh data key in force; the former one is retired, and still opens what it sealed."""
        with self._alone() as before:
            contents = self._with(before, domain).contents
            keys = contents.domains[str(domain)]
            former = replace(keys.versions[-1], retired_at=at)
            fresh = self._wrapped(domain, contents.master, former.version + 1)
            self._write(contents.with_keys(domain, replace(keys, versions=(*keys.versions[:-1], former, fresh))))

    def prune(self, domain: Domain, in_use: Collection[bytes], at: datetime) -> int:
        """Drop the versions that no row uses and that were retired long enough ago; return how many."""
        with self._alone() as before:
            contents = self._with(before, domain).contents
            keys = contents.domains[str(domain)]
            kept = tuple(key for key in keys.versions if not _is_over(key, in_use, at))
            if kept != keys.versions:
                self._write(contents.with_keys(domain, replace(keys, versions=kept)))
            return len(keys.versions) - len(kept)

    def _ratchet(self, change: Callable[[Contents], Contents]) -> None:
        with self._alone() as seen:
            generation = self.master.advance()
            if generation == seen.contents.master:
                raise NoNextMaster("La clé maître suivante est déjà en service : donnez-en une autre.")
            self._write(rewrapped(change(seen.contents), self.master, generation))
            self.master.settle(generation)

    @contextmanager
    def _alone(self) -> Iterator[_Seen]:
        # An interrupted ratchet is finished first: the file says which generation of the master key stays.
        self._look()
        try:
            with self._threads, private.alone(self._lock):
                seen = self._look()
                self.master.settle(seen.contents.master)
                yield seen
        except OSError as error:
            raise NoKeyStore(f"Le magasin de clés ne peut pas être lu ou écrit ({self.folder}).") from error

    def _look(self) -> _Seen:
        try:
            stamp = _stamp(os.stat(self._name))  # noqa: PTH116  # called for each value; Path.stat costs twice as much
        except OSError as error:
            raise NoKeyStore(
                f"Le magasin de clés n'existe pas ({self.folder}) : lancez « vigie keys init »."
            ) from error
        seen = self._seen
        if seen is None or seen.stamp != stamp:
            seen = self._seen = self._read(seen)
        return seen

    def _read(self, before: _Seen | None) -> _Seen:
        try:
            with self._file.open("rb") as file:
                stamp, contents = _stamp(os.fstat(file.fileno())), FILE.validate_json(file.read())
        except (OSError, ValidationError) as error:
            raise NoKeyStore(f"Le magasin de clés ne peut pas être lu ({self.folder}).") from error
        places = {
            bytes.fromhex(key.id): (Domain.named(name), key)
            for name, keys in contents.domains.items()
            for key in keys.versions
        }
        known = before.keys if before else {}
        return _Seen(stamp, contents, places, {key_id: key for key_id, key in known.items() if key_id in places})

    def _write(self, contents: Contents) -> _Seen:
        private.write(self._file, FILE.dump_json(contents, indent=1))
        return self._look()

    def _with(self, seen: _Seen, domain: Domain) -> _Seen:
        if str(domain) in seen.contents.destroyed:
            raise KeyGone("Les clés de ce domaine ont été détruites : plus rien n'y est scellé.")
        if str(domain) in seen.contents.domains:
            return seen
        return self._write(seen.contents.with_keys(domain, self._fresh(domain, seen.contents.master)))

    def _fresh(self, domain: Domain, generation: str) -> DomainKeys:
        return DomainKeys((self._wrapped(domain, generation, 1),), self._wrapped(domain, generation, 0))

    def _wrapped(self, domain: Domain, generation: str, version: int) -> WrappedKey:
        draft = WrappedKey(os.urandom(ID_BYTES).hex(), version, "")
        return wrapped(self.master, generation, domain, draft, os.urandom(KEY_BYTES))

    def _secret(self, seen: _Seen, domain: Domain, key: WrappedKey) -> bytes:
        return unwrapped(self.master, seen.contents.master, domain, key)

    def _unwrapped(self, seen: _Seen, domain: Domain, key: WrappedKey) -> DataKey:
        key_id = bytes.fromhex(key.id)
        found = seen.keys[key_id] = DataKey(key_id, domain, AESGCM(self._secret(seen, domain, key)))
        return found


def _stamp(found: os.stat_result) -> tuple[int, ...]:
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def _is_over(key: WrappedKey, in_use: Collection[bytes], at: datetime) -> bool:
    return key.retired_at is not None and key.retired_at + RETIRED_FOR < at and bytes.fromhex(key.id) not in in_use
