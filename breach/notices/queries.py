"""What may be read of the notices of a breach: by duty, what was sent, what became of it, what is still to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from breach.bodies import clock_of
from breach.clocks import is_late
from breach.dossier.queries import Base
from breach.notices.letters import Subject
from breach.notices.posting import context
from breach.notices.proving import Acknowledged, acknowledgements
from breach.notices.reaching import Reached, dpo_of_caisse
from breach.notices.rules import Step, Way
from breach.notices.tables import Notice
from breach.notices.telling import LastTold, last_to
from breach.owing import duties_of
from breach.queries import DutyView, duty_view
from breach.rules import What
from breach.tables import Breach, DutyRow
from governance.core.keys import Keys
from governance.core.outbox.rules import State
from governance.core.outbox.tables import OutboxMessage
from governance.core.refusals import NotFound
from governance.people.rules import Actor, Permission, may

TO_CAISSE = (What.NOTICE, What.ACCOUNT_NOTICE)


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A rung that was climbed, and what became of its mail, its call or its letter."""

    id: str
    step: Step
    way: Way
    at: datetime
    name: str
    recipient: str
    message: str | None
    state: State | None
    done_at: datetime | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Panel:
    """A duty, with all that was done for it; `to` is whom the notice goes to, None when nobody is known."""

    duty: DutyView
    caisse: str
    is_to_caisse: bool
    to: Reached | None
    notices: tuple[NoticeView, ...]
    told: LastTold | None
    acknowledged: tuple[Acknowledged, ...]

    @property
    def is_sent(self) -> bool:
        """Say whether the first notice has left: which proves nothing."""
        return any(one.step is Step.FIRST for one in self.notices)


@dataclass(frozen=True, slots=True)
class ByHand:
    """A call to make or a letter to post, with what is read or written."""

    notice: NoticeView
    base: Base
    subject: Subject


def panels(session: Session, base: Base, keys: Keys, at: datetime) -> tuple[Panel, ...]:
    """Return the duties of a breach that are the partner's, in the order of their alarms."""
    known = acknowledgements(session, base.breach_id, keys)
    rows = (row for row in duties_of(session, base.breach_id) if row.owed_by != "caisse")
    return tuple(_panel(session, base, row, known, at) for row in rows)


def find_duty(session: Session, duty_id: str, by: Actor, at: datetime) -> tuple[Base, DutyView, Subject]:
    """Return a duty, the base of its breach and what it is about, for who handles it; raises NotFound."""
    row = session.get(DutyRow, duty_id)
    if row is None or not may(Permission.HANDLE_BREACH, by, row.structure_id):
        raise NotFound("Ce devoir n'existe pas.")
    held = context(session, row, at)
    return held.base, duty_view(row, at), held.subject


def find_by_hand(session: Session, notice_id: str, by: Actor, at: datetime) -> ByHand:
    """Return a call or a letter, for who handles its breach; raises NotFound."""
    row = session.get(Notice, notice_id)
    if row is None or row.channel == Way.MAIL.value or not may(Permission.HANDLE_BREACH, by, row.structure_id):
        raise NotFound("Cet appel ou cette lettre n'existe pas.")
    held = context(session, session.get_one(DutyRow, row.duty_id), at)
    return ByHand(next(iter(_views(session, [row]))), held.base, held.subject)


def to_do_by_hand(session: Session, structure: str) -> tuple[tuple[Notice, Breach], ...]:
    """Return the calls and letters that nobody has noted, for duties that are still owed."""
    wanted = (
        select(Notice, Breach)
        .join(Breach, Breach.id == Notice.breach_id)
        .join(DutyRow, DutyRow.id == Notice.duty_id)
        .where(
            Notice.structure_id == structure,
            Notice.channel != Way.MAIL.value,
            Notice.done_at.is_(None),
            DutyRow.discharged_at.is_(None),
            DutyRow.withdrawn_at.is_(None),
            Breach.state == "open",
        )
        .order_by(Notice.at, Notice.id)
    )
    return tuple((notice, breach) for notice, breach in session.execute(wanted))


def late_without_reason(session: Session, structure: str) -> tuple[tuple[DutyRow, Breach], ...]:
    """Return the duties that a link or a server discharged late, and whose reason nobody has given."""
    wanted = (
        select(DutyRow, Breach)
        .join(Breach, Breach.id == DutyRow.breach_id)
        .where(
            DutyRow.structure_id == structure,
            DutyRow.exercise.is_(False),
            DutyRow.discharged_at.is_not(None),
            DutyRow.late_reason.is_(None),
            Breach.state == "open",
        )
        .order_by(DutyRow.discharged_at, DutyRow.id)
    )
    return tuple((duty, breach) for duty, breach in session.execute(wanted) if is_late(clock_of(duty)))


def _panel(session: Session, base: Base, row: DutyRow, known: tuple[Acknowledged, ...], at: datetime) -> Panel:
    duty = duty_view(row, at)
    is_to_caisse = duty.what in TO_CAISSE
    held = context(session, row, at)
    wanted = select(Notice).where(Notice.duty_id == row.id).order_by(Notice.at, Notice.step, Notice.number)
    return Panel(
        duty, held.subject.caisse, is_to_caisse, dpo_of_caisse(session, row, at) if is_to_caisse else None,
        tuple(_views(session, session.scalars(wanted))),
        last_to(session, base, held.addressee) if is_to_caisse else None,
        tuple(one for one in known if one.duty_id == row.id),
    )  # fmt: skip


def _views(session: Session, rows: Iterable[Notice]) -> Iterable[NoticeView]:
    for row in rows:
        message = session.get(OutboxMessage, row.message) if row.message else None
        yield NoticeView(
            row.id, Step(row.step), Way(row.channel), row.at, row.name, row.recipient, row.message,
            None if message is None else State(message.state), row.done_at, row.note,
        )  # fmt: skip
