"""Measure that each slot is done once, against a scheduler in each worker: `./vigie bench jobs`."""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402  # the repository's own modules come first
from sqlalchemy.engine import make_url  # noqa: E402

from app.schema import migrate  # noqa: E402
from governance.core import clock  # noqa: E402
from tests.faults.fleet import FAKETIME, Trace, doubled, faked, fleet, missed, worst_delay  # noqa: E402
from tests.faults.test_scheduler import cut_leader  # noqa: E402

POSTGRES = os.environ.get("VIGIE_TEST_POSTGRES", "postgresql://root@127.0.0.1/postgres")
SHORT = "--short" in sys.argv
KILLS, STOPS, DOWN, NAIVE = (6, 3, 8, 8) if SHORT else (60, 20, 30, 15)
LOAD = 4  # processes: as many as the workers of a service
DAY = timedelta(days=1)


def naive(url: str) -> list[Trace]:
    """Leave a scheduler in each of four workers."""
    with fleet(url, 0) as workers:
        for _ in range(LOAD):
            workers.start("naive")
        workers.wait_for(1)
        time.sleep(NAIVE)
        return workers.traces()


def kills(url: str) -> list[Trace]:
    """Kill the leader at random moments; another starts."""
    with fleet(url, LOAD) as all_of_them:
        for _ in range(KILLS):
            all_of_them.wait_until_ready()
            all_of_them.wait_for_more(1)
            time.sleep(random.random())
            all_of_them.kill(all_of_them.leader())
            all_of_them.start()
        all_of_them.wait_for_more(3)
        return all_of_them.traces()


def stops(url: str) -> list[Trace]:
    """Stop the leader for 3 to 8 s, or cut its connection where it has one; it then goes on."""
    with fleet(url, 2) as both:
        both.wait_until_ready()
        for number in range(STOPS):
            both.wait_for_more(1)
            if number % 2 and url.startswith("postgresql"):
                cut_leader(both)
                continue
            stopped = both.leader()
            stopped.send_signal(signal.SIGSTOP)
            time.sleep(3 + 5 * random.random())
            stopped.send_signal(signal.SIGCONT)
        both.wait_for_more(3)
        return both.traces()


def down(url: str) -> list[Trace]:
    """End the service, start it again later."""
    with fleet(url, 2) as both:
        both.wait_for(3)
        both.stop()
        last = both.traces()[-1].slot
        time.sleep(DOWN)
        both.start()
        both.wait_for(1, where=lambda trace: trace.slot >= last + timedelta(seconds=DOWN))
        return both.traces()


def jumps(url: str) -> list[Trace]:
    """Move the clock a day ahead, back, 26 h ahead (slots every ten minutes)."""
    with tempfile.TemporaryDirectory() as folder, faked(url, Path(folder), EACH="600") as (both, shift):
        for by, count in ((timedelta(), 1), (DAY, 144), (timedelta(), 144), (timedelta(hours=26), 156)):
            shift(by)
            both.wait_for(count)
            reached = clock.now() + by
            both.wait_for(2, "latest", lambda trace, at=reached: abs(trace.at - at) < timedelta(minutes=5))
        return both.traces()


CASES: tuple[tuple[str, Callable[[str], list[Trace]], timedelta], ...] = (
    (f"APScheduler in each of {LOAD} workers, {NAIVE} s", naive, timedelta(seconds=1)),
    (f"{KILLS} kill -9 of the leader, {LOAD} processes", kills, timedelta(seconds=1)),
    (f"{STOPS} SIGSTOP (3–8 s) or cut connections, 2 processes", stops, timedelta(seconds=1)),
    (f"service down {DOWN} s", down, timedelta(seconds=1)),
    ("clock +1 day, −1 day, +26 h while running", jumps, timedelta(minutes=10)),
)


@contextmanager
def database(kind: str) -> Iterator[str]:
    """Give a migrated database of a kind, removed on leaving."""
    if kind == "SQLite":
        folder = tempfile.mkdtemp()
        migrate(f"sqlite:///{folder}/vigie.sqlite")
        yield f"sqlite:///{folder}/vigie.sqlite"
        shutil.rmtree(folder)
        return
    name = f"vigie_bench_{uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as server:
        server.execute(f"CREATE DATABASE {name}")
        url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
        try:
            migrate(url)
            yield url
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def measured(case: Callable[[str], list[Trace]], kind: str, period: timedelta) -> tuple[int, int, int, str]:
    """Return slots, missed, doubled, and the worst delay where the clock is the machine's."""
    with database(kind) as url:
        traces = case(url)
    delay = "–" if case in (jumps, down) else f"{worst_delay(traces):.1f} s"
    return len({trace.slot for trace in traces}), len(missed(traces, period)), len(doubled(traces)), delay


def main() -> None:
    """Print a table, one line per case and database."""
    print("| case | database | slots | missed | done twice | worst delay |\n|---|---|---|---|---|---|")
    for kind in sorted({"SQLite", "PostgreSQL"} & set(sys.argv)) or ("SQLite", "PostgreSQL"):
        for name, case, period in CASES:
            if case is jumps and not FAKETIME.exists():
                continue
            print("|", " | ".join(map(str, (name, kind, *measured(case, kind, period)))), "|", flush=True)


if __name__ == "__main__":
    main()
