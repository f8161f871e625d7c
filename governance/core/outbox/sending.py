"""Sending what is due and finding what nobody sent: what the timetable and the command line call."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock, trail
from governance.core.outbox.claims import WORKER, Claimed, claim, expire, recover, settle, tell
from governance.core.outbox.composing import Envelope, compose
from governance.core.outbox.outcomes import Answer, Pace, What, legible
from governance.core.outbox.rules import UNFINISHED
from governance.core.outbox.tables import OutboxMessage

LATE = "Le message n'est pas parti dans le délai prévu."


@dataclass(frozen=True, slots=True)
class Outbound:
    """What sending needs and the outbox does not know.

    `deliver` hands an envelope to a server; `refuses` reads a text of a structure and says, in French and without
    repeating it, why it must not leave; `certificate` is that of a recipient (DER), if one may be used; `link` the
    address where a message's files are read.
    """

    sender: str
    deliver: Callable[[Envelope], Answer]
    refuses: Callable[[str, str | None], str | None]
    certificate: Callable[[Claimed, datetime], bytes | None]
    link: Callable[[str], str]


class Swept(NamedTuple):
    """What the sweeper found: taken back from workers that ended, expired, late now, and late that nobody knew of."""

    recovered: int
    expired: int
    late: int
    told: int


def send_due(
    sessions: sessionmaker[Session], outbound: Outbound, at: datetime, pace: Pace | None = None
) -> Counter[What]:
    """Send every message that is due, one after the other, and return how many attempts ended how.

    Stops when the server cannot be reached: what is left stays due. Several workers may run at once.
    """
    pace, now, done = pace or Pace(), clock.running(at), Counter[What]()
    with sessions.begin() as session:
        recover(session, now(), pace)
        done[What.EXPIRED] += expire(session, now())
    for _ in range(pace.batch):
        with sessions.begin() as session:
            claimed = claim(session, now(), pace)
        if claimed is None:
            break
        answer = _answer(outbound, claimed, now())
        with sessions.begin() as session:
            settle(session, claimed, answer, now(), pace)
        done[answer.what] += 1
        if answer.what is What.UNREACHABLE:
            break
    return +done


def sweep(sessions: sessionmaker[Session], at: datetime, pace: Pace | None = None) -> Swept:
    """Take back what dead workers held, end what is too late, and tell once of each message that should have left."""
    pace = pace or Pace()
    with sessions.begin() as session:
        recovered, expired = recover(session, at, pace), expire(session, at)
        late = session.scalar(select(func.count()).select_from(OutboxMessage).where(is_late(at, pace))) or 0
        untold = session.scalars(_untold(at, pace)).all()
        for row in untold:
            row.alarmed_at = at
            tell(session, row.id, Answer(What.LATE, LATE), by=WORKER, at=at)
            trail.record(session, "outbox.late", row.id, by=WORKER, structure=row.structure, at=at, kind=row.kind)
    return Swept(recovered, expired, late, len(untold))


def is_late(at: datetime, pace: Pace) -> ColumnElement[bool]:
    """Return the condition of a message that should have left by now."""
    return and_(OutboxMessage.state.in_(UNFINISHED), OutboxMessage.queued_at <= at - pace.late)


def _untold(at: datetime, pace: Pace) -> Select[OutboxMessage]:
    wanted = select(OutboxMessage).where(is_late(at, pace), OutboxMessage.alarmed_at.is_(None))
    return wanted.order_by(OutboxMessage.queued_at, OutboxMessage.id).with_for_update(skip_locked=True)


def _answer(outbound: Outbound, claimed: Claimed, at: datetime) -> Answer:
    # One message that trips the code must not keep the others waiting; where it happened is in the class alone.
    try:
        return _attempt(outbound, claimed, at)
    except Exception as error:
        return Answer(What.UNKNOWN, f"Erreur inattendue pendant l'envoi ({type(error).__name__}).")


def _attempt(outbound: Outbound, claimed: Claimed, at: datetime) -> Answer:
    names = "\n".join(one.name for one in claimed.attachments)
    reason = outbound.refuses(f"{claimed.subject}\n\n{claimed.body}\n\n{names}", claimed.structure)
    if reason is not None:
        return Answer(What.BLOCKED, legible(reason))
    certificate = outbound.certificate(claimed, at) if claimed.attachments else None
    return outbound.deliver(compose(claimed, outbound.sender, certificate, outbound.link(claimed.id)))
