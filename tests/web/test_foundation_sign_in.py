"""Signing in and out: one answer for every refusal, a session of one's own, and its end."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from app.factory import create_app
from app.settings import Settings
from governance.core.trail import TrailEntry
from governance.people.rules import Role
from governance.people.sessions.tables import WebSession
from governance.people.tables import PersonRole
from tests.conftest import PASSWORD, Demonstration
from tests.web.conftest import SECRET, Submit, token

MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_the_right_password_opens_a_session(sign_in: Callable[..., FlaskClient]) -> None:
    client = sign_in(Role.DPO)

    page = client.get("/a-propos")

    assert page.status_code == 200
    assert "Personne dpo" in page.text


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(
    client: FlaskClient, demonstration: Demonstration, submit: Submit
) -> None:
    wrong = submit(client, "/connexion", {"email": demonstration.email(Role.DPO), "password": "Wrong-Horse-42"})
    unknown = submit(client, "/connexion", {"email": "personne@nulle-part.example", "password": PASSWORD})

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "ne convient pas" in wrong.text
    assert sentences(wrong.text) == sentences(unknown.text)


@pytest.mark.parametrize(
    "email", ["", "   ", "pas une adresse", "a\0b@c.example", "é" * 300, "x@y.z\r\nBcc: a@b.c", "'; --"]
)
def test_an_address_that_makes_no_sense_is_refused_without_being_repeated_outside_its_field(
    client: FlaskClient, demonstration: Demonstration, submit: Submit, email: str
) -> None:
    answer = submit(client, "/connexion", {"email": email, "password": PASSWORD})

    assert answer.status_code == 422
    assert "À corriger" in answer.text


def test_a_password_is_never_sent_back(client: FlaskClient, submit: Submit) -> None:
    answer = submit(client, "/connexion", {"email": "personne@nulle-part.example", "password": "Wrong-Horse-42"})

    assert "Wrong-Horse-42" not in answer.text


def test_a_very_long_password_is_refused_at_once(client: FlaskClient, submit: Submit) -> None:
    answer = submit(client, "/connexion", {"email": "a@b.example", "password": "x" * 100_000})

    assert answer.status_code == 422


def test_signing_in_leaves_nothing_of_the_former_session(
    client: FlaskClient, demonstration: Demonstration, submit: Submit
) -> None:
    client.get("/connexion")
    with client.session_transaction() as planted:
        planted["piege"] = "laissé par un autre"
        before = planted["csrf_token"]

    submit(client, "/connexion", {"email": demonstration.email(Role.DPO), "password": PASSWORD})

    with client.session_transaction() as session:
        assert "piege" not in session
        assert session.get("csrf_token") != before


def test_signing_out_everywhere_ends_the_other_sessions_too(app: APIFlask, sign_in: Callable[..., FlaskClient]) -> None:
    here, there, colleague = sign_in(Role.TECHNICIEN), sign_in(Role.TECHNICIEN), sign_in(Role.DPO)

    here.post("/deconnexion/partout", data={"csrf_token": token(here, "/a-propos")})

    assert [one.get("/a-propos").status_code for one in (here, there, colleague)] == [303, 303, 200]


def test_signing_out_here_leaves_the_other_sessions(app: APIFlask, sign_in: Callable[..., FlaskClient]) -> None:
    here, there = sign_in(Role.TECHNICIEN), sign_in(Role.TECHNICIEN)

    here.post("/deconnexion", data={"csrf_token": token(here, "/a-propos")})

    assert [one.get("/a-propos").status_code for one in (here, there)] == [303, 200]


def test_leaving_clears_what_the_browser_kept(sign_in: Callable[..., FlaskClient]) -> None:
    here = sign_in(Role.TECHNICIEN)

    left = here.post("/deconnexion", data={"csrf_token": token(here, "/a-propos")})

    assert left.headers["Clear-Site-Data"] == '"storage"'


def test_one_of_one_s_sessions_is_ended_from_another(app: APIFlask, sign_in: Callable[..., FlaskClient]) -> None:
    here, there, colleague = sign_in(Role.TECHNICIEN), sign_in(Role.TECHNICIEN), sign_in(Role.DPO)
    page = here.get("/compte/sessions").text
    ends = re.findall(r'action="(/compte/sessions/\w+/fermer)"', page)

    stranger = [colleague.post(end, data={"csrf_token": token(colleague, "/a-propos")}).status_code for end in ends]
    other = next(end for end in ends if "Celle-ci" not in page.split(end)[0].rpartition("<li>")[2])
    ended = here.post(other, data={"csrf_token": token(here, "/a-propos")})

    assert stranger == [404, 404]
    assert ended.location == "/compte/sessions"
    assert [one.get("/a-propos").status_code for one in (here, there)] == [200, 303]


def test_a_removed_role_counts_at_the_next_request(
    sign_in: Callable[..., FlaskClient], demonstration: Demonstration, sessions: sessionmaker[Session]
) -> None:
    client = sign_in(Role.DPO)
    before = client.get("/vocabulaire").status_code

    with sessions.begin() as session:
        person = demonstration.people[Role.DPO]
        session.execute(sa.update(PersonRole).where(PersonRole.person_id == person).values(role="technicien"))
    narrowed = client.get("/vocabulaire").status_code
    with sessions.begin() as session:
        session.execute(sa.delete(PersonRole).where(PersonRole.person_id == person))

    assert (before, narrowed, client.get("/a-propos").status_code) == (200, 403, 303)


def test_a_session_s_key_is_nowhere_in_the_database(
    sign_in: Callable[..., FlaskClient], sessions: sessionmaker[Session]
) -> None:
    client = sign_in(Role.DPO)
    with client.session_transaction() as cookie:
        key = cookie["key"]

    with sessions() as session:
        kept = [str(value) for row in session.execute(sa.select(WebSession.__table__)) for value in row]

    assert kept and not [value for value in kept if key in value]


def test_a_key_that_was_planted_opens_nothing_and_is_replaced_by_signing_in(
    app: APIFlask, demonstration: Demonstration, submit: Submit
) -> None:
    victim, thief = app.test_client(), app.test_client()
    for browser in (victim, thief):
        with browser.session_transaction() as cookie:
            cookie["key"] = "plantée"

    submit(victim, "/connexion", {"email": demonstration.email(Role.DPO), "password": PASSWORD})

    assert victim.get("/a-propos").status_code == 200
    assert thief.get("/a-propos").status_code == 303


def test_signing_out_ends_a_copied_cookie_too(app: APIFlask, sign_in: Callable[..., FlaskClient]) -> None:
    client, thief = sign_in(Role.TECHNICIEN), app.test_client()
    thief.set_cookie("vigie", client.get_cookie("vigie").value)
    assert thief.get("/a-propos").status_code == 200

    answer = client.post("/deconnexion", data={"csrf_token": token(client, "/a-propos")})

    assert answer.location == "/connexion"
    assert client.get("/a-propos").status_code == 303
    assert thief.get("/a-propos").status_code == 303


def test_an_unused_session_ends(app: APIFlask, demonstration: Demonstration, submit: Submit) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = app.test_client()
        submit(client, "/connexion", {"email": demonstration.email(Role.DPO), "password": PASSWORD})

        clock.shift(timedelta(minutes=29))
        used = client.get("/a-propos").status_code
        clock.shift(timedelta(minutes=31))
        unused = client.get("/a-propos").status_code

    assert (used, unused) == (200, 303)


def test_a_session_in_constant_use_ends_too(app: APIFlask, demonstration: Demonstration, submit: Submit) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = app.test_client()
        submit(client, "/connexion", {"email": demonstration.email(Role.DPO), "password": PASSWORD})

        answers = []
        for _ in range(31):
            clock.shift(timedelta(minutes=25))
            answers.append(client.get("/a-propos").status_code)

    assert answers == [200] * 28 + [303] * 3


@pytest.mark.parametrize(
    "target", ["//ailleurs.example", "https://ailleurs.example/", "/\\ailleurs.example", "javascript:alert(1)", "/\t/x"]
)
def test_signing_in_never_leads_to_another_site(
    client: FlaskClient, demonstration: Demonstration, submit: Submit, target: str
) -> None:
    typed = {"email": demonstration.email(Role.DPO), "password": PASSWORD, "suite": target}

    answer = submit(client, "/connexion", typed)

    assert answer.location == "/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(
    client: FlaskClient, demonstration: Demonstration, submit: Submit
) -> None:
    refused = client.get("/a-propos")
    typed = {"email": demonstration.email(Role.DPO), "password": PASSWORD, "suite": "/a-propos"}

    answer = submit(client, "/connexion", typed, refused.location)

    assert refused.location == "/connexion?suite=/a-propos"
    assert answer.location == "/a-propos"


def test_the_trail_tells_who_signed_in_and_that_someone_was_refused(
    app: APIFlask, demonstration: Demonstration, submit: Submit, sessions: sessionmaker[Session]
) -> None:
    for email, password in (
        (demonstration.email(Role.DPO), PASSWORD),
        (demonstration.email(Role.DPO), "Wrong-Horse-42"),
        ("personne@nulle-part.example", PASSWORD),
    ):
        submit(app.test_client(), "/connexion", {"email": email, "password": password})

    with sessions() as session:
        entries = session.scalars(
            sa.select(TrailEntry).where(TrailEntry.action.startswith("person.sign")).order_by(TrailEntry.id)
        )
        told = [(entry.action, entry.actor, entry.subject) for entry in entries]

    dpo = demonstration.people[Role.DPO]
    assert told == [
        ("person.signed_in", dpo, dpo),
        ("person.sign_in_refused", "anonyme", dpo),
        ("person.sign_in_refused", "anonyme", "inconnu"),
    ]


def test_the_session_cookie_is_bound_to_the_host_and_kept_from_scripts_over_https(database_url: str) -> None:
    app = create_app(Settings(database_url=database_url, secret=SECRET))

    answer = app.test_client().get("/connexion", base_url="https://vigie.example")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-vigie=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def sentences(page: str) -> str:
    """Return what a page says, without what differs at each request."""
    return page.split("<main")[1].split('name="csrf_token"', maxsplit=1)[0]
