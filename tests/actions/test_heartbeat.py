"""The sign of life stops when something is wrong, and nobody else can be called with it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.error import HTTPError

import pytest
from sqlalchemy.orm import Session, sessionmaker

from governance.jobs import actions
from governance.jobs.heartbeat import Heartbeat
from governance.jobs.job import Job, Sweep, Turn
from governance.jobs.rules import every
from tests.conftest import on_sqlite

pytestmark = on_sqlite
WATCHED = (Job("essai", "Essai", "Rien.", every(minutes=1), Sweep(lambda sessions, turn: "")),)


@pytest.fixture
def outside() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Give the address of a server, and what it was asked."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            asked.append((self.command, self.path))
            self.send_response({"/ailleurs": 302, "/refus": 500}.get(self.path, 200))
            self.send_header("Location", "/signe")
            self.end_headers()

        do_GET = do_POST = answer

        def log_message(self, *said: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_sign_is_given_while_jobs_are_on_time(
    outside: tuple[str, list[tuple[str, str]]], sessions: sessionmaker[Session], at: datetime, method: str
) -> None:
    actions.note_watch(sessions, {"essai": at})

    said = Heartbeat(f"{outside[0]}/signe", method, WATCHED).beat(sessions, Turn(at, at))

    assert (said, outside[1]) == ("reçu (200)", [(method, "/signe")])


def test_a_late_job_holds_the_sign_back(
    outside: tuple[str, list[tuple[str, str]]], sessions: sessionmaker[Session], at: datetime
) -> None:
    actions.note_watch(sessions, {"essai": at - timedelta(minutes=5)})

    said = Heartbeat(f"{outside[0]}/signe", "GET", WATCHED).beat(sessions, Turn(at, at))

    assert (said, outside[1]) == ("retenu : 1 tâche(s) en retard ou en échec", [])


@pytest.mark.parametrize("path", ["/refus", "/ailleurs"])
def test_a_sign_that_is_not_taken_is_a_failure_and_goes_nowhere_else(
    outside: tuple[str, list[tuple[str, str]]], sessions: sessionmaker[Session], at: datetime, path: str
) -> None:
    actions.note_watch(sessions, {"essai": at})

    with pytest.raises(HTTPError):
        Heartbeat(outside[0] + path, "GET", WATCHED).beat(sessions, Turn(at, at))

    assert outside[1] == [("GET", path)]
