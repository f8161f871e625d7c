"""Destruction: canaries left anywhere, time for a hundred thousand dossiers, deaths at random, a restore of yesterday.

`python benchmarks/destruction.py [canaries|speed|kills|restore]`; SQLite always, PostgreSQL when a server answers. The
opponent, in the same run, is what products without it do: `DELETE`, and nothing else.
"""

import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import psycopg
from sqlalchemy import LargeBinary, delete, func, select, text, type_coerce
from sqlalchemy.engine import make_url

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from app.schema import migrate  # noqa: E402
from governance.core import seals  # noqa: E402
from governance.core.outbox.tables import OutboxAttachment, OutboxContent  # noqa: E402
from governance.core.sealed_rows import sessions_on  # noqa: E402
from governance.core.storage import connect, reading  # noqa: E402
from governance.destruction import replaying, selection  # noqa: E402
from governance.destruction.acting.means import Means  # noqa: E402
from governance.destruction.backups import making, sealed_file, shelf  # noqa: E402
from scanners.tables import Receipt  # noqa: E402
from tests.actions.destroying import (  # noqa: E402
    AFTER,
    CODE,
    OPENED,
    OTHER,
    Installation,
    destroy,
    fill,
    install,
    open_and_agree,
)
from tests.faults.destruction_lives import kill_until_done  # noqa: E402

SERVER = os.environ.get("VIGIE_TEST_POSTGRES", "postgresql://root@127.0.0.1/postgres")
CANARIES, DOSSIERS, KILLS = 1_000, 100_000, 100
SEALED = (
    (OutboxContent, ("recipient", "subject", "body")),
    (OutboxAttachment, ("name", "content")),
)
PLAIN = re.compile(rb"CANARI-recu-S1-\d{6}")
NEEDLE = slice(seals.HEADER_BYTES, seals.HEADER_BYTES + 16)
CHUNK = 1 << 22


def main() -> int:
    """Make the tables that are asked for, all of them by default."""
    asked = sys.argv[1:] or ["canaries", "speed", "kills", "restore"]
    for name in asked:
        {"canaries": canaries, "speed": speed, "kills": kills, "restore": restores}[name]()
    return 0


def canaries() -> None:
    """Count the canaries left in raw files, tables, statistics, log and backups: by DELETE alone, then by the act."""
    print(f"\n{CANARIES} canaris par sorte (1 en clair, {sum(len(c) for _, c in SEALED)} scellées) : encore lisibles")
    print(f"{'':<12}{'':<28}{'base, fichiers':>16}{'WAL':>8}{'pg_stats':>10}{'sauvegarde':>12}")
    for kind, where in databases_here():
        with where as (folder, url):
            here = install(folder, url)
            fill(here, (CODE, OTHER), many=CANARIES)
            needles = tokens(here)
            backup = making.create(here.means, OPENED)
            forget_by_delete_only(here)
            tell(kind, "DELETE seul (adversaire)", here, needles, backup)
        with where.again() as (folder, url):
            here = install(folder, url)
            fill(here, (CODE, OTHER), many=CANARIES)
            needles = tokens(here)
            backup = making.create(here.means, OPENED)
            finish(here, open_and_agree(here))
            tell(kind, "destruction", here, needles, backup)
            recycle(here)
            shelf.expire(here.means.setup.backups, here.means.setup.backup_keys, backup.expires_at)
            tell(kind, "… sauvegardes échues", here, needles, backup)
            living = len(tokens(here, OTHER))
            print(f"{kind:<12}{'autre convention, scellées':<28}{living:>16} intactes")


def tell(kind: str, what: str, here: Installation, needles: set[bytes], backup: shelf.Backup) -> None:
    """Print what is left where."""
    base, log, stats = left(here, needles)
    print(f"{kind:<12}{what:<28}{base:>16}{log:>8}{stats:>10}{in_backup(here, needles, backup):>12}")


def finish(here: Installation, identifier: str) -> None:
    """Carry an act on as the job does, until it is over: another transaction of the server may hold a step back."""
    for _ in range(60):
        if destroy(here, identifier):
            return
        time.sleep(1)
    raise AssertionError("the act does not end")


def tokens(here: Installation, code: str = CODE) -> set[bytes]:
    """Return the ciphertexts of a convention, as they lie."""
    found: set[bytes] = set()
    with reading(here.sessions) as session:
        for table, columns in SEALED:
            asked = [type_coerce(getattr(table, name), LargeBinary) for name in columns]
            for row in session.execute(select(*asked).where(table.convention == code)):
                found |= {bytes(value)[NEEDLE] for value in row}
    return found


def forget_by_delete_only(here: Installation) -> None:
    """Do what products without destruction do."""
    with here.sessions.begin() as session:
        for rows in selection.destroyed():
            session.execute(delete(rows.table).where(rows.mine(here.domain)))


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
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute("CHECKPOINT")
    files = [path for path in (home / "base" / str(number)).rglob("*") if path.is_file()]
    files += beside(here)
    log = [path for path in (home / "pg_wal").iterdir() if path.is_file()]
    told = len(set(PLAIN.findall(stats.encode()))) + sum(needle.hex() in stats for needle in needles)
    return seen(files, needles), seen(log, needles), told


def beside(here: Installation) -> list[Path]:
    """Return the files of an installation, its backups apart."""
    return [path for path in here.folder.rglob("*") if path.is_file() and "backup" not in str(path)]


def recycle(here: Installation) -> None:
    """Let a server's log be written over, as time does."""
    if here.means.engine.dialect.name == "sqlite":
        return
    with psycopg.connect(SERVER, autocommit=True) as server:
        for _ in range(12):
            server.execute("SELECT pg_switch_wal()")
            server.execute("CHECKPOINT")


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


def speed() -> None:
    """Time the destruction of a hundred thousand dossiers, step by step."""
    print(f"\n{DOSSIERS} dossiers (autant de lignes d'une autre convention restent)")
    for kind, where in databases_here():
        with where as (folder, url):
            here = install(folder, url)
            many(here, DOSSIERS)
            identifier = open_and_agree(here)
            started = time.perf_counter()
            finish(here, identifier)
            spent = time.perf_counter() - started
            with reading(here.sessions) as session:
                stay = session.scalar(select(func.count()).where(Receipt.convention == OTHER))
            print(f"{kind:<12}{spent:>8.1f} s   {DOSSIERS / spent:>10.0f} dossiers/s   restent {stay}")


def many(here: Installation, count: int) -> None:
    """Write receipts, and as many sealed messages, under two conventions."""
    for start in range(0, count, 5_000):
        with here.sessions.begin() as session:
            for code in (CODE, OTHER):
                session.execute(
                    Receipt.__table__.insert(),
                    [
                        {
                            "id": uuid4().hex, "at": OPENED, "structure": here.structure, "by": "essai",
                            "convention": code, "edition": 1, "outcome": "accepte", "body": {"n": number},
                            "signature": f"CANARI-recu-{code}-{start + number:06d}-signature",
                        }
                        for number in range(5_000)
                    ],
                )  # fmt: skip


def kills() -> None:
    """Kill destructions a hundred times at random instants: each ends complete, and its certificate is true."""
    print(f"\n{KILLS} SIGKILL à des instants tirés au sort")
    for kind, where in databases_here():
        chance, killed, rounds, bad = random.Random(8), 0, 0, 0
        while killed < KILLS:
            with where.again() as (folder, url):
                here = install(folder, url)
                fill(here, many=300)
                identifier = open_and_agree(here)
                killed += kill_until_done(here, identifier, AFTER, 12, 0.8, chance)
                rounds += 1
                with reading(here.sessions) as session:
                    asked = [select(func.count()).where(Receipt.convention == code) for code in (CODE, OTHER)]
                    counts = [session.scalar(one) for one in asked]
                newest = sorted((folder / "ledger" / "attestations").glob("*.json"))[-1]
                ids = " ".join(f"--ids={path}" for path in sorted((folder / "ledger").glob("*.ids")))
                status = os.system(f"{sys.executable} {ROOT}/tools/verify_certificate.py {newest} {ids} >/dev/null")
                bad += counts != [0, 300] or status != 0
        print(f"{kind:<12}{killed} morts, {rounds} destructions, {bad} incomplètes ou attestation fausse")


def restores() -> None:
    """Restore yesterday's backup after a destruction: nobody comes back."""
    print("\nRestauration de la sauvegarde de la veille, après destruction")
    for kind, where in databases_here():
        with where as (folder, url):
            here = install(folder, url)
            fill(here, many=CANARIES)
            backup = making.create(here.means, OPENED)
            finish(here, open_and_agree(here))
            here.means.engine.dispose()
            with where.again() as (_, blank):
                empty(blank)
                means = Means(sessions_on(connect(blank), here.means.store), here.means.setup)
                started = time.perf_counter()
                making.restore(means.engine, means.store, means.setup, backup.id)
                done = replaying.replay(means, AFTER)
                print(
                    f"{kind:<12}{done.removed} lignes détruites à nouveau, {done.risen} ressuscité, "
                    f"{time.perf_counter() - started:.1f} s"
                )
                means.engine.dispose()


def empty(url: str) -> None:
    """Make a place where nothing is."""
    if url.startswith("sqlite"):
        for path in Path(make_url(url).database or "").parent.glob("vigie.sqlite*"):
            path.unlink()
        return
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP SCHEMA public CASCADE")
        server.execute("CREATE SCHEMA public")


class Place:
    """Where a database is made, as often as it is asked."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._open: list[Any] = []

    def again(self) -> "Place":
        """Return another place of the same kind."""
        return Place(self.kind)

    def __enter__(self) -> tuple[Path, str]:
        made = self._made()
        self._open.append(made)
        return made.__enter__()

    def __exit__(self, *said: object) -> None:
        self._open.pop().__exit__(*said)

    @contextmanager
    def _made(self) -> Iterator[tuple[Path, str]]:
        with tempfile.TemporaryDirectory() as name:
            folder, base = Path(name), f"vigie_bench_{uuid4().hex[:10]}"
            if self.kind == "SQLite":
                url = f"sqlite:///{folder / 'vigie.sqlite'}"
                migrate(url, lambda: None)  # type: ignore[arg-type, return-value]
                yield folder, url
                return
            with psycopg.connect(SERVER, autocommit=True) as server:
                server.execute(f"CREATE DATABASE {base}")
            url = make_url(SERVER).set(database=base).render_as_string(hide_password=False)
            migrate(url, lambda: None)  # type: ignore[arg-type, return-value]
            try:
                yield folder, url
            finally:
                with psycopg.connect(SERVER, autocommit=True) as server:
                    server.execute(f"DROP DATABASE {base} WITH (FORCE)")


def databases_here() -> Iterator[tuple[str, Place]]:
    """Yield the databases that can be tried here."""
    yield "SQLite", Place("SQLite")
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        print("PostgreSQL : aucun serveur (VIGIE_TEST_POSTGRES)")
        return
    if shutil.which("pg_dump"):
        yield "PostgreSQL", Place("PostgreSQL")


if __name__ == "__main__":
    sys.exit(main())
