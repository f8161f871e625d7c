"""A convention that lives again calls off the destruction that its end had opened, as long as it has not begun.

For the life of conventions, which asks for its own permission: nothing here asks for one.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core import trail
from governance.destruction.rules import State
from governance.destruction.tables import Destruction
from governance.people.rules import Actor


def has_begun(session: Session, structure: str, convention: str) -> bool:
    """Say whether the destruction of what a structure holds under a convention has begun, or is done."""
    wanted = select(Destruction.id).where(
        Destruction.structure_id == structure,
        Destruction.convention == convention,
        Destruction.state != State.CANCELLED,
        Destruction.started_at.is_not(None),
    )
    return session.scalar(wanted.limit(1)) is not None


def call_off(session: Session, structure: str, convention: str, *, by: Actor | str, at: datetime) -> int:
    """Call off what was opened and has not begun; return how many (none or one)."""
    wanted = select(Destruction).where(
        Destruction.structure_id == structure,
        Destruction.convention == convention,
        Destruction.state == State.OPENED,
        Destruction.started_at.is_(None),
    )
    rows = session.scalars(wanted.order_by(Destruction.id).with_for_update()).all()
    who = by if isinstance(by, str) else by.id
    for row in rows:
        row.state, row.cancelled_at, row.cancelled_by, row.undone = State.CANCELLED.value, at, who, row.id
        trail.record(session, "destruction.cancelled", row.id, by=by, structure=structure, at=at)
    return len(rows)
