"""« Ce qui m'attend », « Agenda » and its feed: what each role is shown, and who a secret link answers."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app import factory
from governance.agenda.tables import CalendarLink
from governance.core import clock
from governance.core.trail import TrailEntry
from governance.people.accounts.actions import close_account
from governance.people.actions import set_roles
from governance.people.machines.actions import create_key, limit_key
from governance.people.rules import Permission, Role, command
from tests.conftest import Demonstration, on_sqlite
from tests.web.agenda_probe import probe
from tests.web.conftest import Submit, token

SignIn = Callable[..., FlaskClient]
pytestmark = on_sqlite


@pytest.fixture(autouse=True)
def _a_package_with_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factory, "FEATURES", (*factory.FEATURES, probe()))


def also_elsewhere(sessions: sessionmaker[Session], demonstration: Demonstration) -> None:
    """Make the DPO a DPO of the second structure too."""
    with sessions.begin() as session:
        by, roles = command(demonstration.other), frozenset({Role.DPO})
        person = demonstration.people[Role.DPO]
        set_roles(session, person, demonstration.other, roles, by=by, at=clock.now())


def text_of(client: FlaskClient, path: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", client.get(path).text)).split())


@pytest.mark.parametrize("role", [Role.DPO, Role.GESTIONNAIRE, Role.REFERENT, Role.AGENT_CAISSE, Role.DPO_CAISSE])
def test_who_looks_after_conventions_arrives_on_what_awaits_them(role: Role, sign_in: SignIn) -> None:
    assert sign_in(role).get("/").location == "/a-faire"


@pytest.mark.parametrize(
    ("role", "home"), [(Role.TECHNICIEN, "/signalements/verifier"), (Role.ADMINISTRATEUR, "/a-propos")]
)
def test_the_others_keep_their_home(role: Role, home: str, sign_in: SignIn) -> None:
    assert sign_in(role).get("/").location == home


def test_what_is_late_is_first_with_its_time_its_article_and_its_button(sign_in: SignIn) -> None:
    page = sign_in(Role.GESTIONNAIRE).get("/a-faire").text
    order = [page.index(words) for words in ("En retard", "Finir la revue", "Prévenir la caisse", "Relire")]

    assert order == sorted(order)
    assert "en retard de 3\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}12" in page
    assert '<a class="v-legal" href="/conventions/S0">S0, annexe 4, § 8</a>' in page
    assert "<b>la revue</b>" not in page


def test_each_package_reads_with_the_sight_of_who_asks(sign_in: SignIn) -> None:
    assert "1 structure vue" in text_of(sign_in(Role.GESTIONNAIRE), "/a-faire")


def test_a_person_of_two_structures_is_told_what_awaits_them_in_the_other(
    sign_in: SignIn, sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    also_elsewhere(sessions, demonstration)

    page = text_of(sign_in(Role.DPO), "/a-faire")

    assert "CCAS d'ailleurs : 3 à faire, la première en retard" in page


def test_the_dpo_reads_the_health_of_the_service_at_the_foot(sign_in: SignIn) -> None:
    assert "Santé du service" in sign_in(Role.DPO).get("/a-faire").text
    assert "Santé du service" not in sign_in(Role.GESTIONNAIRE).get("/a-faire").text


def test_nothing_to_do_says_so_and_where_to_look(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.web.agenda_probe.tasks", lambda *_: ())

    assert "Rien ne vous attend." in sign_in(Role.GESTIONNAIRE).get("/a-faire").text


def test_the_agenda_lists_what_comes_and_counts_what_is_past(sign_in: SignIn) -> None:
    client = sign_in(Role.DPO)

    assert "Fin de l'essai" in text_of(client, "/agenda?sorte=essai")
    assert "Début de l'essai" not in text_of(client, "/agenda?sorte=essai")
    assert "1 date · 1 avant" in text_of(client, "/agenda?sorte=essai")
    assert "Début de l'essai" in text_of(client, "/agenda?sorte=essai&mois=2020-01")


def test_a_month_that_does_not_exist_is_said_and_what_comes_is_still_shown(sign_in: SignIn) -> None:
    answer = sign_in(Role.DPO).get("/agenda?mois=2026-99")

    assert answer.status_code == 422
    assert "Ce mois n'existe pas" in html.unescape(answer.text)


def test_the_file_of_the_agenda_opens_in_a_calendar(sign_in: SignIn) -> None:
    answer = sign_in(Role.DPO).get("/agenda/telecharger.ics")

    assert answer.mimetype == "text/calendar"
    assert {str(event["summary"]) for event in Calendar.from_ical(answer.data).events} >= {"Fin de l'essai"}


def link_of(client: FlaskClient) -> str:
    """Make a link and return the path that it is shown as, once."""
    page = client.post("/compte/agenda/lien", data={"csrf_token": token(client, "/compte/agenda")}).text
    found = re.search(r'value="http://localhost(/agenda\.ics\?cle=[\w-]+)"', page)
    assert found is not None
    return found[1]


def test_a_secret_link_gives_the_dates_of_all_structures_to_whoever_has_it(
    sign_in: SignIn, client: FlaskClient, sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    also_elsewhere(sessions, demonstration)
    path = link_of(sign_in(Role.DPO))

    answer = client.get(path)

    said = {str(event["summary"]) for event in Calendar.from_ical(answer.data).events}
    assert {"Fin de l'essai (CCAS d'ici)", "Fin de l'essai (CCAS d'ailleurs)"} <= said
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_the_secret_is_shown_once_and_kept_as_a_hash(sign_in: SignIn, sessions: sessionmaker[Session]) -> None:
    browser = sign_in(Role.DPO)

    secret = link_of(browser).partition("=")[2]

    with sessions() as session:
        kept = session.scalars(select(CalendarLink)).one()
        told = session.scalars(select(TrailEntry).where(TrailEntry.action == "calendar.opened")).one()
    assert secret not in browser.get("/compte/agenda").text
    assert secret not in (kept.hash, repr(told.details))


def test_a_link_that_is_replaced_or_closed_answers_nobody(sign_in: SignIn, client: FlaskClient, submit: Submit) -> None:
    browser = sign_in(Role.DPO)
    first, second = link_of(browser), link_of(browser)

    replaced = client.get(first).status_code
    submit(browser, "/compte/agenda/lien/fermer", {}, page="/compte/agenda")

    assert (replaced, client.get(second).status_code) == (404, 404)
    assert client.get("/agenda.ics").status_code == 404


@pytest.mark.parametrize("how", ["role", "account"])
def test_the_feed_ends_with_the_role_and_with_the_account(
    how: str, sign_in: SignIn, client: FlaskClient, sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    path, person = link_of(sign_in(Role.GESTIONNAIRE)), demonstration.people[Role.GESTIONNAIRE]
    assert client.get(path).status_code == 200

    with sessions.begin() as session:
        by, at = command(demonstration.structure), clock.now()
        if how == "account":
            close_account(session, person, by=by, at=at)
        else:
            set_roles(session, person, demonstration.structure, frozenset({Role.ADMINISTRATEUR}), by=by, at=at)

    assert client.get(path).status_code == 404


@pytest.mark.parametrize("days", ["1", "", "abc", "-1"])
def test_a_morning_mail_that_is_not_proposed_is_refused_in_place(days: str, sign_in: SignIn, submit: Submit) -> None:
    answer = submit(sign_in(Role.DPO), "/compte/agenda/matin", {"days": days}, page="/compte/agenda")

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_the_key_of_a_program_that_expires_is_a_date_and_then_a_task(
    sign_in: SignIn, sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    at, by = clock.now(), command(demonstration.structure)
    with sessions.begin() as session:
        for name, days in (("Proche", 20), ("Lointain", 60)):
            key = create_key(session, by.structure, name, frozenset({Permission.SCAN}), by=by, at=at)
            limit_key(session, key.id, clock.day(at) + timedelta(days=days), by=by, at=at)
    browser = sign_in(Role.DPO)

    tasks, dates = text_of(browser, "/a-faire"), text_of(browser, "/agenda")

    assert "Renouveler la clé du logiciel « Proche »" in tasks
    assert "Lointain" not in tasks
    assert dates.index("« Proche » expire") < dates.index("« Lointain » expire")
