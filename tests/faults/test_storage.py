"""A database that is locked, away or full: a 503 that says when to come back, nothing half done, back by itself."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from app.settings import Settings
from governance.core.storage import reading
from governance.core.trail import TrailEntry
from governance.people.rules import Role
from governance.web.identity import SESSIONS
from scanners.tables import OwnWord
from tests.conftest import on_postgresql, on_sqlite
from tests.faults.disks import fill, small_disk
from tests.web.conftest import app, compiled_templates, settings, sign_in, submit, token

__all__ = ["app", "compiled_templates", "settings", "sign_in", "submit"]

WORDS = "/vocabulaire"
KEY = "abcdefghijklmnopqrstuvwx"


@pytest.fixture
def send(sign_in: Callable[..., FlaskClient]) -> Callable[[], TestResponse]:
    """Give the act of sending, each time the same form, with its key."""
    client = sign_in(Role.DPO)
    data = {"csrf_token": token(client, WORDS), "send_key": KEY, "word": "zonzonite", "level": "a_verifier"}
    return lambda: client.post(WORDS, data=data)


def kept(app: APIFlask) -> tuple[int, int]:
    """Return how many words there are, and how many lines of the trail tell it."""
    with reading(app.extensions[SESSIONS]) as session:
        words = session.scalar(sa.select(sa.func.count()).select_from(OwnWord)) or 0
        told = sa.select(sa.func.count()).select_from(TrailEntry).where(TrailEntry.action.like("lexicon.%"))
        return words, session.scalar(told) or 0


def check_unavailable(answer: TestResponse) -> None:
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "<h1>" in answer.text


def impatient(app: APIFlask) -> None:
    """Wait for the lock a fifth of a second rather than ten."""
    engine = app.extensions[SESSIONS].kw["bind"]
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=200").close())


@on_sqlite
def test_a_locked_file_is_said_and_the_same_form_passes_afterwards(
    app: APIFlask, settings: Settings, send: Callable[[], TestResponse]
) -> None:
    impatient(app)
    other = sqlite3.connect(make_url(settings.database_url).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    during = send()
    before = kept(app)
    other.execute("ROLLBACK")
    other.close()

    after = send()

    check_unavailable(during)
    assert before == (0, 0)
    assert (after.status_code, kept(app)) == (303, (1, 1))


@on_postgresql
def test_a_database_gone_and_back_loses_and_repeats_nothing(
    app: APIFlask, settings: Settings, send: Callable[[], TestResponse], postgres: str
) -> None:
    name = make_url(settings.database_url).database or ""
    with gone(postgres, name):
        during = [send() for _ in range(2)]

    after = [send() for _ in range(2)]

    for answer in during:
        check_unavailable(answer)
    assert [answer.status_code for answer in after] == [303, 303]
    assert kept(app) == (1, 1)


@contextmanager
def gone(postgres: str, name: str) -> Iterator[None]:
    """Make a database refuse everybody and end those who are in, then open it again."""
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")


@pytest.fixture
def on_small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Give a small disk with a database on it, which holds the demonstration."""
    model = Path(request.getfixturevalue("_sqlite_inhabited").name)
    with small_disk(tmp_path / "disque") as folder:
        (folder / "vigie.sqlite").write_bytes(model.read_bytes())
        yield folder


class TestFullDisk:
    """The database is on a disk that fills up."""

    @pytest.fixture
    def database_url(self, on_small_disk: Path) -> str:
        return f"sqlite:///{on_small_disk / 'vigie.sqlite'}"

    def test_a_full_disk_refuses_writes_still_reads_and_is_well_again_once_there_is_room(
        self, app: APIFlask, on_small_disk: Path, send: Callable[[], TestResponse]
    ) -> None:
        filler = on_small_disk / "plein"
        fill(filler)
        during = [send() for _ in range(3)]
        health = app.test_client().get("/pret")
        before = kept(app)
        filler.unlink()

        after = [send() for _ in range(2)]

        for answer in during:
            check_unavailable(answer)
        assert (health.status_code, before) == (200, (0, 0))
        assert [answer.status_code for answer in after] == [303, 303]
        assert kept(app) == (1, 1)
        with app.extensions[SESSIONS]() as session:
            assert session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
