"""How often one may ask: counted in the memory of this process."""

from flask import Flask, current_app, request
from flask_limiter import Limiter

from governance.web.identity import current_actor, instant, is_api

API_RATE = "VIGIE_API_RATE"


def asker() -> str:
    """Return whom a limit counts: the actor, or the address when nobody is known."""
    actor = current_actor()
    return actor.id if actor else address()


def address() -> str:
    """Return the network address a request came from."""
    return request.remote_addr or "inconnu"


limiter = Limiter(
    asker,
    application_limits=[lambda: current_app.config[API_RATE]],
    application_limits_exempt_when=lambda: not is_api(),
    storage_uri="memory://",
)


def seconds_left() -> int:
    """Return how long who was just refused has to wait; at least one second."""
    breached = limiter.current_limit
    return max(1, round(breached.reset_at - instant().timestamp())) if breached else 1


def install(app: Flask) -> None:
    """Count the requests of this application."""
    limiter.init_app(app)
