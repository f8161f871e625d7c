"""Measure 1,000 open breaches: the sweep of their clocks, the page that lists them: `./vigie bench breach`."""

import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402  # the repository's own modules come first
from sqlalchemy import select, text  # noqa: E402
from sqlalchemy.engine import make_url  # noqa: E402
from sqlalchemy.orm import Session, sessionmaker  # noqa: E402

from app.factory import create_app  # noqa: E402
from app.keyring import key_store  # noqa: E402
from app.schema import migrate  # noqa: E402
from app.settings import Settings  # noqa: E402
from breach.actions import Declaration, declare  # noqa: E402
from breach.alarms import raise_alarms  # noqa: E402
from breach.bodies import clock_of  # noqa: E402
from breach.clocks import alarms  # noqa: E402
from breach.law import general_law  # noqa: E402
from breach.owing import concerns_of, duties_of, facts_of  # noqa: E402
from breach.rules import duties  # noqa: E402
from breach.tables import AlarmRow, Breach  # noqa: E402
from breach.terms import read  # noqa: E402
from governance.conventions.values.breach import Trigger  # noqa: E402
from governance.core import clock  # noqa: E402
from governance.people import actions as people  # noqa: E402
from governance.people.actions import NewPerson  # noqa: E402
from governance.people.queries import Adoption  # noqa: E402
from governance.people.rules import Actor, Kind, Role, StructureKind, command  # noqa: E402
from governance.people.sessions.actions import Opening, open_session  # noqa: E402
from governance.web.identity import KEY, SESSIONS  # noqa: E402

POSTGRES = os.environ.get("VIGIE_TEST_POSTGRES", "postgresql://root@127.0.0.1/postgres")
COUNT = 100 if "--short" in sys.argv else 1_000
ASKED = 10 if "--short" in sys.argv else 100
SECRET = "c2VjcmV0IGRlcyBlc3NhaXMgc2VjcmV0IGRlcyBlc3NhaXM="
PAIRS = (("S0", "artois"), ("S0", "cotedopale"), ("S3", "roubaix-tourcoing"))


def main() -> int:
    """Print a table of Markdown; return 1 when a limit is passed."""
    print("| | database | measured | limit | opponent, same run | ratio |\n|---|---|---|---|---|---|")
    failed = False
    for name in ("SQLite", "PostgreSQL"):
        with database(name) as url:
            failed |= measure(name, url)
    return int(failed)


def measure(name: str, url: str) -> bool:
    """Measure on one database; say whether a limit was passed."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            database_url=url, demo=True, secure_cookies=False, secret=SECRET, key_store=Path(folder) / "keys"
        )  # type: ignore[arg-type]
        key_store(settings)
        app = create_app(settings)
        sessions: sessionmaker[Session] = app.extensions[SESSIONS]
        at = clock.now()
        dpo = filled(sessions, at)
        with sessions.begin() as session:
            session.execute(text("ANALYZE"))  # as PostgreSQL does by itself within a minute
        late = at + timedelta(days=4)
        opponent = timed(lambda: naive(sessions, late))
        started = time.process_time()
        swept = timed(lambda: sweep(sessions, late))
        spent = time.process_time() - started
        idle = timed(lambda: sweep(sessions, late))
        walls, busy = zip(*pages(app, sessions, dpo), strict=True)
        page, cpu = percentile(walls), percentile(busy)
        ratio = f"{opponent:.2f} s | {opponent / swept:.1f}"
        print(f"| sweep, {COUNT} breaches cross 4 levels | {name} | {swept:.2f} s | 2 s | {ratio} |")
        print(f"| the same, CPU of the process alone | {name} | {spent:.2f} s | – | – | – |")
        print(f"| sweep, nothing to raise | {name} | {idle * 1000:.0f} ms | 2 s | – | – |")
        print(f"| page « Violations », p95 of {ASKED} | {name} | {page * 1000:.0f} ms | 200 ms | – | – |")
        print(f"| the same, CPU of the process alone | {name} | {cpu * 1000:.0f} ms | – | – | – |", flush=True)
        sessions.kw["bind"].dispose()
    return swept > 2 or page > 0.2


def filled(sessions: sessionmaker[Session], at: datetime) -> Actor:
    """Declare the breaches of one structure, each an hour to a day old."""
    chance = random.Random(7)
    with sessions.begin() as session:
        by = command("")
        place = people.create_structure(session, "CCAS d'essai", StructureKind.PARTENAIRE, None, by=by, at=at)
        for code in ("S0", "S3"):
            adoption = Adoption(code, date(2026, 1, 1), None)
            people.adopt_convention(session, place, adoption, by=command(place), at=at)
        draft = NewPerson("Odile Essai", "odile@essai.example", "Correct-Horse-42", frozenset({Role.DPO}))
        person = people.create_person(session, place, draft, by=command(place), at=at)
        dpo = Actor(person, Kind.PERSON, place, frozenset({Role.DPO}), "Odile Essai")
        plain = Declaration("Incident inventé", frozenset({Trigger.SUSPICION}), at, PAIRS)
        for _ in range(COUNT):
            suspected = at - timedelta(minutes=chance.randrange(60, 1_440))
            declare(session, replace(plain, suspected_at=suspected), by=dpo, at=at)
    return dpo


def sweep(sessions: sessionmaker[Session], at: datetime) -> None:
    """Raise what is due, as the job does."""
    with sessions.begin() as session:
        raise_alarms(session, at)


def naive(sessions: sessionmaker[Session], at: datetime) -> None:
    """Do what a sweep does without the column `next_alarm_at`: compute every duty of every breach again, compare."""
    with sessions() as session:
        for breach in session.scalars(select(Breach).where(Breach.state == "open").order_by(Breach.id)).all():
            wanted = duties(
                facts_of(breach), [read(row.terms) for row in concerns_of(session, breach.id)], general_law()
            )
            held = {row.key: row for row in duties_of(session, breach.id)}
            for duty in wanted:
                row = held[duty.key]
                known = set(session.scalars(select(AlarmRow.level).where(AlarmRow.duty_id == row.id)))
                for level in alarms(clock_of(row), known, at):
                    session.add(AlarmRow(
                        structure_id=row.structure_id, breach_id=row.breach_id, duty_id=row.id, level=level,
                        due_at=row.alarm_at, crossed_at=at, raised_at=at, exercise=False,
                    ))  # fmt: skip
        session.flush()
        session.rollback()


def pages(app: object, sessions: sessionmaker[Session], dpo: Actor) -> Iterator[tuple[float, float]]:
    """Give the time of each request of the page, and that of its CPU, the first apart."""
    client = app.test_client()  # type: ignore[attr-defined]  # an APIFlask
    with sessions.begin() as session:
        key = open_session(session, Opening(dpo.id, dpo.structure, "essai", "Essai"), at=clock.now())
    with client.session_transaction() as cookie:
        cookie[KEY] = key
    assert client.get("/violations").status_code == 200
    for _ in range(ASKED):
        started = time.process_time()
        wall = timed(lambda: client.get("/violations"))
        yield wall, time.process_time() - started


def percentile(times: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def timed(act: Callable[[], object]) -> float:
    """Return how long an act takes, in seconds."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


@contextmanager
def database(name: str) -> Iterator[str]:
    """Give the address of a migrated, empty database."""
    if name == "SQLite":
        folder = tempfile.mkdtemp()
        url = f"sqlite:///{folder}/vigie.sqlite"
        migrate(url)
        yield url
        shutil.rmtree(folder)
        return
    base = f"vigie_bench_{uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {base}")
    url = make_url(POSTGRES).set(database=base, drivername="postgresql+psycopg").render_as_string(hide_password=False)
    migrate(url)
    yield url
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {base} WITH (FORCE)")


if __name__ == "__main__":
    sys.exit(main())
