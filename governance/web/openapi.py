"""The API's specification: OpenAPI 3.1, its key, its errors, and a page that needs nothing from elsewhere."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from apiflask import APIFlask
from flask import current_app

from governance.people.rules import MACHINE_SCOPES, PERMITTED
from governance.web.problems import MEDIA_TYPE

SECURITY = "cle_api"
OAUTH = "jeton"
TOKEN_URL = "/api/oauth/token"  # noqa: S105  # an address
DESCRIPTION = (
    "Vérifier un texte et des pièces avant de les envoyer. Chaque demande porte une clé : "
    "« Authorization: Bearer vig_… », ou un jeton de dix minutes obtenu avec elle sur /api/oauth/token. "
    "Les refus sont des documents application/problem+json (RFC 9457)."
)
PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "Référence de la demande, aussi dans le journal du service."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation, ready to be shown: schemas as indented JSON."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[dict[str, Any], ...]
    bodies: tuple[tuple[str, str], ...]
    responses: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Readable:
    """The specification, ready to be shown."""

    title: str
    version: str
    description: str
    operations: tuple[Operation, ...]
    schemas: tuple[tuple[str, str], ...]


def install(app: APIFlask) -> None:
    """Describe the key and the problem documents on every operation."""
    app.config.update(
        DESCRIPTION=DESCRIPTION,
        SERVERS=[{"url": "/"}],  # never the Host header of whoever asked first
        SECURITY_SCHEMES={
            SECURITY: {"type": "http", "scheme": "bearer", "bearerFormat": "vig_<préfixe>_<secret>"},
            OAUTH: {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": TOKEN_URL, "scopes": _scopes()}}},
        },
        SUCCESS_DESCRIPTION="Réussite",
        NOT_FOUND_DESCRIPTION="Introuvable",
        VALIDATION_ERROR_DESCRIPTION="Saisie à corriger",
        HTTP_ERROR_SCHEMA=PROBLEM,
        VALIDATION_ERROR_SCHEMA=PROBLEM,
    )
    app.spec_processor(complete)  # type: ignore[arg-type]  # JSON here: always a dictionary


def _scopes() -> dict[str, str]:
    return {scope.value: PERMITTED[scope].lets for scope in sorted(MACHINE_SCOPES)}


def complete(spec: dict[str, Any]) -> dict[str, Any]:
    """Add what APIFlask cannot know: the media type of errors, the default error, the key."""
    components = spec.setdefault("components", {})
    components.setdefault("schemas", {})["Probleme"] = PROBLEM
    for _, _, operation in _operations(spec):
        responses = operation.setdefault("responses", {})
        for status, response in responses.items():
            if status >= "400":
                response["content"] = _problem_content()
        responses["default"] = {"description": "Tout autre refus", "content": _problem_content()}
        operation["security"] = [{SECURITY: []}, {OAUTH: []}]
    for unused in ("HTTPError", "ValidationError"):
        components["schemas"].pop(unused, None)
    return spec


def specification() -> dict[str, Any]:
    """Return the specification of the running application."""
    spec: dict[str, Any] = current_app.spec  # type: ignore[attr-defined]  # an APIFlask behind Flask's proxy
    return spec


def readable(spec: dict[str, Any]) -> Readable:
    """Return the specification as the documentation page shows it."""
    schemas = spec.get("components", {}).get("schemas", {})
    return Readable(
        title=spec["info"]["title"],
        version=spec["info"]["version"],
        description=spec["info"].get("description", ""),
        operations=tuple(_operation(*found) for found in _operations(spec)),
        schemas=tuple((name, _indented(schema)) for name, schema in sorted(schemas.items())),
    )


def _operations(spec: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in sorted(spec.get("paths", {}).items()):
        for method in _METHODS:
            if method in item:
                yield method, path, item[method]


def _operation(method: str, path: str, operation: dict[str, Any]) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=tuple(operation.get("parameters", ())),
        bodies=tuple(_contents(operation.get("requestBody", {}))),
        responses=tuple(_responses(operation["responses"])),
    )


def _responses(responses: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for status, response in sorted(responses.items()):
        media = ", ".join(kind for kind, _ in _contents(response))
        yield status, response.get("description", ""), media


def _contents(holder: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for media, content in holder.get("content", {}).items():
        yield media, _indented(content.get("schema", {}))


def _problem_content() -> dict[str, Any]:
    return {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Probleme"}}}


def _indented(schema: object) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2)
