"""Measure that no mail is lost when its sender dies, against mail sent after the commit: `./vigie bench outbox`.

`--short` kills 20 times instead of 200; a life lasts at most 0.3 s.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402  # the repository's own modules come first
from sqlalchemy.engine import make_url  # noqa: E402
from sqlalchemy.orm import Session, sessionmaker  # noqa: E402

from app.schema import migrate  # noqa: E402
from governance.core import clock, outbox  # noqa: E402
from governance.core.keystore import KeyStore  # noqa: E402
from governance.core.masters import GivenMaster  # noqa: E402
from governance.core.outbox.outcomes import Pace, What  # noqa: E402
from governance.core.outbox.sending import send_due  # noqa: E402
from governance.core.sealed_rows import sessions_on  # noqa: E402
from governance.core.storage import connect  # noqa: E402
from tests.conftest import MASTER_KEY  # noqa: E402
from tests.faults.outbox_killer import incident, prepared  # noqa: E402
from tests.faults.outbox_lives import run  # noqa: E402
from tests.mail_server import Mailbox, serving  # noqa: E402

POSTGRES = os.environ.get("VIGIE_TEST_POSTGRES", "postgresql://root@127.0.0.1/postgres")
KILLS = 20 if "--short" in sys.argv else 200
MAILS = 200
HEADER = "| design | database | server | kills | facts | lost | second copies | under another Message-ID | untold |"


@contextmanager
def database(kind: str) -> Iterator[tuple[str, sessionmaker[Session]]]:
    """Give a fresh, migrated database."""
    store = KeyStore(Path(os.environ["VIGIE_KEY_STORE"]), GivenMaster(MASTER_KEY))
    name = f"vigie_bench_{uuid4().hex[:12]}"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/vigie.sqlite"
        if kind == "PostgreSQL":
            _on_server(f"CREATE DATABASE {name}")
            url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
        migrate(url)
        engine = connect(url)
        yield url, sessions_on(engine, store)
        engine.dispose()
    if kind == "PostgreSQL":
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


def killed(design: str, kind: str, bad: bool) -> None:
    """Print the line of one trial."""
    with database(kind) as (url, sessions):
        seen = run(sessions, url, KILLS, bad=bad, design=design)
    server = "bad" if bad else "good"
    name = {"outbox": "vigie", "direct": "sent after the commit"}[design]
    untold = "–" if design == "direct" else seen.untold
    counts = f"{seen.recorded} | {seen.lost} | {seen.copies} | {seen.renamed} | {untold}"
    print(f"| {name} | {kind} | {server} | {KILLS} | {counts} |", flush=True)


def speed(kind: str) -> None:
    """Print how fast one worker sends what waits, and how long the last of a burst waits."""
    with database(kind) as (url, sessions), serving(Mailbox()) as port:
        at = clock.now()
        with sessions.begin() as session:
            for _ in range(MAILS):
                outbox.post(session, incident(), at=at)
        begun = time.monotonic()
        done = send_due(sessions, prepared(url, port)[1], at, Pace(batch=MAILS, lease=timedelta(minutes=10)))
        took = time.monotonic() - begun
    assert done == {What.ACCEPTED: MAILS}
    print(f"| {kind} | {MAILS / took:.0f} | {took:.1f} |", flush=True)


def _on_server(statement: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement)


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"VIGIE_KEY_STORE": f"{folder}/keys", "VIGIE_MASTER_KEY": MASTER_KEY}
        KeyStore(Path(folder, "keys"), GivenMaster(MASTER_KEY)).create()
        print(HEADER + "\n|---|---|---|---|---|---|---|---|---|")
        for bad in (False, True):
            killed("direct", "SQLite", bad)
            for kind in ("SQLite", "PostgreSQL"):
                killed("outbox", kind, bad)
        print(f"\n| database | mails/s, one worker | the last of {MAILS}, s |\n|---|---|---|")
        for kind in ("SQLite", "PostgreSQL"):
            speed(kind)


if __name__ == "__main__":
    main()
