"""Machine clients: keys that expire or change without a break, and access tokens for client credentials."""

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from governance.core.refusals import Conflict, Forbidden, Invalid, NotFound
from governance.core.trail import TrailEntry
from governance.people.machines import actions, tokens
from governance.people.machines.queries import find_machine, keys_of
from governance.people.machines.rules import TOKEN_LIFE, Token, check_overlap
from governance.people.rules import Permission, Role, command
from tests.conftest import Demonstration, on_sqlite

Sessions = sessionmaker[Session]
TOKEN = "/api/oauth/token"
SCAN = frozenset({Permission.SCAN})
BOTH = frozenset({Permission.SCAN, Permission.READ_CONVENTIONS})
WEEK = timedelta(days=7)


@pytest.fixture
def key(sessions: Sessions, demonstration: Demonstration, at: datetime) -> actions.NewKey:
    """Give a key of the first structure, which may scan and read conventions."""
    by = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        return actions.create_key(session, by.structure, "Logiciel", BOTH, by=by, at=at)


def opens(sessions: Sessions, secret: str, at: datetime) -> bool:
    with sessions() as session:
        return find_machine(session, secret, at) is not None


def ask(client: FlaskClient, key: actions.NewKey, **form: str) -> TestResponse:
    """Ask for an access token, credentials in the header."""
    basic = b64encode(f"{key.id}:{key.secret}".encode()).decode()
    sent = {"grant_type": "client_credentials"} | form
    return client.post(TOKEN, data=sent, headers={"Authorization": f"Basic {basic}"})


def read_conventions(client: FlaskClient, bearer: str) -> int:
    return client.get("/api/v1/conventions", headers={"Authorization": f"Bearer {bearer}"}).status_code


def test_a_renewed_secret_and_the_former_one_both_open_until_the_day_that_was_said(
    sessions: Sessions, demonstration: Demonstration, key: actions.NewKey, at: datetime
) -> None:
    with sessions.begin() as session:
        fresh = actions.rotate_key(session, key.id, WEEK, by=demonstration.actor(Role.DPO), at=at)

    assert fresh.secret != key.secret
    assert [opens(sessions, key.secret, at + WEEK - timedelta(seconds=1)), opens(sessions, key.secret, at + WEEK)] == [
        True,
        False,
    ]
    assert opens(sessions, fresh.secret, at + WEEK)


def test_a_secret_renewed_twice_or_without_delay_serves_no_more(
    sessions: Sessions, demonstration: Demonstration, key: actions.NewKey, at: datetime
) -> None:
    by = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        second = actions.rotate_key(session, key.id, WEEK, by=by, at=at)
        third = actions.rotate_key(session, key.id, WEEK, by=by, at=at)
        first_left, second_left = (find_machine(session, one.secret, at) is not None for one in (key, second))
        fourth = actions.rotate_key(session, key.id, timedelta(), by=by, at=at)

    assert (first_left, second_left) == (False, True)
    assert [opens(sessions, one.secret, at) for one in (second, third, fourth)] == [False, False, True]


def test_a_key_opens_until_the_end_of_its_last_day_in_paris(
    sessions: Sessions, demonstration: Demonstration, key: actions.NewKey, at: datetime
) -> None:
    with sessions.begin() as session:
        actions.limit_key(session, key.id, date(2026, 11, 30), by=demonstration.actor(Role.DPO), at=at)

    assert opens(sessions, key.secret, datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC))
    assert not opens(sessions, key.secret, datetime(2026, 11, 30, 23, 0, tzinfo=UTC))


def test_a_key_that_opens_nothing_is_neither_renewed_nor_prolonged(
    sessions: Sessions, demonstration: Demonstration, key: actions.NewKey, at: datetime
) -> None:
    by = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        actions.limit_key(session, key.id, date(2026, 11, 23), by=by, at=at)
    later = at + timedelta(days=2)

    with sessions() as session:
        with pytest.raises(Conflict):
            actions.rotate_key(session, key.id, WEEK, by=by, at=later)
        with pytest.raises(Conflict):
            actions.limit_key(session, key.id, date(2027, 1, 1), by=by, at=later)
        with pytest.raises(Invalid):
            actions.limit_key(session, key.id, date(2026, 11, 22), by=by, at=at)


@pytest.mark.parametrize(
    ("role", "other", "refusal"), [(Role.GESTIONNAIRE, False, Forbidden), (Role.DPO, True, NotFound)]
)
def test_only_who_manages_the_keys_of_the_structure_renews_one(
    sessions: Sessions,
    demonstration: Demonstration,
    key: actions.NewKey,
    at: datetime,
    role: Role,
    other: bool,
    refusal: type,
) -> None:
    with pytest.raises(refusal), sessions() as session:
        actions.rotate_key(session, key.id, WEEK, by=demonstration.actor(role, other), at=at)


@pytest.mark.parametrize("days", [-1, 91])
def test_a_former_secret_serves_ninety_days_at_most(days: int) -> None:
    with pytest.raises(Invalid):
        check_overlap(days)


def test_a_machine_exchanges_its_key_for_a_short_token_that_opens_what_the_key_opens(
    client: FlaskClient, key: actions.NewKey, sessions: Sessions
) -> None:
    answer = ask(client, key)

    assert answer.status_code == 200
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 600)
    assert answer.json["scope"] == "read_conventions scan"
    assert answer.headers["Cache-Control"] == "no-store"
    assert read_conventions(client, answer.json["access_token"]) == 200
    with sessions() as session:
        told = session.scalars(select(TrailEntry).where(TrailEntry.action == "api_key.token_given")).one()
        used = keys_of(session, told.structure, command(told.structure))[0].last_used_at
    assert (told.subject, used is not None) == (key.id, True)


@on_sqlite
def test_a_token_holds_the_scopes_that_were_asked_for_and_no_more(client: FlaskClient, key: actions.NewKey) -> None:
    narrow = ask(client, key, scope="scan")
    beyond = ask(client, key, scope="scan manage_people")
    none = ask(client, key, scope="manage_people")

    assert narrow.json["scope"] == "scan"
    assert read_conventions(client, narrow.json["access_token"]) == 403
    assert beyond.json["scope"] == "scan"
    assert (none.status_code, none.json["error"]) == (400, "invalid_scope")


@on_sqlite
def test_credentials_may_be_in_the_form(client: FlaskClient, key: actions.NewKey) -> None:
    form = {"grant_type": "client_credentials", "client_id": key.id, "client_secret": key.secret}

    assert client.post(TOKEN, data=form).status_code == 200


@on_sqlite
@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "vig_00000000_" + "0" * 48}, 401, "invalid_client"),
        ({"client_secret": "' OR 1=1 --"}, 401, "invalid_client"),
        ({"client_id": "inconnu"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
    ],
)
def test_anything_else_is_refused_as_the_standard_says(
    client: FlaskClient, key: actions.NewKey, change: dict[str, str], status: int, error: str
) -> None:
    form = {"grant_type": "client_credentials", "client_id": key.id, "client_secret": key.secret} | change

    answer = client.post(TOKEN, data=form)

    assert (answer.status_code, answer.json["error"]) == (status, error)


@on_sqlite
def test_the_secret_of_one_machine_never_serves_another(
    client: FlaskClient, key: actions.NewKey, sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    by = demonstration.actor(Role.DPO, other=True)
    with sessions.begin() as session:
        other = actions.create_key(session, by.structure, "Autre", SCAN, by=by, at=at)

    assert ask(client, actions.NewKey(key.id, other.secret)).status_code == 401


@on_sqlite
def test_a_token_dies_with_its_key_at_the_next_request(
    client: FlaskClient, key: actions.NewKey, sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    token = ask(client, key).json["access_token"]
    before = read_conventions(client, token)

    with sessions.begin() as session:
        actions.revoke_key(session, key.id, by=demonstration.actor(Role.DPO), at=at)

    assert (before, read_conventions(client, token)) == (200, 401)
    assert ask(client, key).status_code == 401


@on_sqlite
def test_a_token_lasts_ten_minutes(client: FlaskClient, key: actions.NewKey) -> None:
    token = ask(client, key).json["access_token"]

    with time_machine.travel(datetime.now(UTC) + TOKEN_LIFE + timedelta(seconds=1)):
        status = read_conventions(client, token)

    assert status == 401


@on_sqlite
def test_a_token_that_the_service_did_not_sign_opens_nothing(
    app: APIFlask, client: FlaskClient, key: actions.NewKey
) -> None:
    now = int(datetime.now(UTC).timestamp())
    claims = {"sub": key.id, "iat": now, "exp": now + 600, "scope": "read_conventions"}
    ours = tokens.make(app.extensions["vigie.keys"], Token(key.id, BOTH), datetime.now(UTC))
    header, payload, signature = ours.removeprefix("vat_").split(".")
    forged = [
        "vat_" + jwt.encode({"alg": "HS256", "typ": "at+jwt"}, claims, OctKey.import_key(b"x" * 32)),
        f"vat_eyJhbGciOiJub25lIn0.{payload}.",
        f"vat_{header}.{payload}.{signature[:-4]}AAAA",
        f"vat_{header}.{payload}",
        "vat_",
        ours.removeprefix("vat_"),
    ]

    assert [read_conventions(client, one) for one in forged] == [401] * len(forged)
    assert read_conventions(client, ours) == 200


def test_a_dpo_gives_a_key_and_sees_its_secret_once(
    sign_in: Callable[..., FlaskClient], submit: Callable, client: FlaskClient
) -> None:
    dpo = sign_in(Role.DPO)

    made = submit(
        dpo, "/logiciels/nouveau", {"name": "Dossiers", "scopes": ["read_conventions"], "until": "2099-12-31"}
    )
    secret = "vig_" + made.text.split("vig_")[1].split("<")[0]
    listed = dpo.get("/logiciels").text

    assert made.status_code == 200
    assert read_conventions(client, secret) == 200
    assert "Dossiers" in listed and secret not in listed
    assert "31 décembre 2099" in listed or "1er janvier 2100" in listed


@pytest.mark.parametrize(
    "typed", [{"name": ""}, {"scopes": []}, {"scopes": ["manage_people"]}, {"until": "2020-01-01"}, {"until": "demain"}]
)
def test_a_key_that_makes_no_sense_is_not_made_and_nothing_typed_is_lost(
    sign_in: Callable[..., FlaskClient], submit: Callable, typed: dict[str, object]
) -> None:
    dpo = sign_in(Role.DPO)

    answer = submit(dpo, "/logiciels/nouveau", {"name": "Dossiers", "scopes": ["scan"]} | typed)

    assert answer.status_code == 422
    assert "Aucun logiciel" in dpo.get("/logiciels").text
    assert "Dossiers" in answer.text or typed.get("name") == ""


def test_a_dpo_renews_then_revokes_a_key_from_its_page(
    sign_in: Callable[..., FlaskClient], submit: Callable, client: FlaskClient, key: actions.NewKey
) -> None:
    dpo, page = sign_in(Role.DPO), f"/logiciels/{key.id}"

    refused = submit(dpo, f"{page}/renouveler", {"days": "91"}, page=page)
    renewed = submit(dpo, f"{page}/renouveler", {"days": "3"}, page=page)
    fresh = "vig_" + renewed.text.split("vig_")[1].split("<")[0]
    during = [read_conventions(client, one) for one in (key.secret, fresh)]
    revoked = submit(dpo, f"{page}/revoquer", {}, page=page)

    assert [one.status_code for one in (refused, renewed, revoked)] == [422, 200, 303]
    assert during == [200, 200]
    assert [read_conventions(client, one) for one in (key.secret, fresh)] == [401, 401]
