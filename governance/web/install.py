"""The edge, put on an application in its one right order."""

from apiflask import APIFlask
from flask_bootstrap import Bootstrap5  # type: ignore[import-untyped]

from governance.web import failures, guards, headers, idempotency, limits, logs, openapi, templating


def install(app: APIFlask) -> None:
    """Install logs first (they name the request), then headers, guards, limits and the answers to failures."""
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    Bootstrap5(app)
    logs.install(app)
    headers.install(app)
    templating.install(app)
    guards.install(app)
    limits.install(app)
    idempotency.install(app)
    failures.install(app)
    openapi.install(app)
