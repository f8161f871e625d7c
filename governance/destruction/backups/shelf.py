"""Which backups there are: a file in one folder, its key in another, on another disk if possible.

The key says when it dies; without it, the file is noise.
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from governance.core import private
from governance.core.refusals import NotFound, Unavailable

SUFFIX = ".vigie"


class UnknownBackup(NotFound):
    """There is no such backup, or its key is gone."""


class BadBackup(Unavailable):
    """The backup is not as it was written."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup: when it was taken, when its key dies, and what the erasure ledger held then."""

    id: str
    at: datetime
    expires_at: datetime
    dialect: str
    entries: int
    head: str
    size: int = 0
    key: bytes = field(default=b"", repr=False)

    def text(self) -> bytes:
        """Return the file of its key."""
        parts: dict[str, Any] = {
            "id": self.id,
            "at": self.at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "dialect": self.dialect,
            "entries": self.entries,
            "head": self.head,
            "key": base64.b64encode(self.key).decode(),
        }
        return json.dumps(parts, indent=1).encode()


def listed(backups: Path, keys: Path) -> tuple[Backup, ...]:
    """Return the backups whose key is there, the oldest first; raises BadBackup for a key that cannot be read."""
    return tuple(sorted((_read(path, backups) for path in keys.glob("*.json")), key=lambda one: (one.at, one.id)))


def find(backups: Path, keys: Path, identifier: str) -> Backup:
    """Return a backup; raises UnknownBackup."""
    found = next((one for one in listed(backups, keys) if one.id == identifier), None)
    if found is None or not file_of(backups, identifier).exists():
        raise UnknownBackup("Cette sauvegarde n'existe pas, ou sa clé est détruite : « vigie backup list » les nomme.")
    return found


def holding(backups: Path, keys: Path, before: datetime | None) -> tuple[Backup, ...]:
    """Return the backups taken before an instant: those that still hold what was destroyed then."""
    return tuple(one for one in listed(backups, keys) if before is not None and one.at <= before)


def expire(backups: Path, keys: Path, at: datetime) -> int:
    """Destroy the keys, then the files, whose time has come; return how many."""
    over = [one for one in listed(backups, keys) if one.expires_at <= at]
    for one in over:
        private.blank(key_of(keys, one.id))
        key_of(keys, one.id).unlink()
        private.sync(keys)
        file_of(backups, one.id).unlink(missing_ok=True)
    _sweep(backups, keys)
    return len(over)


def _sweep(backups: Path, keys: Path) -> None:
    # A file whose key is gone is noise: what a cut left of it goes too.
    for path in backups.glob(f"*{SUFFIX}"):
        if not key_of(keys, path.name.removesuffix(SUFFIX)).exists():
            path.unlink(missing_ok=True)


def file_of(backups: Path, identifier: str) -> Path:
    """Return where a backup is."""
    return backups / f"{identifier}{SUFFIX}"


def key_of(keys: Path, identifier: str) -> Path:
    """Return where its key is."""
    return keys / f"{identifier}.json"


def _read(path: Path, backups: Path) -> Backup:
    try:
        parts = json.loads(private.read(path))
        at, expires = datetime.fromisoformat(parts["at"]), datetime.fromisoformat(parts["expires_at"])
        file = file_of(backups, parts["id"])
        size = file.stat().st_size if file.exists() else 0
        return Backup(
            parts["id"], at, expires, parts["dialect"], parts["entries"], parts["head"], size,
            base64.b64decode(parts["key"], validate=True),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, private.ReadableByOthers) as error:
        raise BadBackup(f"La clé de sauvegarde {path.name} ne peut pas être lue.") from error
