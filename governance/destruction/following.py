"""What the life of a convention does to its data: its end opens their destruction, a revival calls it off.

For the life of conventions, which asks for its own permission: nothing here asks for one. Nothing here destroys.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from governance.core import trail
from governance.destruction import actions
from governance.destruction.rules import AlreadyOpened, State
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


def open_ended(
    session: Session, structure: str, convention: str, since: datetime, *, by: Actor | str, at: datetime
) -> str | None:
    """Open the destruction of what is held under a convention whose end was set off at `since`; None when it is.

    One that a person called off since then stays so: whoever did opens it again.
    """
    known = select(Destruction.id).where(
        Destruction.structure_id == structure,
        Destruction.convention == convention,
        or_(Destruction.undone == "", Destruction.cancelled_at > since),
    )
    if session.scalar(known.limit(1)) is not None:
        return None
    try:
        return actions.open_at_end(session, structure, convention, by=by, at=at)
    except AlreadyOpened:  # by somebody else, meanwhile
        return None


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
