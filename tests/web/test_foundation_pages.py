"""Home, menu, health, logs and documentation, with a package that brings something to each."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from openapi_spec_validator import validate
from wtforms import StringField
from wtforms.validators import Length

from app import factory
from app.settings import Settings
from governance.core import french
from governance.core.refusals import Invalid
from governance.people.rules import Role
from governance.web.forms import attach
from tests.conftest import on_sqlite
from tests.web.foundation_probe import CANARY, probe

pytestmark = on_sqlite


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[APIFlask]:
    monkeypatch.setattr(factory, "FEATURES", (*factory.FEATURES, probe()))
    app = factory.create_app(settings)
    yield app
    app.extensions["vigie.sessions"].kw["bind"].dispose()


def test_readiness_says_which_check_fails(settings: Settings, tmp_path) -> None:
    app = factory.create_app(settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'vide.sqlite'}"}))

    answer = app.test_client().get("/pret")

    assert answer.status_code == 503
    assert answer.json["controles"] == {"base de données": True, "tables à jour": False, "effacements rejoués": True}


def test_the_log_holds_the_route_and_never_the_path_the_query_or_the_message(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("vigie"), "handlers", [caplog.handler])

    with caplog.at_level(logging.INFO, logger="vigie"):
        client.get(f"/essai/refus/inconnu?nom={CANARY}", headers={"User-Agent": CANARY})
        client.get(f"/essai/panne?nom={CANARY}")
        client.get(f"/{CANARY}")

    lines = [json.loads(record.message) for record in caplog.records if record.name == "vigie"]
    assert CANARY not in caplog.text
    assert [line.get("route") for line in lines if line["event"] == "request"] == [
        "/essai/refus/<name>",
        "/essai/panne",
        None,
    ]
    assert next(line["error"] for line in lines if line["event"] == "failure") == "ValueError"


def test_each_role_is_led_to_its_home_and_sees_its_menu(sign_in: Callable[..., FlaskClient]) -> None:
    technicien, administrateur = sign_in(Role.TECHNICIEN), sign_in(Role.ADMINISTRATEUR)

    home, other = technicien.get("/"), administrateur.get("/", follow_redirects=True)

    assert home.location == "/signalements/verifier"
    assert other.request.path == "/a-propos"
    assert "Conventions" in other.text
    assert "Essayer" in technicien.get("/a-propos").text
    assert "Essayer" not in other.text


def test_the_state_of_the_service_names_its_parts(sign_in: Callable[..., FlaskClient]) -> None:
    page = sign_in(Role.ADMINISTRATEUR).get("/a-propos").text

    assert "bibliothèque manquante" in page
    assert "absente" in page


def test_the_specification_is_valid_and_documents_the_problem_documents(client: FlaskClient) -> None:
    spec = client.get("/api/openapi.json").json

    validate(spec)
    operation = spec["paths"]["/api/v1/essais"]["post"]
    assert spec["openapi"].startswith("3.1")
    assert operation["security"] == [{"cle_api": []}, {"jeton": []}]
    assert list(operation["responses"]["422"]["content"]) == ["application/problem+json"]
    assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]


def test_the_documentation_shows_the_operations_and_asks_nothing_of_another_host(client: FlaskClient) -> None:
    page = client.get("/api/docs").text

    assert "POST /api/v1/essais" in page
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)


class Typed(FlaskForm):
    """A form of another package."""

    comment = StringField("Commentaire", [Length(max=3)])


def test_a_refusal_is_shown_beside_its_field_or_on_the_form(app: APIFlask) -> None:
    with app.test_request_context(method="POST"):
        form = Typed()

        attach(form, Invalid("Trop court.", field="/comment"))
        attach(form, Invalid("Rien ne va."))

    assert form.errors == {"comment": ["Trop court."], "": ["Rien ne va."]}


def test_the_messages_of_forms_are_french(app: APIFlask) -> None:
    with app.test_request_context(method="POST", data={"comment": "abcd"}):
        form = Typed(meta={"csrf": False})

        form.validate()

    assert form.comment.errors == ["Le champ ne peut pas contenir plus de 3 caractères."]


def test_dates_and_hours_are_written_in_french_at_paris_time(app: APIFlask) -> None:
    with app.test_request_context():
        assert french.instant(datetime(2026, 5, 1, 15, 30, tzinfo=UTC)) == "1er mai 2026, 17 h 30"
        assert french.day(date(2026, 11, 22)) == "22 novembre 2026"
