"""The one table from refusals to answers: a page in French, or a problem document (RFC 9457)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from markupsafe import escape
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from governance.core.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal, TooLarge, TooMany, Unavailable
from governance.people.rules import NotSignedIn
from governance.web import logs
from governance.web.identity import is_api
from governance.web.redirects import here

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 10

STATUSES: Mapping[type[Refusal], tuple[int, str]] = {
    NotSignedIn: (401, "Connexion nécessaire"),
    Forbidden: (403, "Accès refusé"),
    NotFound: (404, "Introuvable"),
    Conflict: (409, "Déjà fait, ou contradictoire"),
    TooLarge: (413, "Trop volumineux"),
    Invalid: (422, "Saisie à corriger"),
    TooMany: (429, "Trop de demandes"),
    Unavailable: (503, "Momentanément indisponible"),
    Refusal: (400, "Demande refusée"),
}

HTTP_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("Demande illisible", "La demande n'a pas pu être lue."),
    401: ("Connexion nécessaire", "Connectez-vous pour continuer."),
    403: ("Accès refusé", "Votre rôle ne permet pas cette action ici."),
    404: ("Page introuvable", "Cette adresse ne mène à rien."),
    405: ("Méthode refusée", "Cette adresse n'accepte pas cette méthode."),
    406: ("Format refusé", "Le format demandé n'est pas proposé."),
    408: ("Demande trop lente", "La demande n'est pas arrivée à temps."),
    411: ("Longueur absente", "La longueur de la demande doit être annoncée."),
    413: ("Trop volumineux", "L'envoi dépasse la taille permise."),
    414: ("Adresse trop longue", "L'adresse demandée est trop longue."),
    415: ("Type de contenu refusé", "Le type de contenu annoncé n'est pas accepté."),
    422: ("Saisie à corriger", "La demande ne respecte pas la forme attendue."),
    429: ("Trop de demandes", "Trop de demandes en peu de temps : attendez un peu, puis recommencez."),
    431: ("En-têtes trop longs", "Les en-têtes de la demande sont trop longs."),
    500: ("Erreur interne", "Une erreur est survenue ; elle est enregistrée sous la référence ci-dessous."),
    503: ("Momentanément indisponible", "Le service revient bientôt : recommencez dans quelques instants."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, for who asked; `errors` joins a JSON pointer to a sentence."""

    status: int
    title: str
    detail: str
    errors: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def of_refusal(refusal: Refusal) -> Problem:
    """Return the problem of a refusal: the line of its nearest class in the table."""
    status, title = next(STATUSES[kind] for kind in type(refusal).__mro__ if kind in STATUSES)
    errors = () if refusal.field is None else ((_pointer(refusal.field), refusal.message),)
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status in {429, 503} else {}
    return Problem(status, title, refusal.message, errors, _challenge(status) | headers)


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """Return the problem of an HTTP status."""
    title, detail = HTTP_ERRORS.get(status) or HTTP_ERRORS[500 if status >= 500 else 400]
    return Problem(status, title, detail, (), _challenge(status) | dict(headers or {}))


def of_http(error: HTTPException) -> Problem:
    """Return the problem of an HTTP exception, whose own English description is left out."""
    kept = {name: value for name, value in error.get_headers() if name == "Allow"}
    return of_status(error.code or 500, kept)


def answer(problem: Problem) -> AnyResponse:
    """Return the problem in the form the asker reads."""
    if wants_document():
        return _document(problem)
    if problem.status == 401 and request.method in {"GET", "HEAD"}:
        return redirect(url_for("people.sign_in", suite=here()), 303)
    return Response(_page(problem), problem.status, dict(problem.headers))


def wants_document() -> bool:
    """Say whether the asker is a program: under /api, or when JSON is preferred to HTML."""
    if is_api():
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", MEDIA_TYPE], "text/html")
    return best != "text/html"


def reference() -> str:
    """Return the identifier of this request, which the log also holds."""
    identifier: str = g.request_id
    return identifier


def _page(problem: Problem) -> str:
    try:
        return render_template("problem.html", problem=problem, reference=reference())
    except Exception as error:  # the layout may need what just failed (no address can be built for an untrusted host)
        logs.failure(error)
        title, detail = escape(problem.title), escape(problem.detail)
        return f'<!doctype html>\n<html lang="fr"><title>{title}</title><h1>{title}</h1><p>{detail}</p></html>'


def _document(problem: Problem) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": f"urn:uuid:{reference()}",
    }
    if problem.errors:
        body["errors"] = _errors(problem.errors)
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, problem.status, dict(problem.headers), content_type=MEDIA_TYPE)


def _errors(errors: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"pointer": pointer, "detail": detail} for pointer, detail in errors]


def _pointer(field_name: str) -> str:
    return field_name if field_name.startswith("/") else f"/{field_name}"


def _challenge(status: int) -> dict[str, str]:
    return {"WWW-Authenticate": "Bearer"} if status == 401 and is_api() else {}
