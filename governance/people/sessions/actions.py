"""What can be done about sessions: open one, go further in it, end one or all of them."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.refusals import NotFound
from governance.core.storage import new_id
from governance.people.queries import actor_of
from governance.people.rules import Actor
from governance.people.sessions.queries import hash_key
from governance.people.sessions.rules import Limits, Stage
from governance.people.sessions.tables import WebSession
from governance.people.tables import Person

_KEY_BYTES = 32  # 256 bits; ASVS 5.0 asks for 128 (RELIABILITY, part 1)


@dataclass(frozen=True, slots=True)
class Opening:
    """Who opens a session, where, how they proved who they are, with which browser, and how far it goes."""

    person_id: str
    structure_id: str
    method: str
    agent: str
    stage: Stage = Stage.OPEN


def open_session(session: Session, opening: Opening, *, at: datetime) -> str:
    """Open a session and return its key, which only the browser keeps; whoever knew another key learns nothing."""
    key = secrets.token_urlsafe(_KEY_BYTES)
    row = WebSession(id=new_id(), key_hash=hash_key(key), person_id=opening.person_id, agent=opening.agent)
    row.structure_id, row.stage, row.method = opening.structure_id, opening.stage.value, opening.method
    row.opened_at = row.seen_at = row.proved_at = at
    session.add(row)
    session.flush()
    return key


def prove_again(session: Session, session_id: str, *, at: datetime, method: str | None = None) -> str:
    """Open a session further, or make its proof fresh, and return its new key: the former one opens nothing.

    Raises NotFound when the session was ended meanwhile.
    """
    row = session.get(WebSession, session_id, with_for_update=True)
    if row is None:
        raise NotFound("Cette session est terminée.")
    key = secrets.token_urlsafe(_KEY_BYTES)
    row.key_hash, row.stage, row.proved_at, row.seen_at = hash_key(key), Stage.OPEN.value, at, at
    row.method = method or row.method
    return key


def replace(session: Session, session_id: str) -> None:
    """End the session of this browser as another opens in its place."""
    session.execute(delete(WebSession).where(WebSession.id == session_id))


def note_seen(session: Session, session_id: str, *, at: datetime) -> None:
    """Remember that a session is in use; no trail entry, its acts have their own."""
    row = session.get(WebSession, session_id)
    if row is not None and row.seen_at < at:
        row.seen_at = at


def switch_structure(session: Session, session_id: str, structure_id: str, *, by: Actor, at: datetime) -> None:
    """Go on with the session in another structure of the person; refuse NotFound where they hold no role."""
    row, person = session.get(WebSession, session_id), session.get(Person, by.id)
    there = actor_of(session, person, structure_id) if person is not None else None
    if row is None or there is None:
        raise NotFound("Vous n'avez pas de rôle dans cette structure.", field="structure")
    row.structure_id = structure_id
    trail.record(session, "person.switched", by.id, by=there, structure=structure_id, at=at)


def sign_out(session: Session, session_id: str, *, by: Actor, at: datetime) -> None:
    """End the session the person is in, a copied cookie's included."""
    session.execute(delete(WebSession).where(WebSession.id == session_id))
    trail.record(session, "person.signed_out", by.id, by=by, structure=by.structure, at=at)


def end_session(session: Session, session_id: str, *, by: Actor, at: datetime) -> None:
    """End one of one's own sessions; refuse (NotFound) any other."""
    row = session.get(WebSession, session_id)
    if row is None or row.person_id != by.id:
        raise NotFound("Cette session n'existe pas, ou elle est déjà terminée.")
    session.delete(row)
    trail.record(session, "session.ended", session_id, by=by, structure=by.structure, at=at)


def end_all(session: Session, person_id: str, *, by: Actor, at: datetime, but: str | None = None) -> int:
    """End every session of a person, save one perhaps, and return how many ended."""
    count = end_everywhere(session, person_id, but=but)
    trail.record(session, "sessions.ended", person_id, by=by, structure=by.structure, at=at, count=count)
    return count


def end_everywhere(session: Session, person_id: str, *, but: str | None = None) -> int:
    """End the sessions of a person as part of another act, which the trail tells; return how many."""
    ended = session.execute(delete(WebSession).where(WebSession.person_id == person_id, WebSession.id != (but or "")))
    return ended.rowcount if isinstance(ended, CursorResult) else 0


def forget_expired(session: Session, limits: Limits, *, at: datetime) -> int:
    """Remove the sessions that time has ended, and return how many."""
    old = select(WebSession.id).where(
        (WebSession.opened_at < at - limits.life) | (WebSession.seen_at < at - limits.idle)
    )
    removed = session.execute(delete(WebSession).where(WebSession.id.in_(old)))
    return removed.rowcount if isinstance(removed, CursorResult) else 0
