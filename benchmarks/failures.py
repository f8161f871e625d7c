"""Kill web workers, kill PostgreSQL and fill its disk while four people send forms: `./vigie bench failures`.

The service is the real one (gunicorn) on a database of its own; each writer sends a form again, with the same key,
until it is acknowledged. `workers`, `server` or `disk` for one fault; `--short` makes a tenth. The disk takes root.
"""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.faults.disks import fill, small_disk  # noqa: E402  # the repository's own modules come first
from tests.faults.served import Service, back, is_read, kept, service, until, writing  # noqa: E402
from tests.postgres import Server, programs, server  # noqa: E402

SHORT = "--short" in sys.argv
WORKER_KILLS, SERVER_KILLS, REFUSALS = (20, 3, 20) if SHORT else (200, 20, 200)
DURABLE = ("max_connections=200",)


def report(name: str, faults: int, running: Service, worst: float) -> bool:
    """Print what is kept of what was acknowledged; say whether nothing is wrong."""
    rows, lines = kept(running)
    lost = len(set(running.acknowledged) - set(rows))
    twice = len(rows) - len(set(rows))
    halves = abs(len(rows) - lines)
    unexpected = {told: count for told, count in running.told.items() if is_wrong(told)}
    cells = (name, faults, len(running.acknowledged), lost, twice, halves, running.told["503"], unexpected or 0)
    print("|", " | ".join(map(str, cells)), f"| {worst:.1f} |", flush=True)
    print(name, dict(running.told), file=sys.stderr)
    return not (lost or twice or halves or unexpected)


def is_wrong(told: str) -> bool:
    """Say whether a writer was told something else than done, no answer, or come back."""
    return told.removeprefix("page ") not in {"303", "409", "503", "200", "no answer"}


def workers(name: str, url: str) -> bool:
    """Kill web workers, one after the other."""
    worst = 0.0
    with service(url) as running:
        with writing(running):
            for _ in range(WORKER_KILLS):
                time.sleep(random.random() * 0.3)
                until(lambda: bool(running.workers()))
                victim = random.choice(running.workers())
                worst = max(worst, back(running, lambda: os.kill(victim, signal.SIGKILL)))  # noqa: B023
        return report(f"web worker killed, {name}", WORKER_KILLS, running, worst)


def killed(own: Server) -> None:
    """Kill the server and all its processes at once, then start it as the machine's supervisor does."""
    assert own.process is not None
    pid = own.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in (pid, *map(int, children)):
        with suppress_gone():
            os.kill(one, signal.SIGKILL)
    own.process.wait()
    until(lambda: not any(Path(f"/proc/{one}").exists() for one in children))
    own.start()


@contextmanager
def suppress_gone() -> Iterator[None]:
    """Let a process have ended by itself."""
    try:
        yield
    except ProcessLookupError:
        return


def servers() -> bool:
    """Kill PostgreSQL, postmaster and children."""
    worst = 0.0
    with server(DURABLE) as own, service(own.url) as running:
        with writing(running):
            for _ in range(SERVER_KILLS):
                time.sleep(0.5 + random.random())
                worst = max(worst, back(running, lambda: killed(own)))
        return report("PostgreSQL killed", SERVER_KILLS, running, worst)


def disk() -> bool:
    """Fill the disk of PostgreSQL's tables, see that writers are told to come back, then make room."""
    with tempfile.TemporaryDirectory() as parent, server(DURABLE) as own:
        Path(parent).chmod(0o755)
        with small_disk(Path(parent) / "disk", "96m") as small:
            tables = small / "tables"
            tables.mkdir()
            shutil.chown(tables, "postgres")
            with closing(psycopg.connect(own.url, autocommit=True)) as admin:
                admin.execute(f"CREATE TABLESPACE small LOCATION '{tables}'")
                admin.execute("CREATE DATABASE small TABLESPACE small")
            url = make_url(own.url).set(database="small").render_as_string(hide_password=False)
            with service(url) as running:
                with writing(running):
                    fill(small / "filling")
                    until(lambda: running.told["503"] > REFUSALS)
                    reads = sum(is_read(running) for _ in range(20))
                    worst = back(running, (small / "filling").unlink)
                name = f"PostgreSQL's disk full ({reads} of 20 pages read meanwhile)"
                return report(name, running.told["503"], running, worst)


def main() -> int:
    """Print the table; 1 when something acknowledged is lost, done twice or by halves, or answered by an error."""
    asked = {"workers", "server", "disk"} & set(sys.argv) or {"workers", "server", "disk"}
    print("| fault | faults | forms acknowledged | lost | twice | by halves | told 503 | told an error | back, s |")
    print("|---|---|---|---|---|---|---|---|---|")
    right = []
    if "workers" in asked:
        with tempfile.TemporaryDirectory() as folder:
            right.append(workers("SQLite", f"sqlite:///{folder}/vigie.sqlite"))
    if programs() is not None:
        if "workers" in asked:
            with server(DURABLE) as own:
                right.append(workers("PostgreSQL", own.url))
        right += [act() for name, act in (("server", servers), ("disk", disk)) if name in asked]
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
