"""What is true of every task and date, whatever package gives it: each role may follow it, and jobs may ask for it."""

from collections.abc import Callable
from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from app.features import FEATURES
from app.mail import refusal
from governance.agenda import gathering
from governance.agenda.items import Dated, Task
from governance.core import clock
from governance.core.storage import reading
from governance.people.queries import actor_of
from governance.people.rules import HUMANS, Actor
from governance.people.tables import Person
from governance.web.act import sight_of
from tests.conftest import Demonstration, on_sqlite

pytestmark = on_sqlite


def asked(sessions: sessionmaker[Session], by: Actor, at: datetime) -> list[Task | Dated]:
    """Return what every package gives an actor, asked as a job does: outside any request."""
    with reading(sessions, sight_of(by)) as session:
        dates = gathering.dates_of(FEATURES, session, by, at)
        return [*gathering.tasks_of(FEATURES, session, by, at), *(one.item for one in dates)]


def test_every_task_and_date_leads_its_reader_to_a_page_that_answers(
    sessions: sessionmaker[Session],
    things: dict[str, str],
    sign_in: Callable[..., FlaskClient],
    demonstration: Demonstration,
) -> None:
    for role in sorted(HUMANS):
        with reading(sessions) as session:
            person = session.get_one(Person, demonstration.actor(role).id)
            by = actor_of(session, person, demonstration.place(role))
        assert by is not None

        found = asked(sessions, by, clock.now())

        check(found, sign_in(role))


def check(found: list[Task | Dated], browser: FlaskClient) -> None:
    """Follow what a role is given, and look at its words."""
    answered = {one.href: browser.get(one.href).status_code for one in found}
    assert {href: status for href, status in answered.items() if status != 200} == {}
    assert [one.key for one in found if refusal(one.title) is not None or not one.title] == []
    assert [one.key for one in found if isinstance(one, Task) and not one.verb] == []
    assert len({(type(one), one.key) for one in found}) == len(found)
