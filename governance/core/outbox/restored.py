"""The messages of a restored database: those that waited may have left since, so a person says which leave again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core.outbox.claims import move, tell
from governance.core.outbox.outcomes import Answer, Next, What
from governance.core.outbox.rules import UNFINISHED, State
from governance.core.outbox.tables import OutboxMessage

JOB = "service"
WHY = "Base restaurée : ce message a pu partir depuis la sauvegarde. Renvoyez-le s'il n'est pas arrivé."


def hold_back(session: Session, at: datetime) -> int:
    """Stop every message that was still to leave, shown as failed with its reason; return how many."""
    waiting = select(OutboxMessage).where(OutboxMessage.state.in_(sorted(state.value for state in UNFINISHED)))
    rows = session.scalars(waiting.order_by(OutboxMessage.id).with_for_update()).all()
    for row in rows:
        tell(session, row.id, Answer(What.BLOCKED, WHY), by=JOB, at=at)
        move(session, row, Next(State.FAILED), by=JOB, at=at)
    return len(rows)
