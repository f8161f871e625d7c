"""The trail: appends a second and seal lag, against a chain held inside each transaction; verification; tampering seen.

`./vigie bench trail [appends|verify|tamper|proofs] [NUMBER]` makes one table, on SQLite and any PostgreSQL there.
"""

import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from app.schema import migrate  # noqa: E402
from governance.core import clock, storage  # noqa: E402
from governance.core.trail import chain, record, sealing, signing  # noqa: E402
from governance.core.trail.merkle import Tree, is_included  # noqa: E402
from governance.core.trail.tables import TrailEntry, TrailSeal  # noqa: E402
from governance.core.trail.verifying import verify  # noqa: E402
from tests.properties.test_trail_properties import mutated  # noqa: E402
from tests.scenarios.tampering import ATTACKERS, ATTACKS, OURS, ground  # noqa: E402

SERVER = os.environ.get("VIGIE_TEST_POSTGRES", "postgresql://root@127.0.0.1/postgres")
SECONDS = 6.0
PACE = 500  # appends a second: the promise
ENTRIES = 200_000
TIMES = 200
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)

Append = Callable[[Session, int], None]
Answers = Any  # a queue of lists of (subject, instant, instant), on the monotonic clock that processes share


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Give the address of a migrated, empty database of each kind."""
    name = f"vigie_bench_{uuid4().hex[:8]}"
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": f"sqlite:///{folder}/trail.sqlite"}
        try:
            with psycopg.connect(SERVER, autocommit=True, connect_timeout=3) as server:
                server.execute(f"CREATE DATABASE {name}")
                found["PostgreSQL"] = make_url(SERVER).set(database=name).render_as_string(hide_password=False)
        except psycopg.OperationalError:
            print("no PostgreSQL server reached: SQLite alone")
        for url in found.values():
            migrate(url)
        yield found
        if "PostgreSQL" in found:
            with psycopg.connect(SERVER, autocommit=True) as server:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def raw(session: Session, number: int) -> None:
    """Append as the product does: a raw entry, sealed later."""
    subject = f"{os.getpid()}.{number}"
    record(session, "scan.refuse", subject, by="essai", structure="ici", at=clock.now(), levels={"bloquant": 2})


def chained(session: Session, number: int) -> None:
    """Append as the named opponent does: each writer holds the chain while it seals its own entry."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(42)"))
    raw(session, number)
    session.flush()
    last = session.execute(
        sa.select(TrailSeal.position, TrailSeal.seal).order_by(TrailSeal.position.desc()).limit(1)
    ).one_or_none()
    position, previous = (last.position + 1, last.seal) if last else (1, chain.GENESIS)
    entry = session.scalars(sa.select(TrailEntry).order_by(TrailEntry.id.desc()).limit(1)).one()
    leaf, at = chain.leaf(entry), clock.now()
    made = chain.seal(sealing.sealing_key(OURS), previous, position, entry.id, at, leaf)
    session.add(TrailSeal(position=position, entry_id=entry.id, sealed_at=at, leaf=leaf, seal=made))


def writer(url: str, append: Append, pace: float, ready: Barrier, answers: Answers) -> None:
    """Append, each time in a transaction of its own, for some seconds; `pace` 0 is as fast as it goes.

    Answers, for each append, its subject, when it began and when it was committed.
    """
    sessions, told = sessionmaker(storage.connect(url)), []
    with sessions.begin() as session:
        append(session, -1)  # connected, compiled
    ready.wait()
    begun = time.monotonic()
    number = 0
    while (now := time.monotonic()) < begun + SECONDS:
        if pace and number > (now - begun) * pace:
            time.sleep(0.5 / pace)
            continue
        with sessions.begin() as session:
            append(session, number)
        told.append((f"{os.getpid()}.{number}", now, time.monotonic()))
        number += 1
    answers.put(told)


def sequencer(url: str, ready: Barrier, stop: Event, answers: Answers) -> None:
    """Seal as the scheduler does; answer, for each subject, when its seal was committed."""
    sessions, told = sessionmaker(storage.connect(url)), []
    sealing.seal_now(sessions, OURS)
    ready.wait()
    while not stop.is_set():
        with storage.reading(sessions) as session:
            last = session.scalar(sa.select(sa.func.max(TrailSeal.position))) or 0
        if sealing.seal_now(sessions, OURS):
            done = time.monotonic()
            sealed = sa.select(TrailEntry.subject).join(TrailSeal, TrailSeal.entry_id == TrailEntry.id)
            with storage.reading(sessions) as session:
                told += [(one, done, done) for one in session.scalars(sealed.where(TrailSeal.position > last))]
        time.sleep(0.25)  # as the timetable does
    answers.put(told)


def race(url: str, append: Append, writers: int, pace: float = 0) -> tuple[list[float], list[float]]:
    """Return how long each append took and, when a sequencer runs beside, how long after each commit its seal came."""
    answers, seals, stop = multiprocessing.Queue(), multiprocessing.Queue(), multiprocessing.Event()
    ready = multiprocessing.Barrier(writers + (append is raw))
    running = [multiprocessing.Process(target=writer, args=(url, append, pace, ready, answers)) for _ in range(writers)]
    if append is raw:
        running.append(multiprocessing.Process(target=sequencer, args=(url, ready, stop, seals)))
    for one in running:
        one.start()
    told = [line for _ in range(writers) for line in answers.get()]
    took = sorted(committed - begun for _, begun, committed in told)
    if append is not raw:
        return took, []
    time.sleep(1)
    stop.set()
    sealed = {subject: at for subject, at, _ in seals.get()}
    return took, sorted(sealed[subject] - committed for subject, _, committed in told if subject in sealed)


def quantile(values: list[float], share: float) -> str:
    """Return a quantile in milliseconds."""
    return f"{values[min(len(values) - 1, int(len(values) * share))] * 1000:,.0f}" if values else "–"


def appends() -> None:
    """Print appends a second and seal lag."""
    print("| database | design | writers | appends/s | × in-transaction | p95 ms | seal lag p95 ms | max ms |")
    print("|---|---|---|---|---|---|---|---|")
    for kind in ("SQLite", "PostgreSQL"):
        for writers, pace in ((8, 0.0), (8, PACE / 8)):
            rates = {}
            designs = {"raw + sequencer": raw} if pace else {"in-transaction chain": chained, "raw + sequencer": raw}
            for name, append in designs.items():
                with databases() as found:
                    if kind not in found:
                        continue
                    took, lags = race(found[kind], append, writers, pace)
                rates[name] = len(took) / SECONDS
                ratio = f"{rates[name] / rates['in-transaction chain']:.1f}" if not pace else f"asked: {PACE}"
                cells = (kind, name, writers, f"{rates[name]:,.0f}", ratio, quantile(took, 0.95))
                print("|", " | ".join(map(str, (*cells, quantile(lags, 0.95), quantile(lags, 1)))), "|", flush=True)


def verifications(count: int = ENTRIES) -> None:
    """Print how long a verification of the whole takes, and under which load; the target is 15 s for a million.

    CPU: of this process, then of PostgreSQL's where it is on this machine.
    """
    print("| database | entries | checkpoint, s | verified, s | CPU s: ours + server's | µs a line | load |")
    print("|---|---|---|---|---|---|---|")
    with databases() as found:
        for kind, url in found.items():
            sessions = sessionmaker(storage.connect(url))
            fill(sessions, count)
            steps = [time.monotonic()]
            with sessions.begin() as session:
                signing.make(session, OURS, AT)
            steps.append(time.monotonic())
            with storage.reading(sessions) as session:
                before = time.process_time(), served(session)
                report = verify(session, OURS)
                ours, theirs = time.process_time() - before[0], served(session) - before[1]
            steps.append(time.monotonic())
            assert (report.entries, report.broken) == (count, 0)
            spans = [f"{after - before:.1f}" for before, after in pairwise(steps)]
            figures = (f"{ours:.1f} + {theirs:.1f}", f"{(ours + theirs) * 1e6 / count:.1f}")
            cells = (kind, f"{count:,}", *spans, *figures, f"{os.getloadavg()[0]:.1f}")
            print("|", " | ".join(cells), "|", flush=True)


def served(session: Session) -> float:
    """Return the CPU seconds that the server's process spent so far for a session; 0 where there is none to look at."""
    if session.get_bind().dialect.name != "postgresql":
        return 0.0
    told = Path(f"/proc/{session.scalar(sa.func.pg_backend_pid().select())}/stat")
    if not told.exists():
        return 0.0
    user, system = told.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def fill(sessions: sessionmaker[Session], count: int) -> None:
    """Write raw entries, ten thousand a transaction, and seal them as they come."""
    for start in range(0, count, 10_000):
        rows = [
            {
                "at": AT - timedelta(seconds=1.234567 * (count - number)), "actor": "a" * 32, "role": "technicien",
                "structure": "b" * 32, "action": "scan.refuse", "subject": f"{number:032x}",
                "details": {"convention": "S0", "files": number % 3, "levels": {"bloquant": number % 90}},
                "salt": os.urandom(16).hex(),
            }
            for number in range(start, min(start + 10_000, count))
        ]  # fmt: skip
        with sessions.begin() as session:
            session.execute(sa.insert(TrailEntry), rows)
            if start % 100_000 == 0:  # as PostgreSQL does by itself, a little later
                session.execute(sa.text("ANALYZE"))
        sealing.seal_now(sessions, OURS)


def tampering(times: int = TIMES) -> None:
    """Print how many attacks of each kind no verification sees, without a checkpoint kept outside and with one."""
    print("| database | attack | " + " | ".join(f"{name}: alone / with" for name in ATTACKERS) + " |")
    print("|---|---|" + "---|" * len(ATTACKERS))
    total: Counter[str] = Counter()
    with databases() as found:
        for kind, url in found.items():
            place, random = ground(sessionmaker(storage.connect(url)), AT), Random(kind)
            for attack in ATTACKS:
                cells = []
                for attacker in ATTACKERS.values():
                    reports = [place.tried(attack, attacker, random) for _ in range(times)]
                    alone = sum(not one.broken for one, _ in reports)
                    helped = sum(not one.broken for _, one in reports)
                    total.update(tried=times, alone=alone, helped=helped)
                    cells.append(f"{alone} / {helped}")
                print("|", " | ".join((kind, attack.__name__, *cells)), "|", flush=True)
    print(f"{total['tried']} trials: unseen {total['alone']} without a checkpoint outside, {total['helped']} with one")


def proofs(times: int = 375) -> None:
    """Print how many inclusion proofs, each spoiled in twelve ways, are accepted."""
    random, tried, accepted, refused = Random(11), 0, 0, 0
    for _ in range(times):
        leaves = [random.randbytes(32) for _ in range(random.randrange(3, 1_000))]
        tree, index = Tree(leaves), random.randrange(len(leaves))
        path, whole = tree.proof(index), tree.root()
        refused += not is_included(leaves[index], index, len(leaves), path, whole)
        forged = mutated(leaves[index], index, len(leaves), path, whole, random)
        tried, accepted = tried + len(forged), accepted + sum(is_included(*one) for one in forged)
    print(f"{tried:,} spoiled proofs: {accepted} accepted; {times} true ones: {refused} refused")


PARTS: dict[str, Callable[..., None]] = {
    "appends": appends,
    "verify": verifications,
    "tamper": tampering,
    "proofs": proofs,
}

if __name__ == "__main__":
    asked = sys.argv[1:]
    for name in asked[:1] or PARTS:
        print(f"\n{name}\n")
        PARTS[name](*map(int, asked[1:]))
