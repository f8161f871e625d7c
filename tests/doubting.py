"""A false alarm that somebody told, for tests that need one."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.people.rules import Actor
from scanners.doubt_actions import report
from scanners.engine import default
from scanners.queries import own_words
from scanners.rules import Reason, judge
from scanners.tables import Doubt

HINT = "Elle demande sa RQTH pour la formation."


def told(session: Session, text: str, by: Actor, at: datetime, reason: Reason = Reason.FALSE_POSITIVE) -> None:
    """Send a text for that reason."""
    found = default().scan(text, own_words(session, by.structure))
    report(session, text, judge(found, None, reason=reason), by=by, at=at)


def reported(session: Session, by: Actor, at: datetime) -> str:
    """Tell one, and return its identifier."""
    told(session, HINT, by, at)
    return session.scalars(select(Doubt.id).where(Doubt.structure_id == by.structure)).one()
