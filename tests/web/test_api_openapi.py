"""The specification: valid, complete, in French, and true of the answers that are really given."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource

from tests.conftest import on_sqlite
from tests.scanners import samples
from tests.web.api_calls import CLEAN, REFUSED, Program, program

__all__ = ["program"]

pytestmark = on_sqlite

ROOT = "urn:vigie"


@pytest.fixture
def spec(client: FlaskClient) -> dict[str, Any]:
    """Give the specification as it is served."""
    served: dict[str, Any] = client.get("/api/openapi.json").get_json()
    return served


def test_the_specification_is_valid_openapi(spec: dict[str, Any]) -> None:
    assert spec["openapi"].startswith("3.1")
    validate(spec)


def test_every_operation_tells_its_key_its_bodies_and_its_problems(spec: dict[str, Any]) -> None:
    check = spec["paths"]["/api/v1/scans"]["post"]

    assert set(spec["paths"]) == {
        "/api/v1/scans",
        "/api/v1/checks/{identifier}",
        "/api/v1/scans/{identifier}",
        "/api/v1/conventions",
        "/api/v1/habilitations",
        "/api/v1/reviews",
        "/api/v1/reviews/{identifier}",
    }
    assert set(check["requestBody"]["content"]) == {"application/json", "multipart/form-data"}
    assert [one["name"] for one in check["parameters"]] == ["Idempotency-Key"]
    assert "Location" in check["responses"]["201"]["headers"]
    for operation in operations(spec):
        assert operation["security"]
        assert set(operation["responses"]["default"]["content"]) == {"application/problem+json"}


def test_what_is_described_is_told_in_french(spec: dict[str, Any]) -> None:
    said = json.dumps(spec, ensure_ascii=False)

    assert "Vérifier un signalement" in said
    assert not [word for word in (" the ", "Return", "A comment") if word in said]


def test_answers_are_as_they_are_described(program: Program, spec: dict[str, Any]) -> None:
    files = [(samples.document("Rien."), "note.docx"), (b"a;b\nc;d\n", "table.csv"), (samples.PNG, "photo.png")]
    kept = program.scan("S0", REFUSED)
    answers = [
        ("/api/v1/scans", "post", "201", kept),
        ("/api/v1/scans", "post", "201", program.deposit(files, comment=CLEAN)),
        ("/api/v1/scans/{identifier}", "get", "200", program.get(kept.location)),
        ("/api/v1/conventions", "get", "200", program.get("/api/v1/conventions")),
    ]

    for path, method, status, answer in answers:
        schema = spec["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]
        assert list(errors(spec, schema, answer.get_json())) == []
    refusal = program.scan("S0", "")
    assert list(errors(spec, {"$ref": "#/components/schemas/Probleme"}, refusal.get_json(force=True))) == []


def test_the_bodies_that_are_accepted_are_as_they_are_described(spec: dict[str, Any]) -> None:
    schema = spec["paths"]["/api/v1/scans"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    whole = {"convention": "S0", "comment": "x", "caisse": "artois", "reason": "faux_positif", "on": "2026-01-01"}
    assert list(errors(spec, schema, whole)) == []
    assert list(errors(spec, schema, {"convention": "S0", "comment": "x", "autre": 1})) != []
    assert list(errors(spec, schema, {"convention": "S0", "comment": "x", "reason": "lu_par_moi"})) != []


def test_the_documentation_page_shows_every_operation(client: FlaskClient, spec: dict[str, Any]) -> None:
    page = client.get("/api/docs").get_data(as_text=True)

    assert [path for path in spec["paths"] if path not in page] == []
    assert "multipart/form-data" in page


def operations(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in spec["paths"].values():
        yield from item.values()


def errors(spec: dict[str, Any], schema: dict[str, Any], value: object) -> Iterator[str]:
    registry: Registry[Any] = Registry().with_resource(
        ROOT, Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema", **spec})
    )
    placed = json.loads(json.dumps(schema).replace('"#/', f'"{ROOT}#/'))
    yield from (error.message for error in Draft202012Validator(placed, registry=registry).iter_errors(value))
