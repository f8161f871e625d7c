"""What every template may use: who reads, what they may do, dates in French."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Flask, g
from flask_babel import Babel
from jinja2 import StrictUndefined
from sqlalchemy.exc import SQLAlchemyError

from governance.core import french, storage
from governance.core.clock import PARIS
from governance.people.queries import StructureView, places
from governance.people.rules import Actor, Kind, Permission, may_somewhere
from governance.web.feature import menu
from governance.web.identity import current_actor, limits, sessions
from governance.web.identity import instant as request_instant

LOCALE = "fr"


def install(app: Flask) -> None:
    """Speak French, refuse undefined values, and give templates their common words."""
    Babel(app, default_locale=LOCALE, default_timezone=PARIS.key, locale_selector=lambda: LOCALE)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(instant=french.instant, jour=french.day, month=french.month, said=french.said)
    app.jinja_env.filters.update(
        remaining=_left(french.remaining),
        deadline=_left(french.deadline),
        until=_left(french.until),
        urgency=_left(french.urgency),
    )
    app.context_processor(_common)


def _left(said: Callable[..., str]) -> Callable[..., str]:
    """Return a filter that tells a deadline as it stands at the instant of the request."""

    def shown(due: datetime | date, *more: str) -> str:
        return str(said(due, request_instant(), *more))

    return shown


def _common() -> dict[str, Any]:
    actor = _reader()

    def allowed(permission: str) -> bool:
        return actor is not None and may_somewhere(Permission(permission), actor)

    def structures() -> tuple[StructureView, ...]:
        if actor is None or actor.kind is not Kind.PERSON:
            return ()
        with storage.reading(sessions()) as reader:
            return places(reader, actor)

    common = {"actor": actor, "may": allowed, "menu": menu(actor) if actor else (), "places": structures}
    return common | {"ending": _ending()}


def _ending() -> dict[str, int] | None:
    """Return in how many seconds the session ends, unused or in any case."""
    found = g.get("web_session")
    if found is None or found.actor is None:
        return None
    held = limits()
    left = held.life - (request_instant() - found.opened_at)
    return {"idle": int(held.idle.total_seconds()), "life": int(left.total_seconds())}


def _reader() -> Actor | None:
    # A problem page is still shown when the database is away.
    try:
        return current_actor()
    except SQLAlchemyError:
        g.actor = None
        return None
