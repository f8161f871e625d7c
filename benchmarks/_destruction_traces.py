"""Where the canaries of a destruction may still be read: raw files, write-ahead log, statistics, backups expanded."""

import os
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from sqlalchemy import LargeBinary, select, text, type_coerce

from benchmarks._destruction_places import POSTGRES
from governance.core import seals
from governance.core.outbox.tables import OutboxAttachment, OutboxContent
from governance.core.storage import reading
from governance.destruction.backups import sealed_file, shelf
from tests.actions.destroying import CODE, Installation

SEALED = (
    (OutboxContent, ("recipient", "subject", "body")),
    (OutboxAttachment, ("name", "content")),
)
PLAIN = re.compile(rb"CANARI-recu-S1-\d{6}")
NEEDLE = slice(seals.HEADER_BYTES, seals.HEADER_BYTES + 16)
CHUNK = 1 << 22


def tokens(here: Installation, code: str = CODE) -> set[bytes]:
    """Return the ciphertexts of a convention, as they lie."""
    found: set[bytes] = set()
    with reading(here.sessions) as session:
        for table, columns in SEALED:
            asked = [type_coerce(getattr(table, name), LargeBinary) for name in columns]
            for row in session.execute(select(*asked).where(table.convention == code)):
                found |= {bytes(value)[NEEDLE] for value in row}
    return found


def left(here: Installation, needles: set[bytes]) -> tuple[int, int, int]:
    """Return how many canaries raw files, the write-ahead log and the statistics hold."""
    engine = here.means.engine
    if engine.dialect.name == "sqlite":
        base = Path(engine.url.database or "")
        log = [path for path in (base.with_name(base.name + "-wal"),) if path.exists()]
        files = [path for path in beside(here) if path not in log]
        return seen(files, needles), seen(log, needles), 0
    with engine.connect() as connection:
        home = Path(str(connection.scalar(text("SHOW data_directory"))))
        number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        asked = text("SELECT histogram_bounds::text, most_common_vals::text FROM pg_stats")
        stats = " ".join(str(row) for row in connection.execute(asked))
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute("CHECKPOINT")
    files = [path for path in (home / "base" / str(number)).rglob("*") if path.is_file()]
    files += beside(here)
    log = [path for path in (home / "pg_wal").iterdir() if path.is_file()]
    told = len(set(PLAIN.findall(stats.encode()))) + sum(needle.hex() in stats for needle in needles)
    return seen(files, needles), seen(log, needles), told


def beside(here: Installation) -> list[Path]:
    """Return the files of an installation, its backups apart."""
    return [path for path in here.folder.rglob("*") if path.is_file() and "backup" not in str(path)]


def in_backup(here: Installation, needles: set[bytes], backup: shelf.Backup) -> int:
    """Return how many canaries open from a backup: its dump expanded, with the keys that are left."""
    path = shelf.file_of(here.means.setup.backups, backup.id)
    keys = shelf.key_of(here.means.setup.backup_keys, backup.id)
    if not path.exists() or not keys.exists():
        return 0
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "copie"
        copy.write_bytes(b"".join(sealed_file.read(path, backup.key)))
        files = [copy]
        if here.means.engine.dialect.name == "postgresql":
            size = 8 + int.from_bytes(copy.read_bytes()[:8], "big")
            copy.write_bytes(copy.read_bytes()[size:])
            os.system(f"pg_restore --data-only -f {name}/clair.sql {copy}")  # expanded: compression hides all from grep
            text_ = (Path(name) / "clair.sql").read_bytes()
            return len(set(PLAIN.findall(text_))) + opened(here, sum(n.hex().encode() in text_ for n in needles))
        plain = seen(files, set())
        return plain + opened(here, seen(files, needles) - plain)


def opened(here: Installation, found: int) -> int:
    """Return how many ciphertexts open: none once the key of their domain is gone."""
    return found if str(here.domain) in here.means.store.contents().domains else 0


def seen(files: list[Path], needles: set[bytes]) -> int:
    """Return how many canaries files hold, read raw: in the clear, or as ciphertext."""
    plain: set[bytes] = set()
    found: set[bytes] = set()
    heads = np.sort(np.array([int.from_bytes(one[:8], "little") for one in needles], dtype=np.uint64))
    for path in files:
        with path.open("rb") as file:
            tail = b""
            while chunk := file.read(CHUNK):
                block = tail + chunk
                plain |= set(PLAIN.findall(block))
                found |= _sealed_in(block, needles, heads)
                tail = block[-64:]
    return len(plain) + len(found)


def _sealed_in(block: bytes, needles: set[bytes], heads: Any) -> set[bytes]:
    if len(block) < 16 or not len(heads):
        return set()
    windows = np.lib.stride_tricks.as_strided(np.frombuffer(block, np.uint8), (len(block) - 15, 8), (1, 1))
    values = np.ascontiguousarray(windows).view(np.uint64).ravel()
    at = np.searchsorted(heads, values)
    places = np.nonzero(heads[np.minimum(at, len(heads) - 1)] == values)[0]
    return {block[place : place + 16] for place in places} & needles
