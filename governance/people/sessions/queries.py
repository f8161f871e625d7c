"""Whose session a key opens, and which sessions a person has."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.people.queries import actor_of
from governance.people.rules import Actor
from governance.people.second_factor.queries import has_factor, is_required
from governance.people.sessions.rules import STRONG, Limits, Stage, Times, is_live
from governance.people.sessions.tables import WebSession
from governance.people.tables import Person


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session, read: never its key. `who` is the person; `actor` the same, once the session is open and lets act."""

    id: str
    person_id: str
    structure_id: str
    stage: Stage
    method: str
    agent: str
    opened_at: datetime
    seen_at: datetime
    proved_at: datetime
    who: Actor

    @property
    def actor(self) -> Actor | None:
        """Return who the session lets act."""
        return self.who if self.stage is Stage.OPEN else None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in the list of one's own."""

    id: str
    agent: str
    opened_at: datetime
    seen_at: datetime


def hash_key(key: str) -> str:
    """Return what is kept of a key; its 256 random bits need no slow hash."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def find_session(session: Session, key: str, limits: Limits, at: datetime) -> SessionView | None:
    """Return the session that a key opens, or None when it is unknown, ended, too old or unused for too long.

    What the person may do is read anew: a role that was removed is gone at the next request.
    """
    row = session.scalar(select(WebSession).where(WebSession.key_hash == hash_key(key)))
    if row is None or not _is_live(row, limits, at):
        return None
    person = session.get_one(Person, row.person_id)
    actor = actor_of(session, person, row.structure_id)
    if actor is None:
        return None
    return _view(row, actor, _stage(session, row, actor, limits))


def sessions_of(session: Session, person_id: str, limits: Limits, at: datetime) -> tuple[SessionLine, ...]:
    """Return the sessions of a person that still hold, the last seen first."""
    rows = session.scalars(
        select(WebSession).where(WebSession.person_id == person_id).order_by(WebSession.seen_at.desc(), WebSession.id)
    )
    return tuple(_shown(row) for row in rows if _is_live(row, limits, at))


def _is_live(row: WebSession, limits: Limits, at: datetime) -> bool:
    return is_live(Stage(row.stage), Times(row.opened_at, row.seen_at), limits, at)


def _stage(session: Session, row: WebSession, actor: Actor, limits: Limits) -> Stage:
    """Return how far a session has come: a role given since, or the structure, may require a second factor."""
    stage = Stage(row.stage)
    asks = stage is Stage.OPEN and limits.second_factor and row.method not in STRONG and is_required(session, actor)
    return Stage.ENROLMENT if asks and not has_factor(session, row.person_id) else stage


def _view(row: WebSession, who: Actor, stage: Stage) -> SessionView:
    times = (row.opened_at, row.seen_at, row.proved_at)
    return SessionView(row.id, row.person_id, row.structure_id, stage, row.method, row.agent, *times, who)


def _shown(row: WebSession) -> SessionLine:
    return SessionLine(row.id, row.agent, row.opened_at, row.seen_at)
