"""One's account: changing the password, links that serve once, waiting after wrong tries, confirming dangerous acts."""

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
from governance.core.outbox.tables import OutboxContent, OutboxMessage
from governance.core.trail import TrailEntry
from governance.people import queries
from governance.people.accounts import actions, links
from governance.people.lockout.tables import FailedTries
from governance.people.rules import Role
from governance.people.tables import Person
from tests.conftest import PASSWORD, Demonstration
from tests.web.conftest import SECRET, Submit, token

Sessions = sessionmaker[Session]
SignIn = Callable[..., FlaskClient]
NEW = "girafe-Tabouret-17"
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def enter(client: FlaskClient, submit: Submit, email: str, password: str) -> int:
    return submit(client, "/connexion", {"email": email, "password": password}).status_code


def told(sessions: Sessions, prefix: str) -> list[str]:
    with sessions() as session:
        chosen = sa.select(TrailEntry.action).where(TrailEntry.action.startswith(prefix)).order_by(TrailEntry.id)
        return list(session.scalars(chosen))


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one_under_a_new_key(
    app: APIFlask, sign_in: SignIn, demonstration: Demonstration, submit: Submit, sessions: Sessions
) -> None:
    here, there = sign_in(Role.TECHNICIEN), sign_in(Role.TECHNICIEN)
    thief = app.test_client()
    thief.set_cookie("vigie", here.get_cookie("vigie").value)

    answer = submit(here, "/compte/mot-de-passe", {"present": PASSWORD, "password": NEW})

    assert answer.location == "/compte"
    assert [one.get("/compte").status_code for one in (here, there, thief)] == [200, 303, 303]
    email = demonstration.email(Role.TECHNICIEN)
    assert enter(app.test_client(), submit, email, PASSWORD) == 422
    assert enter(app.test_client(), submit, email, NEW) == 303
    assert told(sessions, "password") == ["password.changed"]


@pytest.mark.parametrize(
    ("present", "new", "said"),
    [("faux", NEW, "actuel ne convient pas"), (PASSWORD, "Marseille2026!", "devine"), (PASSWORD, "", "Choisissez")],
)
def test_a_password_is_not_changed_by_halves(
    sign_in: SignIn, submit: Submit, sessions: Sessions, present: str, new: str, said: str
) -> None:
    client, other = sign_in(Role.TECHNICIEN), sign_in(Role.TECHNICIEN)

    answer = submit(client, "/compte/mot-de-passe", {"present": present, "password": new})

    assert answer.status_code == 422
    assert said in answer.text
    assert other.get("/compte").status_code == 200
    assert told(sessions, "password") == []


def test_an_invited_person_chooses_a_password_by_a_link_that_serves_once(
    app: APIFlask, sign_in: SignIn, submit: Submit, sessions: Sessions
) -> None:
    dpo, guest = sign_in(Role.DPO), app.test_client()
    typed = {"name": "Ada Lenoir", "email": "ada@ici.example", "roles": "technicien"}

    link = shown_link(submit(dpo, "/personnes/inviter", typed).text)
    weak = submit(guest, link, {"password": "Lenoir-kz7-mPq2!"})
    done = submit(guest, link, {"password": NEW})
    again = guest.post(link, data={"csrf_token": token(guest, "/connexion"), "password": NEW + "!"})

    assert (weak.status_code, done.location, again.status_code) == (422, "/connexion", 404)
    assert "votre nom" in weak.text
    assert "déjà servi" in again.text
    assert enter(guest, submit, "ada@ici.example", NEW) == 303
    assert told(sessions, "link") == ["link.made", "link.used", "link.refused"]


def test_an_invited_person_cannot_sign_in_before_choosing_a_password(
    app: APIFlask, sign_in: SignIn, submit: Submit
) -> None:
    typed = {"name": "Ada Lenoir", "email": "ada@ici.example", "roles": "technicien"}
    submit(sign_in(Role.DPO), "/personnes/inviter", typed)

    tries = [enter(app.test_client(), submit, "ada@ici.example", password) for password in ("None", PASSWORD)]

    assert tries == [422, 422]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"email": "ada"},
        {"email": "dpo@ici.example"},
        {"roles": ""},
        {"roles": "machine"},
        {"name": "<script>alert(1)</script>" * 9},
        {"name": "{{ 7*7 }}\0"},
    ],
)
def test_an_invitation_that_makes_no_sense_creates_nobody(
    sign_in: SignIn, submit: Submit, sessions: Sessions, changes: dict[str, str]
) -> None:
    typed = {"name": "Ada Lenoir", "email": "ada@ici.example", "roles": "technicien"} | changes

    answer = submit(sign_in(Role.DPO), "/personnes/inviter", typed)

    assert answer.status_code == 422
    assert "À corriger" in answer.text
    assert told(sessions, "link") == []


@pytest.mark.parametrize("forged", ["inconnu", "x" * 3000, "..%2f..", "%00", "é"])
def test_a_forged_link_opens_nothing(client: FlaskClient, sessions: Sessions, forged: str) -> None:
    answer = client.get(f"/compte/lien/{forged}")

    assert answer.status_code == 404


def test_a_link_expires_and_the_next_one_replaces_it(
    app: APIFlask, demonstration: Demonstration, sessions: Sessions
) -> None:
    by, person = demonstration.actor(Role.DPO), demonstration.people[Role.TECHNICIEN]
    client = app.test_client()

    with time_machine.travel(MORNING, tick=False) as clock:
        with sessions.begin() as session:
            first = actions.make_link(session, person, by=by, at=MORNING)
            second = actions.make_link(session, person, by=by, at=MORNING)
        replaced, fresh = (client.get(f"/compte/lien/{one}").status_code for one in (first, second))
        clock.shift(timedelta(minutes=61))
        expired = client.get(f"/compte/lien/{second}").status_code

    assert (replaced, fresh, expired) == (404, 200, 404)


def test_a_forgotten_password_is_answered_alike_whether_or_not_the_account_exists(
    app: APIFlask, demonstration: Demonstration, submit: Submit, sessions: Sessions
) -> None:
    app.config.update({links.ADDRESS: "https://vigie.example", links.MAIL: True})
    answers = []
    for email in (demonstration.email(Role.TECHNICIEN), "personne@nulle-part.example"):
        client = app.test_client()
        sent = submit(client, "/connexion/oubli", {"email": email})
        answers.append(
            (sent.status_code, sent.location, client.get(sent.location).text.split("<main")[1].split("<form")[0])
        )

    assert answers[0] == answers[1]
    with sessions() as session:
        mails = session.scalars(sa.select(OutboxContent).order_by(OutboxContent.message)).all()
    assert [mail.recipient for mail in mails] == [demonstration.email(Role.TECHNICIEN)]
    assert "https://vigie.example/compte/lien/" in mails[0].body


def test_the_link_of_a_mail_never_follows_the_host_of_the_request(
    app: APIFlask, demonstration: Demonstration, submit: Submit, sessions: Sessions
) -> None:
    app.config.update({links.ADDRESS: "https://vigie.example", links.MAIL: True})
    client = app.test_client()
    page = client.get("/connexion/oubli", headers={"Host": "mechant.example"})
    form = {"csrf_token": page.text.split('csrf-token" content="')[1].split('"')[0]}
    form["email"] = demonstration.email(Role.TECHNICIEN)

    client.post("/connexion/oubli", data=form, headers={"Host": "mechant.example"})

    with sessions() as session:
        body = session.scalars(sa.select(OutboxContent)).one().body
    assert "https://vigie.example/compte/lien/" in body
    assert "mechant" not in body


def test_without_a_mail_server_one_is_told_whom_to_ask(app: APIFlask, client: FlaskClient) -> None:
    app.config[links.ADDRESS] = "https://vigie.example"

    page = client.get("/connexion/oubli")

    assert "envoie pas de courriel" in page.text


def test_links_asked_for_again_and_again_stop_leaving(
    app: APIFlask, demonstration: Demonstration, submit: Submit, sessions: Sessions
) -> None:
    app.config.update({links.ADDRESS: "https://vigie.example", links.MAIL: True})

    for _ in range(8):
        submit(app.test_client(), "/connexion/oubli", {"email": demonstration.email(Role.TECHNICIEN)})

    with sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 5


def test_a_reset_ends_every_session_and_the_wait(
    app: APIFlask, sign_in: SignIn, demonstration: Demonstration, submit: Submit, sessions: Sessions
) -> None:
    open_one, email = sign_in(Role.TECHNICIEN), demonstration.email(Role.TECHNICIEN)
    for _ in range(5):
        enter(app.test_client(), submit, email, "faux")
    waiting = enter(app.test_client(), submit, email, PASSWORD)
    person = demonstration.people[Role.TECHNICIEN]
    link = shown_link(submit(sign_in(Role.DPO), f"/personnes/{person}/lien", {}, "/personnes").text)

    submit(app.test_client(), link, {"password": NEW})

    assert waiting == 429
    assert open_one.get("/compte").status_code == 303
    assert enter(app.test_client(), submit, email, NEW) == 303


@pytest.mark.parametrize("exists", [True, False])
def test_after_five_wrong_passwords_one_waits_twice_as_long_each_time_whatever_the_process(
    app: APIFlask, settings: Settings, demonstration: Demonstration, submit: Submit, exists: bool
) -> None:
    email = demonstration.email(Role.DPO) if exists else "personne@nulle-part.example"
    restarted = create_app(settings)

    with time_machine.travel(MORNING, tick=False) as clock:
        first = [enter(app.test_client(), submit, email, "faux") for _ in range(5)]
        answer = submit(restarted.test_client(), "/connexion", {"email": email, "password": PASSWORD})
        clock.shift(timedelta(seconds=61))
        sixth = enter(restarted.test_client(), submit, email, "faux")
        clock.shift(timedelta(seconds=61))
        still = enter(app.test_client(), submit, email, PASSWORD)
        clock.shift(timedelta(seconds=61))
        right = enter(app.test_client(), submit, email, PASSWORD)

    assert first == [422] * 5
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "attendez 1 min" in answer.text
    assert (sixth, still, right) == (422, 429, 303 if exists else 422)
    restarted.extensions["vigie.sessions"].kw["bind"].dispose()


def test_one_address_that_tries_many_accounts_waits_too(app: APIFlask, submit: Submit, sessions: Sessions) -> None:
    answers = [enter(app.test_client(), submit, f"personne{number}@ici.example", "faux") for number in range(21)]

    assert answers == [422] * 20 + [429]
    assert told(sessions, "person.locked") == ["person.locked"]


def test_what_is_kept_of_failures_tells_neither_the_account_nor_the_address(
    app: APIFlask, demonstration: Demonstration, submit: Submit, sessions: Sessions
) -> None:
    enter(app.test_client(), submit, demonstration.email(Role.DPO), "faux")

    with sessions() as session:
        kept = session.scalars(sa.select(FailedTries.subject).order_by(FailedTries.subject)).all()
    assert len(kept) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", subject) for subject in kept)


def test_a_closed_account_is_out_at_once_and_its_password_opens_nothing(
    app: APIFlask, sign_in: SignIn, demonstration: Demonstration, submit: Submit
) -> None:
    dpo, other = sign_in(Role.DPO), sign_in(Role.TECHNICIEN)
    person, email = demonstration.people[Role.TECHNICIEN], demonstration.email(Role.TECHNICIEN)

    submit(dpo, f"/personnes/{person}/fermer", {}, "/personnes")
    closed = (other.get("/compte").status_code, enter(app.test_client(), submit, email, PASSWORD))
    submit(dpo, f"/personnes/{person}/rouvrir", {}, "/personnes")

    assert closed == (303, 422)
    assert enter(app.test_client(), submit, email, PASSWORD) == 303


@pytest.mark.parametrize("act", ["lien", "fermer", "roles", "rouvrir", "sessions"])
def test_nobody_manages_their_own_account(
    sign_in: SignIn, demonstration: Demonstration, submit: Submit, act: str
) -> None:
    me = demonstration.people[Role.DPO]

    answer = submit(sign_in(Role.DPO), f"/personnes/{me}/{act}", {"roles": "administrateur"}, "/personnes")

    assert answer.status_code == 403


def test_a_dangerous_act_asks_for_the_password_when_the_proof_is_old_and_then_does_what_was_typed(
    sign_in: SignIn, demonstration: Demonstration, submit: Submit, sessions: Sessions
) -> None:
    person = demonstration.people[Role.TECHNICIEN]
    path, typed = f"/personnes/{person}/roles", {"roles": ["technicien", "gestionnaire"]}

    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        client = sign_in(Role.DPO)
        clock.shift(timedelta(minutes=11))
        asked = submit(client, path, typed, "/personnes")
        wrong = submit(client, path, typed | {"confirm_password": "faux"}, "/personnes")
        unchanged = roles_of(sessions, person, demonstration)
        done = submit(client, path, typed | {"confirm_password": PASSWORD}, "/personnes")
        after = submit(client, path, {"roles": ["technicien"]}, "/personnes")

    assert (asked.status_code, wrong.status_code) == (403, 422)
    assert re.findall(r'<textarea name="roles" hidden>\n(\w+)', asked.text) == ["technicien", "gestionnaire"]
    assert "ne convient pas" in wrong.text
    assert unchanged == {Role.TECHNICIEN}
    assert (done.location, after.location) == (f"/personnes/{person}", f"/personnes/{person}")
    assert told(sessions, "person.confirm") == ["person.confirm_refused", "person.confirmed"]


@pytest.mark.parametrize("target", ["//ailleurs.example", "https://ailleurs.example/", "/\\ailleurs.example"])
def test_confirming_never_leads_to_another_site(sign_in: SignIn, submit: Submit, target: str) -> None:
    typed = {"suite": target, "confirm_password": PASSWORD}

    answer = submit(sign_in(Role.DPO), "/confirmer", typed, "/compte")

    assert answer.location == "/"


def test_wrong_confirmations_end_in_a_wait(sign_in: SignIn, submit: Submit) -> None:
    client = sign_in(Role.DPO)

    answers = [submit(client, "/confirmer", {"confirm_password": "faux"}, "/compte") for _ in range(6)]

    assert "attendez" not in answers[4].text
    assert "attendez" in answers[5].text


def test_the_address_of_the_service_is_checked_when_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("vigie", "ftp://vigie.example", "https://vigie.example/chemin", "https://"):
        with pytest.raises(ValueError, match="la forme attendue"):
            Settings(address=wrong, secret=SECRET)

    assert Settings(address="https://vigie.example/", secret=SECRET).address == "https://vigie.example"


def roles_of(sessions: Sessions, person_id: str, demonstration: Demonstration) -> set[Role]:
    with sessions() as session:
        actor = queries.actor_of(session, session.get_one(Person, person_id), demonstration.structure)
    return set(actor.roles) if actor else set()


def shown_link(page: str) -> str:
    """Return the path of the link that a page shows."""
    return re.search(r"http://localhost(/compte/lien/[\w-]+)", page)[1]
