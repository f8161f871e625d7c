"""The second factor: asked for, set up, used once, taken away; required of those whose role requires it."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from governance.core.trail import TrailEntry
from governance.people.rules import Role
from governance.people.second_factor.rules import matching_step, new_code, one_form
from governance.people.second_factor.tables import CodeFactor, RecoveryCode
from governance.people.tables import PersonRole
from governance.web.identity import SECOND_FACTOR
from tests.conftest import PASSWORD, Demonstration
from tests.web.authenticator import Authenticator
from tests.web.conftest import Submit, token

Sessions = sessionmaker[Session]
SignIn = Callable[..., FlaskClient]
NOW = datetime(2026, 11, 23, 9, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as stopped:
        yield stopped


def enter(client: FlaskClient, submit: Submit, demonstration: Demonstration, role: Role = Role.TECHNICIEN) -> str:
    """Give the right password and return where one is led."""
    typed = {"email": demonstration.email(role), "password": PASSWORD}
    return submit(client, "/connexion", typed).location.split("?")[0]


def set_up(client: FlaskClient, submit: Submit) -> tuple[pyotp.TOTP, list[str]]:
    """Put an application in place and return it with the recovery codes."""
    home = "/compte/second-facteur"
    submit(client, f"{home}/application", {}, home)
    page = client.get(f"{home}/application").text
    totp = pyotp.TOTP(
        re.search(r"dans l'application : <code>([A-Z2-7 ]+)</code>", page.replace("\u00a0", " "))[1].replace(" ", "")
    )
    answer = submit(client, f"{home}/application/confirmer", {"code": totp.now()}, home)
    return totp, re.findall(r"<li><code>([\w-]+)</code>", answer.text)


def challenge(client: FlaskClient, path: str, page: str) -> dict:
    return json.loads(client.post(path, data={"csrf_token": token(client, page)}).text)


def add_passkey(client: FlaskClient, submit: Submit, key: Authenticator) -> str:
    home = "/compte/second-facteur"
    made = key.create(challenge(client, f"{home}/cle/defi", home))
    return submit(client, f"{home}/cle", {"credential": made, "name": "Téléphone"}, home).text


def use_passkey(client: FlaskClient, submit: Submit, answer: str) -> str:
    return submit(client, "/connexion/cle", {"credential": answer}, "/connexion").location


def told(sessions: Sessions, *actions: str) -> list[str]:
    with sessions() as session:
        chosen = sa.select(TrailEntry.action).where(TrailEntry.action.in_(actions)).order_by(TrailEntry.id)
        return list(session.scalars(chosen))


def test_a_code_is_asked_after_the_password_and_nothing_is_reachable_meanwhile(
    clock, app: APIFlask, sign_in: SignIn, demonstration: Demonstration, submit: Submit
) -> None:
    totp, _ = set_up(sign_in(Role.TECHNICIEN), submit)
    client = app.test_client()

    led = enter(client, submit, demonstration)
    meanwhile = [
        client.get(path).location for path in ("/", "/compte", "/signalements/verifier", "/compte/second-facteur")
    ]
    clock.shift(STEP)
    done = submit(client, "/connexion/second-facteur", {"code": totp.now(), "suite": "/compte"})

    assert led == "/connexion/second-facteur"
    assert all(location.startswith("/connexion") for location in meanwhile)
    assert done.location == "/compte"
    assert client.get("/compte").status_code == 200


def test_the_key_changes_when_the_session_opens(
    clock, app: APIFlask, sign_in: SignIn, demonstration: Demonstration, submit: Submit
) -> None:
    totp, _ = set_up(sign_in(Role.TECHNICIEN), submit)
    client, thief = app.test_client(), app.test_client()
    enter(client, submit, demonstration)
    thief.set_cookie("vigie", client.get_cookie("vigie").value)

    clock.shift(STEP)
    submit(client, "/connexion/second-facteur", {"code": totp.now()})

    assert client.get("/compte").status_code == 200
    assert thief.get("/compte").status_code == 303


def test_a_code_serves_once_even_within_its_thirty_seconds(
    clock, app: APIFlask, sign_in: SignIn, demonstration: Demonstration, submit: Submit
) -> None:
    totp, _ = set_up(sign_in(Role.TECHNICIEN), submit)
    clock.shift(STEP)
    answers = []

    for _ in range(2):
        client = app.test_client()
        enter(client, submit, demonstration)
        answers.append(submit(client, "/connexion/second-facteur", {"code": totp.now()}))

    assert [answer.status_code for answer in answers] == [303, 422]
    assert "déjà servi" in answers[1].text


@pytest.mark.parametrize("code", ["", "000000", "abc", "1" * 41, "12345\0", "é" * 6, "' OR 1=1 --", "{{7*7}}"])
def test_a_code_that_is_wrong_in_any_way_opens_nothing(
    clock, app: APIFlask, sign_in: SignIn, demonstration: Demonstration, submit: Submit, code: str
) -> None:
    set_up(sign_in(Role.TECHNICIEN), submit)
    client = app.test_client()
    enter(client, submit, demonstration)

    answer = submit(client, "/connexion/second-facteur", {"code": code})

    assert answer.status_code == 422
    assert client.get("/compte").status_code == 303


def test_wrong_codes_end_in_a_wait_that_a_new_password_step_does_not_lift(
    clock, app: APIFlask, sign_in: SignIn, demonstration: Demonstration, submit: Submit, sessions: Sessions
) -> None:
    totp, _ = set_up(sign_in(Role.TECHNICIEN), submit)
    clock.shift(STEP)
    answers = []

    for code in ["000000"] * 5 + [totp.now()]:
        client = app.test_client()
        enter(client, submit, demonstration)
        answers.append(submit(client, "/connexion/second-facteur", {"code": code}).status_code)

    assert answers == [422] * 5 + [429]
    assert told(sessions, "factor.locked") == ["factor.locked"]


def test_a_recovery_code_serves_once_and_others_remain(
    clock, app: APIFlask, sign_in: SignIn, demonstration: Demonstration, submit: Submit, sessions: Sessions
) -> None:
    _, codes = set_up(sign_in(Role.TECHNICIEN), submit)
    answers = []

    for code in (codes[0].upper().replace("-", " "), codes[0], codes[1]):
        client = app.test_client()
        enter(client, submit, demonstration)
        answers.append(submit(client, "/connexion/second-facteur", {"code": code}).status_code)

    assert len(codes) == len(set(codes)) == 10
    assert answers == [303, 422, 303]
    with sessions() as session:
        kept = session.scalars(sa.select(RecoveryCode.hash).order_by(RecoveryCode.id)).all()
    assert not {one_form(code) for code in codes} & set(kept)


def test_new_recovery_codes_end_the_former_ones(
    clock, app: APIFlask, sign_in: SignIn, demonstration: Demonstration, submit: Submit
) -> None:
    owner, client = sign_in(Role.TECHNICIEN), app.test_client()
    _, former = set_up(owner, submit)

    page = submit(owner, "/compte/second-facteur/codes", {}, "/compte/second-facteur").text
    enter(client, submit, demonstration)
    answer = submit(client, "/connexion/second-facteur", {"code": former[0]})

    assert len(re.findall(r"<li><code>([\w-]+)</code>", page)) == 10
    assert answer.status_code == 422


def test_the_secret_of_an_application_is_sealed_and_shown_only_until_it_is_confirmed(
    clock, sign_in: SignIn, submit: Submit, sessions: Sessions
) -> None:
    client = sign_in(Role.TECHNICIEN)
    totp, _ = set_up(client, submit)

    again = client.get("/compte/second-facteur/application")

    with sessions() as session:
        raw = session.execute(sa.text("SELECT secret FROM code_factor")).scalar_one()
        opened = session.scalars(sa.select(CodeFactor)).one().secret
    assert again.location == "/compte/second-facteur"
    assert opened == totp.secret
    assert totp.secret.encode() not in bytes(raw)


@pytest.mark.parametrize("role", [Role.DPO, Role.ADMINISTRATEUR])
def test_a_role_that_requires_a_second_factor_reaches_nothing_before_setting_one_up(
    clock, app: APIFlask, demonstration: Demonstration, submit: Submit, role: Role
) -> None:
    app.config[SECOND_FACTOR] = True
    client = app.test_client()

    led = enter(client, submit, demonstration, role)
    through = client.get(client.get("/conventions").location).location
    denied = [client.get(path).status_code for path in ("/", "/compte", "/personnes", "/vocabulaire")]
    page = client.get("/compte/second-facteur")
    _, codes = set_up(client, submit)

    assert led == "/"
    assert through == "/compte/second-facteur"
    assert denied == [303] * 4
    assert "Votre rôle demande un second facteur" in page.text
    assert len(codes) == 10
    assert client.get("/conventions").status_code == 200


def test_others_are_only_offered_one(clock, app: APIFlask, demonstration: Demonstration, submit: Submit) -> None:
    app.config[SECOND_FACTOR] = True
    client = app.test_client()

    enter(client, submit, demonstration)

    assert client.get("/compte").status_code == 200
    assert "Application à codes" in client.get("/compte/second-facteur").text


def test_a_role_given_meanwhile_requires_it_at_the_next_request(
    clock, app: APIFlask, sign_in: SignIn, demonstration: Demonstration, sessions: Sessions
) -> None:
    app.config[SECOND_FACTOR] = True
    client, person = sign_in(Role.TECHNICIEN), demonstration.people[Role.TECHNICIEN]
    before = client.get("/compte").status_code

    with sessions.begin() as session:
        session.add(PersonRole(person_id=person, structure_id=demonstration.structure, role="dpo"))

    assert (before, client.get("/compte").status_code) == (200, 303)


def test_the_last_second_factor_stays_where_the_role_requires_one(
    clock, sign_in: SignIn, submit: Submit, sessions: Sessions
) -> None:
    dpo, technicien = sign_in(Role.DPO), sign_in(Role.TECHNICIEN)
    answers = []

    for client in (dpo, technicien):
        set_up(client, submit)
        path = "/compte/second-facteur/application/retirer"
        answers.append(submit(client, path, {}, "/compte/second-facteur").status_code)

    assert answers == [409, 303]
    assert told(sessions, "factor.removed") == ["factor.removed"]
    with sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 10


def test_adding_a_factor_asks_for_the_password_when_the_proof_is_old(clock, sign_in: SignIn, submit: Submit) -> None:
    client = sign_in(Role.TECHNICIEN)
    clock.shift(timedelta(minutes=11))

    answer = submit(client, "/compte/second-facteur/application", {}, "/compte/second-facteur")

    assert answer.status_code == 403
    assert "Confirmez que c" in answer.text


def test_a_dpo_takes_the_factors_of_somebody_away_and_their_sessions_with_them(
    clock, app: APIFlask, sign_in: SignIn, demonstration: Demonstration, submit: Submit
) -> None:
    lost, person = sign_in(Role.TECHNICIEN), demonstration.people[Role.TECHNICIEN]
    set_up(lost, submit)

    submit(sign_in(Role.DPO), f"/personnes/{person}/second-facteur", {}, "/personnes")

    assert lost.get("/compte").status_code == 303
    assert enter(app.test_client(), submit, demonstration) == "/"


def test_a_passkey_signs_in_by_itself(app: APIFlask, sign_in: SignIn, submit: Submit, sessions: Sessions) -> None:
    key, client = Authenticator(), app.test_client()
    page = add_passkey(sign_in(Role.TECHNICIEN), submit, key)

    led = use_passkey(client, submit, key.get(challenge(client, "/connexion/cle/defi", "/connexion")))

    assert "Codes de secours" in page
    assert led == "/"
    assert client.get("/compte").status_code == 200
    assert told(sessions, "factor.added", "person.signed_in") == ["factor.added", "person.signed_in"]


def test_a_passkey_satisfies_a_role_that_requires_two_factors(app: APIFlask, sign_in: SignIn, submit: Submit) -> None:
    key, client = Authenticator(), app.test_client()
    add_passkey(sign_in(Role.DPO), submit, key)
    app.config[SECOND_FACTOR] = True

    use_passkey(client, submit, key.get(challenge(client, "/connexion/cle/defi", "/connexion")))

    assert client.get("/vocabulaire").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        "origin",
        "host",
        "unverified",
        "other key",
        "other owner",
        "unknown",
        "replayed",
        "counter",
        "late",
        "stolen challenge",
    ],
)
def test_a_passkey_s_answer_that_is_wrong_in_any_way_opens_nothing(
    clock, app: APIFlask, sign_in: SignIn, demonstration: Demonstration, submit: Submit, sessions: Sessions, wrong: str
) -> None:
    owner = sign_in(Role.TECHNICIEN)
    key, client = Authenticator(count=7), app.test_client()
    add_passkey(owner, submit, key)
    options = challenge(client, "/connexion/cle/defi", "/connexion")

    match wrong:
        case "origin":
            key.origin = "https://mechant.example"
        case "host":
            key.host = "mechant.example"
        case "unverified":
            key.is_verified = False
        case "other key":
            key.key = Authenticator().key
        case "unknown":
            key.identifier = b"inconnue"
        case "counter":
            key.count = 3
        case "stolen challenge":
            options = challenge(owner, "/compte/second-facteur/cle/defi", "/compte/second-facteur")
    answer = key.get(options, demonstration.people[Role.DPO].encode() if wrong == "other owner" else None)
    if wrong == "late":
        clock.shift(timedelta(minutes=6))
    if wrong == "replayed":
        assert use_passkey(app.test_client(), submit, answer) == "/"
    led = use_passkey(client, submit, answer)

    assert led.startswith("/connexion")
    assert client.get("/compte").status_code == 303
    assert told(sessions, "passkey.refused") == ["passkey.refused"]


@pytest.mark.parametrize(
    "answer",
    ["", "{", "[]", "null", "1", '"x"', "{}", '{"response": 1}', '{"response": {"clientDataJSON": 3}}',
     '{"id": "a", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": "e30"}}', "\0", "[" * 100_000],
)  # fmt: skip
def test_what_is_no_passkey_s_answer_is_refused_at_both_doors(
    sign_in: SignIn, client: FlaskClient, submit: Submit, sessions: Sessions, answer: str
) -> None:
    owner, home = sign_in(Role.TECHNICIEN), "/compte/second-facteur"

    outside = submit(client, "/connexion/cle", {"credential": answer}, "/connexion")
    inside = submit(owner, f"{home}/cle", {"credential": answer, "name": "Clé"}, home)

    assert {outside.status_code, inside.status_code} <= {303, 422}
    assert client.get("/compte").status_code == 303
    assert told(sessions, "factor.added") == []


@pytest.mark.parametrize("name", ["", "  ", "a\0b", "x" * 200])
def test_a_passkey_without_a_proper_name_is_not_kept(
    sign_in: SignIn, submit: Submit, sessions: Sessions, name: str
) -> None:
    client, home = sign_in(Role.TECHNICIEN), "/compte/second-facteur"
    made = Authenticator().create(challenge(client, f"{home}/cle/defi", home))

    submit(client, f"{home}/cle", {"credential": made, "name": name}, home)

    assert told(sessions, "factor.added") == []


def test_a_passkey_is_registered_once_and_removed_by_its_owner_alone(
    sign_in: SignIn, submit: Submit, sessions: Sessions
) -> None:
    key, owner, stranger = Authenticator(), sign_in(Role.TECHNICIEN), sign_in(Role.GESTIONNAIRE)
    home = "/compte/second-facteur"
    add_passkey(owner, submit, key)
    add_passkey(stranger, submit, key)
    remove = re.search(rf'action="({home}/cle/\w+/retirer)"', owner.get(home).text)[1]

    refused = submit(stranger, remove, {}, home).status_code
    removed = submit(owner, remove, {}, home).status_code

    assert (refused, removed) == (404, 303)
    assert told(sessions, "factor.added", "factor.removed") == ["factor.added", "factor.removed"]


def test_a_code_is_right_one_step_early_or_late_and_never_twice() -> None:
    totp = pyotp.TOTP(pyotp.random_base32())
    now = int(NOW.timestamp()) // 30

    found = {drift: matching_step(totp.secret, totp.generate_otp(now + drift), NOW, 0) for drift in range(-2, 3)}

    assert found == {-2: None, -1: now - 1, 0: now, 1: now + 1, 2: None}
    assert matching_step(totp.secret, totp.generate_otp(now), NOW, now) is None


def test_recovery_codes_hold_enough_chance() -> None:
    codes = {new_code() for _ in range(1000)}

    assert len(codes) == 1000
    assert all(re.fullmatch(r"(?:[a-hj-km-np-z2-9]{4}-){5}[a-hj-km-np-z2-9]{4}", code) for code in codes)
