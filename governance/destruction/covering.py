"""What keeps rows whose time is over: a hold that covers everything, or a destruction that is still to come."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core.domains import Domain
from governance.destruction.rules import State
from governance.destruction.tables import Destruction, LegalHold

_TO_COME = (State.OPENED.value, State.UNDERWAY.value, State.HELD.value)


def held_whole(session: Session) -> frozenset[Domain]:
    """Return the conventions of structures of which a hold keeps everything now."""
    asked = select(LegalHold.structure_id, LegalHold.convention, LegalHold.tables)
    rows = session.execute(asked.where(LegalHold.released_at.is_(None)).order_by(LegalHold.id))
    return frozenset(Domain(structure, convention) for structure, convention, tables in rows if not tables)


def held_or_awaited(session: Session) -> frozenset[Domain]:
    """Return these, and the conventions whose destruction is opened and not done: their files are still asked for."""
    asked = select(Destruction.structure_id, Destruction.convention).where(Destruction.state.in_(_TO_COME))
    rows = session.execute(asked.order_by(Destruction.id))
    return held_whole(session) | {Domain(structure, convention) for structure, convention in rows}
