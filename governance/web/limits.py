"""How often one may ask: counted in the memory of this process."""

import hashlib

from flask import Flask, current_app, request
from flask_limiter import Limiter
from werkzeug.wrappers import Response

from governance.web.identity import current_actor, instant, is_api

API_RATE = "VIGIE_API_RATE"
SIGN_IN_RATE = "VIGIE_SIGN_IN_RATE"


def asker() -> str:
    """Return whom a limit counts: the actor, or the address when nobody is known."""
    actor = current_actor()
    return actor.id if actor else address()


def address() -> str:
    """Return the network address a request came from."""
    return request.remote_addr or "inconnu"


def account() -> str:
    """Return the account a sign-in aims at, unreadable."""
    typed = request.form.get("email", "").strip().lower()
    return hashlib.sha256(typed.encode(errors="replace")).hexdigest()


limiter = Limiter(
    asker,
    application_limits=[lambda: current_app.config[API_RATE]],
    application_limits_exempt_when=lambda: not is_api(),
    storage_uri="memory://",
)


def sign_in_rate() -> str:
    """Return how many refused sign-ins are allowed, by address and by account."""
    rate: str = current_app.config[SIGN_IN_RATE]
    return rate


def was_refused(response: Response) -> bool:
    """Say whether an answer counts against the sign-in limit."""
    return response.status_code >= 400


def seconds_left() -> int:
    """Return how long who was just refused has to wait; at least one second."""
    breached = limiter.current_limit
    return max(1, round(breached.reset_at - instant().timestamp())) if breached else 1


def install(app: Flask) -> None:
    """Count the requests of this application."""
    limiter.init_app(app)
