"""What the file of a breach holds: its ledger, changes of clocks, alarms, tasks, documents, exchanges."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from breach.handling import Kind, Side, followers, side_of
from breach.ledger import Known
from breach.queries import NO_BREACH
from breach.tables import (
    AlarmRow,
    Breach,
    BreachDocument,
    BreachTask,
    Concern,
    DutyChange,
    DutyRow,
    Exchange,
    LedgerLine,
    Rehearsal,
)
from governance.core.refusals import NotFound
from governance.people.rules import Actor, Permission, require_somewhere
from governance.people.tables import Person, Structure

BUDGET = timedelta(hours=26)
FAILED = "failed"  # as breach.rehearsal writes it


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the ledger as it is read; `is_corrected` when another says otherwise."""

    id: str
    number: int
    what: Known
    instant: datetime
    is_estimated: bool
    is_corrected: bool
    corrects: int | None
    recorded_at: datetime
    recorded_by: str
    who: str | None
    why: str | None
    proof: str | None

    @property
    def said(self) -> str:
        """Return who, why and which proof, in one line."""
        return " · ".join(one for one in (self.who, self.why, self.proof) if one)


@dataclass(frozen=True, slots=True)
class ConcernView:
    """A convention and caisse that a breach concerns; `edition` and `day` say which text was frozen."""

    id: str
    breach_id: str
    structure: str
    partner: str
    convention: str
    caisse: str
    name: str
    number: str
    edition: int
    day: date
    shared_at: datetime | None
    summary: str | None
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class AlarmsProof:
    """When exercises last proved that alarms arrive, to the server and to the mailbox; why the last one failed."""

    proven_at: datetime | None
    accepted_at: datetime | None
    found_at: datetime | None
    is_read: bool
    failure: str

    def is_fresh(self, at: datetime) -> bool:
        """Say whether the last proof is recent enough to rely upon alarms."""
        return self.proven_at is not None and at - self.proven_at <= BUDGET


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that a breach's page shows beside its duties."""

    lines: tuple[LineView, ...]
    changes: tuple[DutyChange, ...]
    alarms: tuple[AlarmRow, ...]
    tasks: tuple[tuple[BreachTask, Kind], ...]
    documents: tuple[BreachDocument, ...]
    concerns: tuple[ConcernView, ...]
    names: Mapping[str, str]


def record_of(session: Session, breach_id: str) -> Record:
    """Return the file of a breach that the actor was already allowed to read."""
    lines = _lines(session, breach_id)
    changes = tuple(
        session.scalars(
            select(DutyChange).where(DutyChange.breach_id == breach_id).order_by(DutyChange.at, DutyChange.id)
        )
    )
    alarms = tuple(
        session.scalars(
            select(AlarmRow).where(AlarmRow.breach_id == breach_id).order_by(AlarmRow.crossed_at, AlarmRow.id)
        )
    )
    tasks = session.scalars(
        select(BreachTask).where(BreachTask.breach_id == breach_id).order_by(BreachTask.due_at, BreachTask.id)
    ).all()
    documents = session.scalars(
        select(BreachDocument).where(BreachDocument.breach_id == breach_id).order_by(BreachDocument.added_at)
    )
    people = {line.recorded_by for line in lines} | {one.by for one in changes} | {one.owner for one in tasks}
    return Record(
        lines, changes, alarms, tuple((one, Kind[one.kind]) for one in tasks), tuple(documents),
        concerns(session, breach_id), names(session, people),
    )  # fmt: skip


def concerns(session: Session, breach_id: str) -> tuple[ConcernView, ...]:
    """Return whom a breach concerns, with what was written from both sides."""
    rows = session.scalars(
        select(Concern).where(Concern.breach_id == breach_id).order_by(Concern.convention, Concern.caisse)
    )
    return tuple(_concern(session, row) for row in rows.all())


def received(session: Session, by: Actor) -> tuple[ConcernView, ...]:
    """Return what partners passed on to the actor's caisse, the latest first; raises Forbidden."""
    require_somewhere(Permission.ANSWER_BREACH, by)
    rows = session.scalars(
        select(Concern).where(Concern.shared_at.is_not(None)).order_by(Concern.shared_at.desc(), Concern.id)
    )
    return tuple(_concern(session, row) for row in rows.all() if side_of(row, by) is Side.CAISSE)


def find_concern(session: Session, concern_id: str, by: Actor) -> ConcernView:
    """Return a caisse that a breach of the actor's structure concerns; raises NotFound."""
    row = session.get(Concern, concern_id)
    if row is None or side_of(row, by) is not Side.PARTNER:
        raise NotFound(NO_BREACH)
    return _concern(session, row)


def find_received(session: Session, concern_id: str, by: Actor) -> ConcernView:
    """Return one of those; raises NotFound."""
    row = session.get(Concern, concern_id)
    if row is None or side_of(row, by) is not Side.CAISSE:
        raise NotFound(NO_BREACH)
    return _concern(session, row)


def duties_towards(session: Session, concern: ConcernView) -> tuple[DutyRow, ...]:
    """Return the duties of a breach towards one caisse, those that are still due or were done."""
    wanted = select(DutyRow).where(
        DutyRow.breach_id == concern.breach_id, DutyRow.convention == concern.convention,
        DutyRow.caisse == concern.caisse, DutyRow.withdrawn_at.is_(None),
    )  # fmt: skip
    return tuple(session.scalars(wanted.order_by(DutyRow.key)))


def staff(session: Session, structure: str) -> tuple[tuple[str, str], ...]:
    """Return the people of a structure, by name, to whom a task may be given."""
    people = session.scalars(
        select(Person).where(Person.id.in_(followers(structure)), Person.closed_at.is_(None)).order_by(Person.id)
    )
    return tuple(sorted(((one.id, one.name) for one in people), key=lambda pair: pair[1].casefold()))


def names(session: Session, people: Iterable[str]) -> Mapping[str, str]:
    """Return what to call those who acted."""
    rows = session.scalars(select(Person).where(Person.id.in_(set(people))).order_by(Person.id))
    return {"commande": "Ligne de commande", "vigie": "Le service"} | {one.id: one.name for one in rows}


def my_tasks(session: Session, by: Actor) -> tuple[tuple[BreachTask, Breach], ...]:
    """Return the tasks that the actor still has to do, the soonest first."""
    wanted = (
        select(BreachTask, Breach)
        .join(Breach, Breach.id == BreachTask.breach_id)
        .where(BreachTask.owner == by.id, BreachTask.done_at.is_(None), Breach.state == "open")
        .where(Breach.exercise.is_(False))
        .order_by(BreachTask.due_at, BreachTask.id)
    )
    return tuple((task, breach) for task, breach in session.execute(wanted))


def alarms_proof(session: Session) -> AlarmsProof:
    """Return when the alarms were last proved to work, and how far the proof went."""
    instants = select(func.max(Rehearsal.proven_at), func.max(Rehearsal.accepted_at), func.max(Rehearsal.found_at))
    proven, accepted, found = session.execute(instants).one()
    last = session.scalars(select(Rehearsal).order_by(Rehearsal.started_at.desc(), Rehearsal.id).limit(1)).first()
    failure = last.reason if last is not None and last.state == FAILED else ""
    return AlarmsProof(proven, accepted, found, last is not None and last.is_read, failure)


def _lines(session: Session, breach_id: str) -> tuple[LineView, ...]:
    rows = session.scalars(
        select(LedgerLine).where(LedgerLine.breach_id == breach_id).order_by(LedgerLine.number)
    ).all()
    numbers, corrected = {row.id: row.number for row in rows}, {row.corrects for row in rows if row.corrects}
    return tuple(
        LineView(
            row.id, row.number, Known[row.what], row.instant, row.is_estimated, row.id in corrected,
            numbers[row.corrects] if row.corrects else None, row.recorded_at, row.recorded_by, row.who, row.why,
            row.proof,
        )
        for row in rows
    )  # fmt: skip


def _concern(session: Session, row: Concern) -> ConcernView:
    exchanges = session.scalars(
        select(Exchange).where(Exchange.concern_id == row.id).order_by(Exchange.at, Exchange.id)
    )
    terms = row.terms
    partner = session.scalar(select(Structure.name).where(Structure.id == row.structure_id)) or ""
    return ConcernView(
        row.id, row.breach_id, row.structure_id, partner, row.convention, row.caisse, terms["caisse_name"], row.number,
        terms["edition"], date.fromisoformat(terms["day"]), row.shared_at, row.summary, tuple(exchanges),
    )  # fmt: skip
