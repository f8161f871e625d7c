"""Who is asking: the person of the session cookie on pages, the machine of the bearer key under /api."""

from datetime import datetime, timedelta

from flask import current_app, g, request, session
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock, storage
from governance.people import actions, queries
from governance.people.queries import Attempt
from governance.people.rules import Actor

SESSIONS = "vigie.sessions"
IDLE = "VIGIE_SESSION_IDLE"
LIFE = "VIGIE_SESSION_LIFE"
DOCUMENTATION = "/api/docs"  # a page among the operations: read by persons

_WRITE_SEEN_EVERY = timedelta(minutes=1)
_WRITE_USE_EVERY = timedelta(hours=1)


def instant() -> datetime:
    """Return the one instant of this request."""
    if "at" not in g:
        g.at = clock.now()
    at: datetime = g.at
    return at


def sessions() -> sessionmaker[Session]:
    """Return the application's database sessions."""
    factory: sessionmaker[Session] = current_app.extensions[SESSIONS]
    return factory


def is_api() -> bool:
    """Say whether the request speaks to the API, where cookies are ignored."""
    return request.path == "/api" or (request.path.startswith("/api/") and request.path != DOCUMENTATION)


def current_actor() -> Actor | None:
    """Return who is asking, or None; looked up once per request."""
    if "actor" not in g:
        g.actor = _machine() if is_api() else _person()
    actor: Actor | None = g.actor
    return actor


def open_session(attempt: Attempt, at: datetime) -> None:
    """Start a session of its own for who signed in: nothing of the former one remains (fixation)."""
    if attempt.actor is None:
        raise ValueError("a refused attempt opens no session")
    session.clear()
    session.update(person=attempt.actor.id, structure=attempt.actor.structure, epoch=attempt.epoch)
    session.update(since=at.timestamp(), seen=at.timestamp())
    g.actor = attempt.actor


def close_session() -> None:
    """Forget the session on this browser."""
    session.clear()
    g.actor = None


def _person() -> Actor | None:
    if "person" not in session:
        return None
    at = instant().timestamp()
    idle, life = current_app.config[IDLE].total_seconds(), current_app.config[LIFE].total_seconds()
    with storage.reading(sessions()) as reader:
        actor = queries.find_person(reader, session["person"], session["structure"], session["epoch"])
    if actor is None or at - session["seen"] > idle or at - session["since"] > life:
        session.clear()
        return None
    if at - session["seen"] > _WRITE_SEEN_EVERY.total_seconds():
        session["seen"] = at
    return actor


def _machine() -> Actor | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    with storage.reading(sessions()) as reader:
        machine = queries.find_machine(reader, key.strip())
    if machine is None:
        return None
    at = instant()
    if machine.last_used_at is None or at - machine.last_used_at > _WRITE_USE_EVERY:
        with sessions().begin() as writer:
            actions.note_use(writer, machine.actor.id, at=at)
    return machine.actor
