"""Measure what sealing costs and withstands, against the same rows in the clear: `./vigie bench sealing [--short]`."""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402  # the repository's own modules come first
from sqlalchemy import Engine, MetaData, String, insert, select  # noqa: E402
from sqlalchemy.engine import make_url  # noqa: E402
from sqlalchemy.orm import Mapped, Session, mapped_column, registry, sessionmaker  # noqa: E402

from governance.core import resealing, seals  # noqa: E402
from governance.core.domains import Domain  # noqa: E402
from governance.core.fates import Destroyed, Fate  # noqa: E402
from governance.core.keystore import KeyStore  # noqa: E402
from governance.core.masters import FileMaster  # noqa: E402
from governance.core.refusals import Refusal  # noqa: E402
from governance.core.sealed_rows import sealed_rows, sessions_on  # noqa: E402
from governance.core.sealing import SealedIn, keyed_hash, sealed  # noqa: E402
from governance.core.storage import Base, connect  # noqa: E402
from tests.actions.killing import is_killed_at  # noqa: E402

POSTGRES = os.environ.get("VIGIE_TEST_POSTGRES", "postgresql://root@127.0.0.1/postgres")
SHORT = "--short" in sys.argv
ROWS, NONCES, KILLS, DOMAINS, STRIDE = (20_000, 100_000, 4, 200, 9) if SHORT else (100_000, 1_000_000, 20, 200, 1)
SWAPS = 3_000
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HERE = Domain("a1", "S1")
OTHER = "x" * 90  # what a row holds besides


class Tables(Base):
    """Tables that only this measurement knows."""

    __abstract__ = True
    fate: ClassVar[Fate] = Destroyed()
    metadata = MetaData()
    registry = registry()


class Row:
    """What both tables hold: 211 bytes with the two texts."""

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    structure_id: Mapped[str] = mapped_column(String(32))
    convention: Mapped[str] = mapped_column(String(32))
    other: Mapped[str] = mapped_column(String(120))


class Plain(Row, Tables):
    """Two texts in the clear, one of them indexed."""

    __tablename__ = "bench_plain"
    fate: ClassVar[Fate] = Destroyed()

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), index=True)


class Closed(Row, Tables):
    """The same two texts sealed, one of them found by its keyed hash."""

    __tablename__ = "bench_sealed"
    fate: ClassVar[Fate] = Destroyed()
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id", convention="convention")

    name: Mapped[str] = sealed()
    email: Mapped[str] = sealed()
    email_hash: Mapped[bytes] = keyed_hash("email")


def rows() -> Iterator[dict[str, Any]]:
    """Give invented rows, in no order, as the product's own: identifiers are drawn, names come as they come."""
    chance = random.Random(7)
    for one in chance.sample(range(ROWS), ROWS):
        yield {
            "id": f"{chance.getrandbits(128):032x}", "structure_id": HERE.structure, "convention": HERE.convention,
            "name": f"Prénom Nom-{one:06}", "email": f"prenom.nom-{one:06}@ccas.example", "other": OTHER,
        }  # fmt: skip


def timed(act: Callable[[], object]) -> float:
    """Return the seconds of an act, by the clock."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def worked(act: Callable[[], object]) -> float:
    """Return the CPU seconds of an act, in this process: what others do on the machine does not count."""
    start = time.process_time()
    act()
    return time.process_time() - start


def batches() -> Iterator[list[dict[str, Any]]]:
    """Give the rows by thousands: what one transaction writes."""
    every = list(rows())
    return (every[start : start + 1_000] for start in range(0, ROWS, 1_000))


def add(sessions: sessionmaker[Session], table: type[Any], batch: list[dict[str, Any]]) -> None:
    """Insert through the ORM, object by object."""
    with sessions.begin() as session:
        session.add_all([table(**row) for row in batch])


def add_at_once(sessions: sessionmaker[Session], table: type[Any], batch: list[dict[str, Any]]) -> None:
    """Insert in one statement."""
    with sessions.begin() as session:
        session.execute(insert(table), sealed_rows(session, table, batch) if table is Closed else batch)


def read(sessions: sessionmaker[Session], table: type[Any]) -> None:
    """Read every row as an object, and both texts of each."""
    with sessions() as session:
        for row in session.scalars(select(table).execution_options(yield_per=1_000)):
            assert row.name and row.email


def speeds(sessions: sessionmaker[Session], store: KeyStore) -> list[tuple[str, str]]:
    """Compare sealed and plain, and seal everything again."""
    engine: Engine = sessions.kw["bind"]
    figures = []
    for name, write in (("objects", add), ("bulk", add_at_once)):
        Tables.metadata.drop_all(engine)
        Tables.metadata.create_all(engine)
        spent = {Plain: 0.0, Closed: 0.0}
        for batch in batches():  # one after the other: what else the machine does weighs on both
            for table in spent:
                spent[table] += timed(lambda: write(sessions, table, batch))  # noqa: B023
        ratio = spent[Closed] / spent[Plain]
        figures.append(
            (f"insert, {name}: plain · sealed s · ratio", f"{spent[Plain]:.2f} · {spent[Closed]:.2f} · {ratio:.2f}")
        )
    plain, closed = worked(lambda: read(sessions, Plain)), worked(lambda: read(sessions, Closed))
    figures.append(("read, objects: plain · sealed CPU s", f"{plain:.2f} · {closed:.2f}"))
    figures.append(("sealed values read a CPU second, rows included", f"{2 * ROWS / closed:,.0f}"))
    start = time.process_time()
    again = timed(lambda: resealing.rotate(sessions, store, HERE, AT))
    told = f"{again:.1f} · {time.process_time() - start:.1f}"
    figures.append((f"{ROWS:,} rows under a fresh data key: s by the clock · CPU s", told))
    return figures


def opening(store: KeyStore) -> list[tuple[str, str]]:
    """Open values alone; look for a nonce used twice; replace a master key with many domains."""
    place = seals.Place("bench_sealed", HERE, "1")
    tokens = [seals.seal(store, place, "name", "Prénom Nom") for _ in range(NONCES)]
    opened = worked(lambda: [seals.unseal(store, place, "name", token) for token in tokens])
    start, end = seals.HEADER_BYTES, seals.HEADER_BYTES + seals.NONCE_BYTES
    repeats = NONCES - len({token[start:end] for token in tokens})
    for one in range(DOMAINS):
        store.current(Domain(f"d{one}", "S1"))
    return [
        ("values opened a CPU second, alone", f"{NONCES / opened:,.0f}"),
        (f"nonces repeated among {NONCES:,}", str(repeats)),
        (f"master key replaced, {DOMAINS} domains, ms", f"{1_000 * timed(store.rotate_master):.0f}"),
    ]


def moves(store: KeyStore) -> list[tuple[str, str]]:
    """Move and damage ciphertexts; count those that open."""
    chance, accepted = random.Random(7), 0
    for one in range(SWAPS):
        place = seals.Place("bench_sealed", Domain(f"s{one % 5}", "S1"), str(one))
        token = seals.seal(store, place, "name", "Prénom Nom")
        kind = one % 6
        other = [
            seals.Place(place.table, place.domain, str(one + 1)), place,
            seals.Place(place.table, Domain(f"s{(one + 1) % 5}", "S1"), str(one)),
            seals.Place(place.table, Domain(f"s{one % 5}", "S2"), str(one)),
            seals.Place("bench_plain", place.domain, str(one)), place,
        ][kind]  # fmt: skip
        if kind == 5:
            bit = chance.randrange(8 * len(token))
            token = (int.from_bytes(token) ^ (1 << bit)).to_bytes(len(token))
        try:
            seals.unseal(store, other, "email" if kind == 1 else "name", token)
            accepted += 1
        except Refusal:
            continue
    return [(f"ciphertexts moved or damaged and accepted, of {SWAPS:,}", str(accepted))]


def live(sessions: sessionmaker[Session], store: KeyStore) -> list[tuple[str, str]]:
    """Change the data key while rows are written and read, killing who does it again and again."""
    start, kills, written, spent = time.perf_counter(), 0, 0, -time.process_time()
    while kills < KILLS:
        child = os.fork()
        if child == 0:
            mine = sessions_on(connect(str(sessions.kw["bind"].url.render_as_string(False))), fresh(store))
            resealing.rotate(mine, fresh(store), HERE, AT)
            os._exit(0)
        time.sleep(0.05 + random.random() * 0.4)
        with sessions.begin() as session:
            session.add(Closed(id=uuid4().hex, structure_id="a1", convention="S1", other="", name="n", email="e"))
        written += 1
        os.kill(child, signal.SIGKILL)
        usage = os.wait4(child, 0)[2]
        spent += usage.ru_utime + usage.ru_stime
        kills += 1
    resealing.rotate(sessions, store, HERE, AT)
    seconds, spent = time.perf_counter() - start, spent + time.process_time()
    with sessions() as session:
        read_rows = sum(1 for row in session.scalars(select(Closed).execution_options(yield_per=1_000)) if row.name)
    lost, keys = ROWS + written - read_rows, len(resealing.used_keys(sessions, HERE))
    told = f"{seconds:.1f} · {spent:.1f} · {lost} · {keys}"
    return [(f"data key changed, service up, {KILLS} kills: s · CPU s · rows unreadable · keys in use", told)]


def ratchet_kills(folder: Path) -> list[tuple[str, str]]:
    """Kill a ratchet at each line it runs."""
    store = fresh(KeyStore(folder / "ratchet" / "store", FileMaster(folder / "ratchet" / "master")))
    store.master.create()
    store.create()
    place = seals.Place("bench_sealed", HERE, "1")
    token, step, unreadable = seals.seal(store, place, "name", "Prénom Nom"), 1, 0
    while True:
        shutil.rmtree(folder / "killed", ignore_errors=True)
        shutil.copytree(folder / "ratchet", folder / "killed")
        copy = KeyStore(folder / "killed" / "store", FileMaster(folder / "killed" / "master"))
        if not is_killed_at(step, lambda: copy.destroy(Domain("gone"), AT), "governance/core"):  # noqa: B023
            return [(f"ratchets killed at a line · values unreadable after, {step // STRIDE}", str(unreadable))]
        try:
            unreadable += seals.unseal(fresh(copy), place, "name", token) != "Prénom Nom"
        except Refusal:
            unreadable += 1
        step += STRIDE


def fresh(store: KeyStore) -> KeyStore:
    """Return the store as another process opens it."""
    return KeyStore(store.folder, store.master)


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Give an empty database of each kind."""
    name = f"vigie_bench_{uuid4().hex[:12]}"
    found = {"SQLite": f"sqlite:///{folder / 'bench.sqlite'}"}
    try:
        with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as server:
            server.execute(f"CREATE DATABASE {name}")
        found["PostgreSQL"] = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    except psycopg.OperationalError:
        print("no PostgreSQL server reached", file=sys.stderr)
    yield found
    if "PostgreSQL" in found:
        with psycopg.connect(POSTGRES, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main() -> None:
    """Measure all of it, and print two tables."""
    folder = Path(tempfile.mkdtemp(prefix="vigie-sealing-"))
    store = KeyStore(folder / "store", FileMaster(folder / "master"))
    store.master.create()
    store.create()
    tables: dict[str, list[tuple[str, str]]] = {}
    with databases(folder) as urls:
        for name, url in urls.items():
            sessions = sessions_on(connect(url), store)
            tables[name] = speeds(sessions, store) + live(sessions, store)
            sessions.kw["bind"].dispose()
    print(f"| {ROWS:,} rows | {' | '.join(tables)} |\n|---|{'---|' * len(tables)}")
    for line in zip(*tables.values(), strict=True):
        print(f"| {line[0][0]} | {' | '.join(value for _, value in line)} |")
    print("\n| keys and values | |\n|---|---|")
    for name, value in opening(store) + moves(store) + ratchet_kills(folder):
        print(f"| {name} | {value} |")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
