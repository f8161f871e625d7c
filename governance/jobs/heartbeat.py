"""A sign of life to an address outside: when it stops, somebody there is told that the service has."""

from dataclasses import dataclass, field
from http.client import HTTPMessage
from typing import IO
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sqlalchemy.orm import Session, sessionmaker

from governance.core.storage import reading
from governance.jobs import queries
from governance.jobs.job import Job, Turn

TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Where the sign goes, how, and the jobs whose being late holds it back: silence is the alarm."""

    url: str = field(repr=False)  # whoever knows it can send the sign
    method: str
    watched: tuple[Job, ...]

    def beat(self, sessions: sessionmaker[Session], turn: Turn) -> str:
        """Send the sign unless a job is late or failing; raises OSError when the address does not take it."""
        with reading(sessions) as session:
            states = queries.states(session, self.watched, turn.at)
        ailing = sum(1 for state in states if state.is_late or state.failed_at is not None)
        if ailing:
            return f"retenu : {ailing} tâche(s) en retard ou en échec"
        asked = Request(self.url, data=b"" if self.method == "POST" else None, method=self.method)  # noqa: S310  # http only, by the settings
        with _OPENER.open(asked, timeout=TIMEOUT_SECONDS) as answer:
            return f"reçu ({answer.status})"


class _Nowhere(HTTPRedirectHandler):
    """Follow no redirection: the address that was set is the one that is called."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


_OPENER = build_opener(_Nowhere)
