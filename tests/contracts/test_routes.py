"""What is true of every route: it answers who it should, refuses the others, and carries the security headers."""

from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from governance.people.rules import HUMANS, MACHINE_SCOPES, OF_CAISSE, Role
from governance.web.headers import FIXED
from tests.conftest import on_postgresql, on_sqlite
from tests.contracts.access import ACCESS, Access
from tests.web.conftest import token

REFUSED = frozenset({401, 403, 404})
# What is read first, what ends the session last: one client asks for every page.
CLOSING = ("lists.discard", "contacts.withdraw", "directory.close", "directory.reopen")
LAST = ("sessions.sign_out", "sessions.sign_out_everywhere")
PAGES = sorted(
    (name for name, access in ACCESS.items() if not access.path.startswith("/api/")),
    key=lambda name: (name in LAST, name in CLOSING, ACCESS[name].method, name),
)
FORMS = sorted(name for name in PAGES if ACCESS[name].method == "POST")
MACHINE_ROUTES = sorted(name for name, access in ACCESS.items() if access.api)


def test_every_route_states_its_expected_access(app: APIFlask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.rpartition(".")[2] != "static"}

    assert routes == set(ACCESS)


sides = pytest.mark.parametrize("other", [False, True], ids=["here", "elsewhere"])


@on_sqlite
@sides
@pytest.mark.parametrize("role", sorted(HUMANS))
def test_every_page_answers_a_role_as_the_table_says(
    role: Role, other: bool, sign_in: Callable[..., FlaskClient], things: dict[str, str]
) -> None:
    client = sign_in(role, other)

    answered = {}
    for name in PAGES:
        own = sign_in(role, other) if name in LAST else client  # these end the session that asks
        answered[name] = ask(own, ACCESS[name], things).status_code

    surprises = {name: status for name, status in answered.items() if status not in expected(ACCESS[name], role, other)}
    assert surprises == {}


@on_postgresql
@sides
def test_the_rows_that_a_server_hides_change_no_answer(
    other: bool, sign_in: Callable[..., FlaskClient], things: dict[str, str]
) -> None:
    clients = {role: sign_in(role, other) for role in HUMANS}
    askers = {name: min(ACCESS[name].roles or HUMANS) for name in PAGES if name not in LAST}

    answered = {name: ask(clients[role], ACCESS[name], things).status_code for name, role in askers.items()}

    surprises = {
        name: (role, answered[name])
        for name, role in askers.items()
        if answered[name] not in expected(ACCESS[name], role, other)
    }
    assert surprises == {}


def expected(access: Access, role: Role, other: bool) -> frozenset[int]:
    """Return the statuses that a role may be answered, from the first structure or from another."""
    is_far = other or (role in OF_CAISSE and not access.shared)
    allowed = (access.anyone or role in access.roles) and not (access.owned and is_far)
    return access.accepted if allowed else REFUSED


def test_a_stranger_is_asked_to_sign_in_unless_the_page_is_for_anyone(app: APIFlask, things: dict[str, str]) -> None:
    answers = {name: ask(app.test_client(), ACCESS[name], things) for name in PAGES}

    surprises = {name: one.status_code for name, one in answers.items() if not is_for_a_stranger(ACCESS[name], one)}
    assert surprises == {}


def is_for_a_stranger(access: Access, answer: TestResponse) -> bool:
    """Say whether an answer is what somebody unknown may get."""
    if access.anyone:
        return answer.status_code in access.accepted
    if access.method == "GET":
        return answer.status_code == 303 and answer.location.split("?")[0] == "/connexion"
    return answer.status_code == 401


def test_an_operation_answers_a_key_with_its_permission_and_no_other(
    client: FlaskClient, api_key: Callable[..., str], things: dict[str, str]
) -> None:
    answered = {}

    for name in MACHINE_ROUTES:
        access = ACCESS[name]
        permission = access.permission
        keys = (
            api_key(permission),
            api_key(*MACHINE_SCOPES - {permission}),
            api_key(permission, other=True),
            None,
        )
        answered[name] = tuple(call(client, access, things, key).status_code for key in keys)

    surprises = {name: told for name, told in answered.items() if not is_for_keys(ACCESS[name], *told)}
    assert surprises == {}


def is_for_keys(access: Access, own: int, narrow: int, elsewhere: int, stranger: int) -> bool:
    """Say whether a key with the permission, one with every other, one of another structure and none got their due."""
    far = REFUSED if access.owned else access.accepted
    return own in access.accepted and (narrow, stranger) == (403, 401) and elsewhere in far


@on_sqlite
def test_a_form_without_its_token_is_refused(client: FlaskClient, things: dict[str, str]) -> None:
    sent = {name: client.post(ACCESS[name].path.format(**things), data=ACCESS[name].form) for name in FORMS}

    assert {name: answer.status_code for name, answer in sent.items()} == dict.fromkeys(FORMS, 400)


@on_sqlite
def test_every_answer_carries_the_security_headers(client: FlaskClient, things: dict[str, str]) -> None:
    for name, access in ACCESS.items():
        answer = client.open(access.path.format(**things), method=access.method)

        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy, name
        assert all(f"{named} 'none'" in policy for named in ("frame-ancestors", "object-src", "base-uri")), name
        assert "Access-Control-Allow-Origin" not in answer.headers, name
        assert {header: answer.headers[header] for header in FIXED} == FIXED, name
        assert answer.headers["Cache-Control"] == "no-store", name


def ask(client: FlaskClient, access: Access, things: dict[str, str]) -> TestResponse:
    """Return a page's answer to the request its access describes, token included."""
    path = access.path.format(**things)
    if access.method == "GET":
        return client.get(path)
    return client.post(path, data={"csrf_token": token(client), **access.form})


def call(client: FlaskClient, access: Access, things: dict[str, str], key: str | None) -> TestResponse:
    """Return the API's answer to the request its access describes."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.open(access.path.format(**things), method=access.method, json=access.body, headers=headers)
