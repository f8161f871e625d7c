"""Whatever goes wrong, the answer is a French page or a problem document, and repeats nothing that was sent."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app import factory
from app.settings import Settings
from governance.people.rules import Permission, Role
from tests.conftest import on_sqlite
from tests.web.conftest import Submit
from tests.web.foundation_probe import CANARY, REFUSALS, probe

pytestmark = on_sqlite


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[APIFlask]:
    monkeypatch.setattr(factory, "FEATURES", (*factory.FEATURES, probe()))
    app = factory.create_app(settings)
    yield app
    app.extensions["vigie.sessions"].kw["bind"].dispose()


@pytest.mark.parametrize("name", sorted(REFUSALS.keys() - {"qui"}))
def test_a_refusal_on_a_page_is_a_french_page_with_its_status(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/essai/refus/{name}")

    assert answer.status_code == REFUSALS[name][1]
    assert answer.mimetype == "text/html"
    assert "Non, pas ainsi." in answer.text
    assert answer.text.count("<h1>") == 1


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_under_the_api_is_a_problem_document(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/api/v1/refus/{name}")

    body = json.loads(answer.data)
    assert answer.mimetype == "application/problem+json"
    assert body["status"] == answer.status_code == REFUSALS[name][1]
    assert body["errors"] == [{"pointer": "/comment", "detail": "Non, pas ainsi."}]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", body["instance"])
    assert {"type", "title", "detail"} <= body.keys()


def test_a_script_of_a_page_gets_a_problem_document_too(client: FlaskClient) -> None:
    answer = client.get("/essai/refus/faux", headers={"Accept": "application/json"})

    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nulle-part", 404),
        ("GET", "/api/nulle-part", 404),
        ("DELETE", "/connexion", 405),
        ("PUT", "/api/v1/essais", 405),
        ("GET", "/connexion?suite=%ff%fe", 400),
        ("GET", "/connexion?suite=%00", 400),
        ("GET", "/nulle%00part", 404),
        ("GET", "/api/v1/refus/x%00", 404),
        ("GET", "/essai/panne", 500),
        ("GET", "/api/v1/panne", 500),
    ],
)
def test_every_other_error_has_the_same_two_forms_and_says_nothing_of_its_cause(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path + ("&" if "?" in path else "?") + f"nom={CANARY}", method=method)

    expected = "application/problem+json" if path.startswith("/api") else "text/html"
    assert (answer.status_code, answer.mimetype) == (status, expected)
    for told in (CANARY, "Traceback", "ValueError", "werkzeug", "Werkzeug"):
        assert told not in answer.text


def test_a_refused_method_says_which_are_allowed(client: FlaskClient) -> None:
    answer = client.delete("/connexion")

    assert {"GET", "POST"} <= {method.strip() for method in answer.headers["Allow"].split(",")}


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"comment": "\xff\xfe"}', "application/json", 400),
        (b"", "application/json", 400),
        (b"[" * 100_000, "application/json", 422),
        (b"null", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'{"comment": "ab"}', "application/json", 422),
        (b'{"comment": 3}', "application/json", 422),
        (b'{"comment": "abc", "count": "NaN"}', "application/json", 422),
        (b"comment=abc", "application/x-www-form-urlencoded", 415),
        (b"<comment/>", "text/xml", 415),
        (b"abc", "", 415),
    ],
)
def test_a_body_the_api_cannot_read_is_refused_in_french(
    client: FlaskClient, api_key: Callable[..., str], body: bytes, media: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {api_key(Permission.SCAN)}"}

    answer = client.post("/api/v1/essais", data=body, content_type=media or None, headers=headers)

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert not re.search(r"\b(should|Input|valid|required|Field)\b", answer.text)


def test_each_wrong_field_is_named_by_its_pointer_and_its_value_is_not_repeated(
    client: FlaskClient, api_key: Callable[..., str]
) -> None:
    headers = {"Authorization": f"Bearer {api_key(Permission.SCAN)}"}

    answer = client.post("/api/v1/essais", json={"comment": CANARY * 3, "count": CANARY}, headers=headers)

    assert json.loads(answer.data)["errors"] == [
        {"pointer": "/comment", "detail": "Au plus 40 caractères sont permis."},
        {"pointer": "/count", "detail": "Un nombre entier est attendu."},
    ]
    assert CANARY not in answer.text


def test_a_request_over_the_limit_is_refused(settings: Settings, monkeypatch, api_key: Callable[..., str]) -> None:
    monkeypatch.setattr(factory, "FEATURES", (*factory.FEATURES, probe()))
    app = factory.create_app(settings.model_copy(update={"max_request_bytes": 1000}))
    headers = {"Authorization": f"Bearer {api_key(Permission.SCAN)}"}

    page = app.test_client().post("/connexion", data={"email": "x" * 2000})
    operation = app.test_client().post("/api/v1/essais", json={"comment": "x" * 2000}, headers=headers)

    assert (page.status_code, page.mimetype) == (413, "text/html")
    assert (operation.status_code, operation.mimetype) == (413, "application/problem+json")


@pytest.mark.parametrize(
    "header", ["", "Basic YTpi", "Bearer", "Bearer vig_", "Bearer vig_00000000_" + "0" * 48, "Bearer é\0"]
)
def test_the_api_asks_a_stranger_for_a_key(client: FlaskClient, header: str) -> None:
    answer = client.post("/api/v1/essais", json={"comment": "abc"}, environ_overrides={"HTTP_AUTHORIZATION": header})

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_the_api_takes_a_key_and_ignores_the_cookie_of_a_page(
    sign_in: Callable[..., FlaskClient], client: FlaskClient, api_key: Callable[..., str]
) -> None:
    key = api_key(Permission.SCAN)

    person = sign_in(Role.DPO).post("/api/v1/essais", json={"comment": "abc"})
    machine = client.post("/api/v1/essais", json={"comment": "abc"}, headers={"Authorization": f"Bearer {key}"})

    assert person.status_code == 401
    assert (machine.status_code, machine.json) == (201, {"kind": "machine"})


def test_the_api_counts_what_a_key_asks(settings: Settings, monkeypatch, api_key: Callable[..., str]) -> None:
    monkeypatch.setattr(factory, "FEATURES", (*factory.FEATURES, probe()))
    app = factory.create_app(settings.model_copy(update={"api_rate": "2 per minute"}))
    headers = [{"Authorization": f"Bearer {api_key(Permission.SCAN)}"} for _ in range(2)]

    first = [app.test_client().post("/api/v1/essais", json={"comment": "abc"}, headers=headers[0]) for _ in range(3)]
    second = app.test_client().post("/api/v1/essais", json={"comment": "abc"}, headers=headers[1])

    assert [answer.status_code for answer in first] == [201, 201, 429]
    assert first[2].mimetype == "application/problem+json"
    assert int(first[2].headers["Retry-After"]) > 0
    assert second.status_code == 201
    app.extensions["vigie.sessions"].kw["bind"].dispose()


@pytest.mark.parametrize("url", ["postgresql://root@127.0.0.1:1/rien", "sqlite:////dossier-absent/vigie.sqlite"])
def test_a_database_that_is_away_is_a_503_that_says_when_to_come_back(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, submit: Submit, url: str
) -> None:
    monkeypatch.setattr(factory, "FEATURES", (*factory.FEATURES, probe()))
    app = factory.create_app(settings.model_copy(update={"database_url": url}))
    client = app.test_client()

    page = submit(client, "/connexion", {"email": "a@b.example", "password": CANARY})
    key = {"Authorization": "Bearer vig_00000000_" + "0" * 48}
    operation = client.post("/api/v1/essais", json={"comment": "abc"}, headers=key)
    health = client.get("/pret")

    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert "La base de données ne répond pas" in page.text
    assert CANARY not in page.text
    assert (operation.status_code, operation.mimetype) == (503, "application/problem+json")
    assert (health.status_code, health.json["controles"]["base de données"]) == (503, False)
    assert client.get("/sante").status_code == 200
