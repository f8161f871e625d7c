"""Who is asking: the person whose session the cookie opens on pages, the machine of the bearer key under /api."""

from datetime import datetime, timedelta

from flask import Response, after_this_request, current_app, g, request, session
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock, storage
from governance.core.keys import Keys
from governance.people.machines import tokens
from governance.people.machines.actions import note_use
from governance.people.machines.queries import find_machine, find_token_s_machine
from governance.people.rules import Actor, NotSignedIn
from governance.people.sessions import actions as session_actions
from governance.people.sessions.actions import Opening
from governance.people.sessions.queries import SessionView, find_session
from governance.people.sessions.rules import Limits, Stage, agent_family

SESSIONS = "vigie.sessions"
KEYS = "vigie.keys"
IDLE = "VIGIE_SESSION_IDLE"
LIFE = "VIGIE_SESSION_LIFE"
SECOND_FACTOR = "VIGIE_SECOND_FACTOR"
DOCUMENTATION = "/api/docs"  # a page among the operations: read by persons
HINT = "oidc_hint"  # the provider's token, encrypted, for as long as the session lasts
KEY = "key"  # all that the cookie says of the person, beside the token of forms and the messages to show

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


def limits() -> Limits:
    """Return how long the sessions of this installation last."""
    return Limits(current_app.config[IDLE], current_app.config[LIFE], setting(SECOND_FACTOR))


def is_api() -> bool:
    """Say whether the request speaks to the API, where cookies are ignored."""
    return request.path == "/api" or (request.path.startswith("/api/") and request.path != DOCUMENTATION)


def current_actor() -> Actor | None:
    """Return who is asking, or None; looked up once per request."""
    if "actor" not in g:
        g.actor = _machine() if is_api() else _person()
    actor: Actor | None = g.actor
    return actor


def current_session() -> SessionView | None:
    """Return the session of this browser, half open ones included, or None; looked up once per request."""
    if "web_session" not in g:
        g.web_session = None if is_api() else _session()
    found: SessionView | None = g.web_session
    return found


def own_session() -> SessionView:
    """Return the session in which the person acts; refuse (NotSignedIn) when there is none."""
    return holder(is_open=True)


def holder(*, is_open: bool = False) -> SessionView:
    """Return the session of who has proved who they are, even if their role requires a second factor still to come.

    Raises NotSignedIn.
    """
    found = current_session()
    if found is None or found.stage is Stage.CODE or (is_open and found.actor is None):
        raise NotSignedIn("Connectez-vous pour continuer.")
    return found


def setting(name: str) -> bool:
    """Return whether the installation is set so."""
    return bool(current_app.config[name])


def keys() -> Keys:
    """Return the service's keys."""
    held: Keys = current_app.extensions[KEYS]
    return held


def open_session(
    database: Session, person_id: str, structure_id: str, *, method: str, at: datetime, stage: Stage = Stage.OPEN
) -> None:
    """Start a session of its own for who signed in: nothing of the former one remains (fixation)."""
    agent = agent_family(request.user_agent.string)
    adopt_key(session_actions.open_session(database, Opening(person_id, structure_id, method, agent, stage), at=at))


def adopt_key(key: str) -> None:
    """Make this browser hold a session's key, and nothing that an earlier one left."""
    session.clear()
    session[KEY] = key
    _forget()


def renew_key(key: str) -> None:
    """Make this browser hold the new key of the session it is in; what leads out of the provider stays with it."""
    hint = session.get(HINT)
    adopt_key(key)
    if hint is not None:
        session[HINT] = hint


def close_session() -> None:
    """Forget the session on this browser, which is asked to forget what it kept of it (W3C, Clear Site Data)."""
    session.clear()
    after_this_request(_clear_site)
    _forget()
    g.actor = g.web_session = None


def _clear_site(response: Response) -> Response:
    response.headers["Clear-Site-Data"] = '"storage"'  # pages are never cached; "cache" makes Chromium slow
    return response


def _forget() -> None:
    g.pop("actor", None)
    g.pop("web_session", None)


def _person() -> Actor | None:
    found = current_session()
    return found.actor if found else None


def _session() -> SessionView | None:
    key = session.get(KEY)
    if not isinstance(key, str):
        return None
    at = instant()
    with storage.reading(sessions()) as reader:
        found = find_session(reader, key, limits(), at)
    if found is not None and at - found.seen_at > _WRITE_SEEN_EVERY:
        _note_seen(found, at)
    return found


def _note_seen(found: SessionView, at: datetime) -> None:
    try:
        with sessions().begin() as writer:
            session_actions.note_seen(writer, found.id, at=at)
    except OperationalError:
        return  # a full disk or a busy database does not keep anybody from reading


def _machine() -> Actor | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    at, bearer = instant(), key.strip()
    token = tokens.read(keys(), bearer, at)
    with storage.reading(sessions()) as reader:
        machine = find_token_s_machine(reader, token, at) if token else find_machine(reader, bearer, at)
    if machine is None:
        return None
    if machine.last_used_at is None or at - machine.last_used_at > _WRITE_USE_EVERY:
        with sessions().begin() as writer:
            note_use(writer, machine.actor.id, at=at)
    return machine.actor
