"""What is logged of a request: a short list of keys, in JSON; no path, no query, no message of an exception."""

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import datetime
from time import perf_counter
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

from governance.web.identity import instant

ALLOWED = (
    *("event", "at", "method", "route", "status", "duration_ms", "request", "actor", "error", "where"),
    *("job", "slot", "result"),
)
LOGGER = "vigie"
FRAMES = 6


def install(app: Flask) -> None:
    """Log one line per request, and give each request the identifier that its answer carries."""
    configure()
    app.before_request(_begin)
    app.after_request(_end)


def failure(error: BaseException) -> None:
    """Log where an exception came from, and its class: its message may hold what was typed."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    where = [f"{frame.name}:{frame.lineno}" for frame in frames]
    _write("failure", error=type(error).__name__, where=where, **_request())


def event(name: str, at: datetime, **keys: object) -> None:
    """Log what happened outside any request."""
    configure()
    _write(name, at=at.isoformat(), **keys)


def _begin() -> None:
    g.request_id = str(uuid4())
    g.started = perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    duration = round((perf_counter() - g.started) * 1000, 1)
    _write("request", status=response.status_code, duration_ms=duration, **_request())
    return response


def _request() -> dict[str, Any]:
    actor = g.get("actor")
    return {
        "at": instant().isoformat(),
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else None,
        "request": g.get("request_id"),
        "actor": actor.id if actor else None,
    }


def _write(event: str, **keys: object) -> None:
    structlog.get_logger(LOGGER).info(event, **keys)


def _keep_allowed(logger: Any, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: event[key] for key in ALLOWED if event.get(key) is not None}


def configure() -> None:
    """Write one JSON line per event on the error output, the allowed keys alone."""
    structlog.configure(
        processors=[_keep_allowed, structlog.processors.JSONRenderer(ensure_ascii=False)],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    logger = logging.getLogger(LOGGER)
    logger.setLevel(logging.INFO)
    logger.propagate = False  # one line each, whatever the server does with the root logger
    if not logger.handlers:
        logger.addHandler(logging.StreamHandler(sys.__stderr__))
