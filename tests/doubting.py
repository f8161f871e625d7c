"""A false alarm that somebody told, for tests that need one."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.people.rules import Actor
from scanners.doubt_actions import dispute, report
from scanners.engine import default
from scanners.findings import Level
from scanners.queries import own_words
from scanners.rules import Reason, judge
from scanners.tables import Doubt

HINT = "Elle demande sa RQTH pour la formation."
REFUSED = "Elle a un cancer."


def told(session: Session, text: str, by: Actor, at: datetime, reason: Reason = Reason.FALSE_POSITIVE) -> None:
    """Send a text for that reason."""
    found = default().scan(text, own_words(session, by.structure))
    report(session, text, judge(found, None, reason=reason), by=by, at=at)


def disputed(session: Session, text: str, by: Actor, at: datetime) -> None:
    """Call the first refusal of a text a mistake."""
    found = default().scan(text, own_words(session, by.structure))
    dispute(session, text, next(one for one in found if one.level is Level.BLOQUANT), by=by, at=at)


def reported(session: Session, by: Actor, at: datetime) -> str:
    """Tell one of each sort, and return the identifier of the refusal."""
    told(session, HINT, by, at)
    disputed(session, REFUSED, by, at)
    return session.scalars(select(Doubt.id).where(Doubt.structure_id == by.structure, Doubt.is_blocking)).one()
