"""Taking a backup of what serves, and putting one back: database and data keys together, never the master key."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from governance.core import private
from governance.core.keystore import KeyStore
from governance.core.refusals import Conflict
from governance.destruction.acting.means import Means, Setup
from governance.destruction.backups import databases, sealed_file, shelf
from governance.destruction.backups.databases import NoCopy
from governance.destruction.backups.shelf import Backup, BadBackup
from governance.destruction.ledger import Ledger

PARTIAL, LOCK = ".partiel", "verrou-copies"
LENGTH_BYTES = 8
KEY_BYTES = 32


class OtherLedger(Conflict):
    """The erasure ledger that is here is not the one that this backup knew."""


def create(means: Means, at: datetime) -> Backup:
    """Take a backup, under a key of its own in another folder, and return it; raises NoCopy, OSError.

    Cut half-way, the key alone is left: the next call of `shelf.expire` takes it away in its time.
    """
    setup = means.setup
    entries, head = means.ledger.head()
    made = Backup(
        f"{at:%Y%m%dT%H%M%SZ}-{os.urandom(2).hex()}", at, at + setup.backup_life, means.engine.dialect.name, entries,
        head, key=os.urandom(KEY_BYTES),
    )  # fmt: skip
    with alone(setup):
        databases.sweep(setup.backups)
        private.write(shelf.key_of(setup.backup_keys, made.id), made.text())
        try:
            path = _written(means, made)
        except BaseException:
            shelf.key_of(setup.backup_keys, made.id).unlink(missing_ok=True)
            raise
    return replace(made, size=path.stat().st_size)


@contextmanager
def alone(setup: Setup) -> Iterator[None]:
    """Make copies one at a time, and none while what a dead process left of one is swept."""
    for folder in (setup.backups, setup.ledger):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with private.alone(setup.ledger / LOCK):  # the folder of backups holds nothing else: it is what leaves the machine
        yield


def _written(means: Means, made: Backup) -> Path:
    path = shelf.file_of(means.setup.backups, made.id)
    draft = path.with_name(path.name + PARTIAL)
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
            sealed_file.write(file, made.key, {"id": made.id, "at": made.at.isoformat()}, _blocks(means, made.id))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    private.replace(draft, path)
    return path


def restore(engine: Engine, store: KeyStore, setup: Setup, identifier: str) -> Backup:
    """Put a backup back where nothing is, and return it; the ledger is to be replayed before anybody reads.

    The data keys come from the backup only where there are none: those that are here are at least as recent.
    Raises UnknownBackup, BadBackup, OtherLedger, NotEmpty, NoCopy, WrongMasterKey.
    """
    backup = shelf.find(setup.backups, setup.backup_keys, identifier)
    if backup.dialect != engine.dialect.name:
        raise Conflict(f"Cette sauvegarde est celle d'une base {backup.dialect} : elle ne va pas ailleurs.")
    _check_ledger(Ledger(setup.ledger, setup.keys), backup)
    databases.check_empty(engine)
    path = shelf.file_of(setup.backups, identifier)
    for _ in sealed_file.read(path, backup.key):
        pass  # read whole first: what is damaged at its end must not be half restored
    keys, database = _split(sealed_file.read(path, backup.key))
    _put_keys_back(store, keys)
    store.check()
    databases.put_back(engine, database)
    return backup


def _put_keys_back(store: KeyStore, keys: bytes) -> None:
    if store.exists():
        return
    try:
        private.create(store.folder / "data-keys.json", keys)
    except OSError as error:
        raise NoCopy(f"Les clés de données ne peuvent pas être écrites ({store.folder}).") from error


def _blocks(means: Means, identifier: str) -> Iterator[bytes]:
    keys = (means.store.folder / "data-keys.json").read_bytes()
    yield len(keys).to_bytes(LENGTH_BYTES, "big") + keys
    yield from databases.copied(means.engine, means.setup.backups, identifier)


def _split(blocks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    first = bytearray()
    for block in blocks:
        first += block
        if len(first) >= LENGTH_BYTES and len(first) >= (size := _size(first)):
            return bytes(first[LENGTH_BYTES:size]), _chained(bytes(first[size:]), blocks)
    raise BadBackup("La sauvegarde ne contient pas de base.")


def _size(first: bytearray) -> int:
    return LENGTH_BYTES + int.from_bytes(first[:LENGTH_BYTES], "big")


def _chained(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from blocks


def _check_ledger(ledger: Ledger, backup: Backup) -> None:
    entries = ledger.entries()
    if len(entries) < backup.entries or (backup.entries and ledger.digest(entries[backup.entries - 1]) != backup.head):
        raise OtherLedger(
            f"Le registre des effacements d'ici n'est pas celui de cette sauvegarde ({backup.entries} entrée(s) "
            "attendues) : remettez d'abord le registre en place, sans quoi des personnes effacées reviendraient."
        )
