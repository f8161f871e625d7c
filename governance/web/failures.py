"""Every way a request can fail meets the table of problems here; nothing typed is ever repeated."""

from apiflask.exceptions import HTTPError
from flask import Flask, g
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, TooManyRequests
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from governance.core.refusals import Conflict, Invalid, Refusal, Unavailable
from governance.web import idempotency, limits, logs
from governance.web.idempotency import AlreadySent
from governance.web.model_errors import explain
from governance.web.problems import Problem, answer, of_http, of_refusal, of_status


class StaleForm(Refusal):
    """The form was opened in a session that has ended, or elsewhere."""


def install(app: Flask) -> None:
    """Register the answer to each kind of failure."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(AlreadySent, _again)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(TooManyRequests, _too_often)
    app.register_error_handler(HTTPError, _api)
    app.register_error_handler(RecursionError, _nested)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolTimeout, _away)
    app.register_error_handler(Exception, _unexpected)


def _refused(refusal: Refusal) -> Response:
    if isinstance(refusal, Unavailable):  # keys away, a broken seal: who runs the service must hear of it
        logs.failure(refusal)
    return answer(of_refusal(refusal))


def _again(error: AlreadySent) -> Response:
    try:
        return idempotency.again()
    except Refusal as refusal:
        return _refused(refusal)
    except DBAPIError as away:
        return _database(away)


def _forged(error: CSRFError) -> Response:
    refusal = StaleForm(
        "Ce formulaire a été ouvert avant votre connexion, ou ailleurs : revenez en arrière, "
        "copiez votre saisie, rechargez la page et recommencez."
    )
    return answer(of_refusal(refusal))


def _http(error: HTTPException) -> Response:
    if isinstance(error, RequestRedirect):
        return error.get_response()
    if isinstance(error, InternalServerError):
        logs.failure(error.original_exception or error)
    return answer(of_http(error))


def _too_often(error: TooManyRequests) -> Response:
    return answer(of_status(429, {"Retry-After": str(limits.seconds_left())}))


def _api(error: HTTPError) -> Response:
    problem = of_status(error.status_code)
    if isinstance(error.__cause__, ValidationError):
        problem = Problem(problem.status, problem.title, problem.detail, explain(error.__cause__))
    return answer(problem)


def _nested(error: RecursionError) -> Response:
    logs.failure(error)
    return answer(of_refusal(Invalid("La demande est imbriquée trop profondément.")))


def _database(error: DBAPIError) -> Response:
    if isinstance(error, IntegrityError):
        logs.failure(error)
        return answer(of_refusal(Conflict("La même chose vient d'être enregistrée : rechargez la page.")))
    if isinstance(error, OperationalError | InterfaceError):
        return _away(error)
    return _unexpected(error)


def _away(error: Exception) -> Response:
    logs.failure(error)
    g.actor = None  # the page must not ask the database again who is reading it
    return answer(of_refusal(Unavailable("La base de données ne répond pas : recommencez dans quelques instants.")))


def _unexpected(error: Exception) -> Response:
    logs.failure(error)
    return answer(of_status(500))
