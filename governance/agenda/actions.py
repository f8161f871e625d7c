"""What a person does about their own agenda: open its feed to a calendar program, close it, choose the morning mail."""

import secrets
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from governance.agenda.rules import TOKEN_BYTES, check_horizon
from governance.agenda.tables import CalendarLink, MorningMail
from governance.core import trail
from governance.people.accounts.queries import hash_token
from governance.people.rules import Actor, Permission, require


def open_feed(session: Session, *, by: Actor, at: datetime) -> str:
    """Return the secret of a fresh feed of the actor's dates, shown this once; the former one opens nothing any more.

    Raises Forbidden.
    """
    require(Permission.READ_AGENDA, by, by.structure)
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(delete(CalendarLink).where(CalendarLink.person_id == by.id))
    session.add(CalendarLink(person_id=by.id, hash=hash_token(secret), made_at=at))
    trail.record(session, "calendar.opened", by.id, by=by, structure=by.structure, at=at)
    return secret


def close_feed(session: Session, *, by: Actor, at: datetime) -> None:
    """Make the actor's feed answer nobody any more; raises Forbidden."""
    require(Permission.READ_AGENDA, by, by.structure)
    session.execute(delete(CalendarLink).where(CalendarLink.person_id == by.id))
    trail.record(session, "calendar.closed", by.id, by=by, structure=by.structure, at=at)


def note_read(session: Session, feed_id: str, *, at: datetime) -> None:
    """Remember that a feed was read; no trail entry: programs read it all day."""
    row = session.get(CalendarLink, feed_id)
    if row is not None:
        row.read_at = at


def choose_morning(session: Session, days: int, *, by: Actor, at: datetime) -> None:
    """Set how far the actor's morning mail looks, 0 for none; raises Forbidden, BadHorizon."""
    require(Permission.READ_AGENDA, by, by.structure)
    session.merge(MorningMail(person_id=by.id, days=check_horizon(days), set_at=at))
    trail.record(session, "morning.chosen", by.id, by=by, structure=by.structure, at=at, days=days)
