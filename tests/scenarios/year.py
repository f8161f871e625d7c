"""A structure, its caisse and the service's clock over a year, as its people meet them: pages, forms and jobs."""

import io
import re
from datetime import UTC, date, datetime, time
from html import unescape

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from app.review_events import REVIEW_EVENTS
from governance.core import clock
from governance.core.outbox.tables import OutboxMessage
from governance.habilitations.jobs import JOBS as OF_ACCOUNTS
from governance.habilitations.tables import Account, Agent
from governance.jobs.job import InSlot, Job, Turn
from governance.people.sessions.actions import Opening, open_session
from governance.web.identity import KEY, KEYS
from reviews.jobs import jobs as of_reviews
from reviews.rules import State as ReviewState
from reviews.tables import ReviewCampaign
from tests.web.conftest import token

BASE = "https://vigie.ccas.example"


class Year:
    """The days of a structure; `people` gives, by a short name, who signs in and where."""

    def __init__(
        self, app: APIFlask, sessions: sessionmaker[Session], people: dict[str, tuple[str, str]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        self.app, self.sessions, self.people, self.monkeypatch = app, sessions, people, monkeypatch
        self.jobs: tuple[Job, ...] = (*of_reviews(app.extensions[KEYS], BASE), REVIEW_EVENTS, *OF_ACCOUNTS)

    def on(self, day: date, hour: int = 9) -> "Year":
        """Bring the clock to a day, and do what the timetable has for it."""
        at = datetime.combine(day, time(hour), UTC)
        self.monkeypatch.setattr(clock, "now", lambda: at)
        for job in self.jobs:
            if isinstance(job.work, InSlot):
                with self.sessions.begin() as session:
                    job.work.do(session, Turn(at, at))
            else:
                job.work.do(self.sessions, Turn(at, at))
        return self

    def client(self, who: str) -> FlaskClient:
        """Give the browser of somebody who is signed in."""
        person, structure = self.people[who]
        client = self.app.test_client()
        with self.sessions.begin() as session:
            key = open_session(session, Opening(person, structure, "essai", "Essai"), at=clock.now())
        with client.session_transaction() as cookie:
            cookie[KEY] = key
        return client

    def read(self, who: str, path: str) -> str:
        """Return what somebody reads on a page."""
        return plain(self.client(who).get(path).text)

    def send(self, who: str, path: str, **typed: object) -> str:
        """Send a form, and return what is read on the page that follows."""
        client = self.client(who)
        return plain(client.post(path, data={"csrf_token": token(client), **typed}, follow_redirects=True).text)

    def confirm(self, url: str, who: str = "gestionnaire") -> str:
        """Press the button that keeps together the accounts that the page lists, and return what is read then."""
        form = re.findall(r'<form method="post" action="[^"]+/confirmer".*?</form>', self.raw(who, url), re.S)[0]
        lines = re.findall(r'name="line" value="([^"]*)"', form)
        shown = re.findall(r'name="shown" value="([^"]*)"', form)[0]
        return self.send(who, f"{url}/confirmer", line=lines, shown=shown)

    def titles(self, who: str) -> list[str]:
        """Return the title of each thing that awaits somebody, with its article."""
        found = re.findall(r'<div class="a-what">.*?</div>', self.raw(who, "/a-faire"), re.S)
        return [plain(one) for one in found]

    def raw(self, who: str, path: str) -> str:
        """Return a page as it is sent."""
        return self.client(who).get(path).text

    def agents(self) -> dict[str, str]:
        """Return the declared staff, by last name."""
        with self.sessions() as session:
            return {row.last_name: row.id for row in session.scalars(select(Agent).order_by(Agent.id))}

    def accounts(self) -> dict[str, str]:
        """Return the accounts, by last name and caisse."""
        with self.sessions() as session:
            rows = session.scalars(select(Account).order_by(Account.asked_on, Account.id))
            return {f"{row.last_name}/{row.caisse}": row.id for row in rows}

    def written(self, prefix: str) -> list[str]:
        """Return the kinds of the messages that left, in order."""
        wanted = select(OutboxMessage.kind).where(OutboxMessage.kind.like(f"{prefix}%"))
        with self.sessions() as session:
            return list(session.scalars(wanted.order_by(OutboxMessage.created_at, OutboxMessage.id)))

    def review(self) -> str:
        """Return the address of the review that is under way."""
        with self.sessions() as session:
            wanted = select(ReviewCampaign.id).where(ReviewCampaign.state == ReviewState.OPEN.value)
            return f"/revues/{session.scalars(wanted).one()}"

    def answer(self, url: str, given: dict[str, str], who: str = "gestionnaire", words: str = "") -> None:
        """Press a button on the card of each account, by the name that it shows, once these words are typed."""
        for name, pressed in given.items():
            forms = re.findall(
                r'<form method="post" action="([^"]+/comptes/[^"]+)"(.*?)</form>', self.raw(who, url), re.S
            )
            action, body = next(one for one in forms if f" {name} ?" in one[1])
            fields = dict(re.findall(r'<input type="hidden" name="(version|shown)" value="([^"]*)"', body))
            self.send(who, action, **fields, answer=pressed, words=words)


def plain(page: str) -> str:
    """Return the words of a page."""
    said = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", said)).replace("\u00a0", " ").split())


def declare(year: Year, last_name: str, first_name: str) -> str:
    """Declare a member of staff, and return what the page said."""
    email = f"{last_name.lower()}@ccas-essai.example"
    return year.send(
        "gestionnaire", "/agents/declarer", civility="Madame", last_name=last_name, first_name=first_name,
        fonction="Responsable", email=email, phone="03 20 00 00 00", tie="agent",
    )  # fmt: skip


def send(client: FlaskClient, place: str, content: bytes) -> TestResponse:
    """Send a list to look at."""
    data = {"csrf_token": token(client, "/listes/importer"), "place": place, "file": (io.BytesIO(content), "liste")}
    return client.post("/listes/importer", data=data, content_type="multipart/form-data")


def keep(client: FlaskClient, shown: TestResponse) -> None:
    """Keep the list that was looked at."""
    seen = client.get(shown.location).text.split('name="seen" type="hidden" value="')[1].split('"')[0]
    sent = {"csrf_token": token(client, shown.location), "seen": seen}
    assert client.post(f"{shown.location}/enregistrer", data=sent).status_code == 303
