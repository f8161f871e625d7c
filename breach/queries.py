"""What may be read of breaches: those of one's structure, and for a caisse what was passed on to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from breach.bodies import clock_of, legal_end
from breach.clocks import ORDER, State, state
from breach.facts import Facts
from breach.owing import facts_of
from breach.rules import Proof, What
from breach.tables import Breach, BreachTask, DutyRow
from governance.core.refusals import Conflict, NotFound
from governance.people.rules import Actor, Permission, may, require

PAGE = 50
_MOST = 100
NO_BREACH = "Cette violation n'existe pas."
Row = TypeVar("Row", Breach, DutyRow)


class Stage(StrEnum):
    """Where a breach stands; the name is kept in lower case."""

    OPEN = "ouverte"
    NEAR_MISS = "sans violation (presque-accident)"
    CLOSED = "close"
    MERGED = "réunie à une autre"


@dataclass(frozen=True, slots=True)
class DutyView:
    """A duty, read at an instant; `body` holds its texts, as `breach.bodies.written` wrote them."""

    id: str
    breach_id: str
    key: str
    what: What
    owed_by: str
    convention: str
    caisse: str
    state: State
    started_at: datetime | None
    alarm_at: datetime | None
    limit_at: datetime | None
    legal_at: datetime | None
    discharged_at: datetime | None
    proof: Proof | None
    reference: str | None
    late_reason: str | None
    body: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        """Say whether it is still to be done."""
        return self.state not in (State.DONE, State.DONE_LATE, State.WITHDRAWN)

    @property
    def is_ours(self) -> bool:
        """Say whether the partner owes it, and not the caisse."""
        return self.owed_by != "caisse"

    @property
    def is_late(self) -> bool:
        """Say whether it was done after what its text allows."""
        return self.state is State.DONE_LATE


@dataclass(frozen=True, slots=True)
class BreachView:
    """A breach, read at an instant, with its duties, worst first."""

    id: str
    number: str
    stage: Stage
    told: str
    declared_at: datetime
    declared_by: str
    facts: Facts
    zone: str
    exercise: bool
    ended_at: datetime | None
    lessons: str | None
    merged_into: str | None
    duties: tuple[DutyView, ...]

    @property
    def worst(self) -> State | None:
        """Return the state of the most pressing duty of the partner, None when nothing is owed."""
        return next((one.state for one in self.duties if one.is_open and one.is_ours), None)

    @property
    def next_duty(self) -> DutyView | None:
        """Return the most pressing duty of the partner."""
        return next((one for one in self.duties if one.is_open and one.is_ours), None)


class Page(NamedTuple):
    """Fifty breaches at most, the most pressing first, and how many there are."""

    rows: tuple[BreachView, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which breaches: of a stage, of a convention, of a year; none given means all."""

    stage: Stage | None = Stage.OPEN
    convention: str = ""
    year: int | None = None


def breaches(session: Session, by: Actor, at: datetime, wanted: Wanted = Wanted(), page: int = 1) -> Page:
    """Return a page of the structure's breaches, exercises apart, the most pressing clock first; raises Forbidden."""
    require(Permission.READ_BREACH, by, by.structure)
    mine = [Breach.structure_id == by.structure, Breach.exercise.is_(False), *_conditions(wanted)]
    total = session.scalar(select(func.count()).select_from(Breach).where(*mine)) or 0
    soonest = _soonest()
    listed = (
        select(Breach.id)
        .outerjoin(soonest, soonest.c.breach_id == Breach.id)
        .where(*mine)
        .order_by(soonest.c.alarm_at.is_(None), soonest.c.alarm_at, Breach.declared_at.desc(), Breach.id)
    )
    rows = _in_order(session, Breach, listed.limit(PAGE).offset(PAGE * (page - 1)))
    return Page(_views(session, rows, at), total)


def find_breach(session: Session, breach_id: str, by: Actor, at: datetime) -> BreachView:
    """Return a breach of the actor's structure; raises NotFound.

    For who may read them, who declared it, and who was given something to do about it, as long as another role than
    the administrator's is left to them.
    """
    row = find_row(session, breach_id)
    if not may(Permission.READ_BREACH, by, row.structure_id) and not _is_part(session, row, by):
        raise NotFound(NO_BREACH)
    return _views(session, [row], at)[0]


def others(session: Session, breach_id: str, by: Actor) -> tuple[tuple[str, str], ...]:
    """Return the other open breaches of the actor's structure, the latest first, as a list of choices."""
    require(Permission.HANDLE_BREACH, by, by.structure)
    wanted = select(Breach).where(
        Breach.structure_id == by.structure, Breach.state == "open", Breach.exercise.is_(False), Breach.id != breach_id
    )
    rows = session.scalars(wanted.order_by(Breach.declared_at.desc(), Breach.id).limit(_MOST * 10))
    return tuple((row.id, f"{row.number} – {row.told[:60]}") for row in rows)


def find_duty(session: Session, duty_id: str, by: Actor, at: datetime) -> DutyView:
    """Return a duty of the actor's structure; raises NotFound."""
    row = session.get(DutyRow, duty_id)
    if row is None or not may(Permission.READ_BREACH, by, row.structure_id):
        raise NotFound("Ce devoir n'existe pas.")
    return duty_view(row, at)


def find_row(session: Session, breach_id: str) -> Breach:
    """Return the row of a breach; raises NotFound. Permission is the caller's to check."""
    row = session.get(Breach, breach_id)
    if row is None:
        raise NotFound(NO_BREACH)
    return row


def find_open(session: Session, breach_id: str, permission: Permission, by: Actor) -> Breach:
    """Return the row of a breach that the actor may act upon; raises NotFound, Conflict (it has ended)."""
    row = find_row(session, breach_id)
    if not may(permission, by, row.structure_id):
        raise NotFound(NO_BREACH)
    if row.state != Stage.OPEN.name.lower():
        raise Conflict("Cette violation n'est plus ouverte : son dossier ne change plus.")
    return row


def open_duties(session: Session, by: Actor, at: datetime, most: int = _MOST) -> tuple[DutyView, ...]:
    """Return what the structure owes, the most pressing first, exercises apart; raises Forbidden."""
    require(Permission.READ_BREACH, by, by.structure)
    wanted = select(DutyRow.id).where(DutyRow.structure_id == by.structure, DutyRow.exercise.is_(False), owed())
    soonest = wanted.order_by(DutyRow.alarm_at.is_(None), DutyRow.alarm_at, DutyRow.id).limit(most)
    return tuple(duty_view(row, at) for row in _in_order(session, DutyRow, soonest))


def owed() -> ColumnElement[bool]:
    """Return the condition of a duty that the partner still owes, of a breach that is still open."""
    still = select(Breach.id).where(Breach.state == "open")
    return and_(
        DutyRow.discharged_at.is_(None), DutyRow.withdrawn_at.is_(None), DutyRow.owed_by != "caisse",
        DutyRow.breach_id.in_(still),
    )  # fmt: skip


def duty_view(row: DutyRow, at: datetime) -> DutyView:
    """Return a duty as it stands at an instant."""
    return DutyView(
        row.id, row.breach_id, row.key, What[row.what], row.owed_by, row.convention, row.caisse,
        state(clock_of(row), at), row.started_at, row.alarm_at, row.limit_at, legal_end(row.body), row.discharged_at,
        None if row.proof is None else Proof[row.proof], row.reference, row.late_reason, row.body,
    )  # fmt: skip


def worst_first(duties: tuple[DutyView, ...]) -> tuple[DutyView, ...]:
    """Return duties, the most pressing first."""
    return tuple(sorted(duties, key=lambda one: (ORDER[one.state], one.alarm_at is None, one.alarm_at or 0, one.key)))


def _in_order(session: Session, table: type[Row], wanted: Select[Any]) -> list[Row]:
    """Return the rows that a question about identifiers names, in its order.

    Whole rows are read once few are left: sorting thousands with their texts took a third of the page's time.
    """
    ids = session.scalars(wanted).all()
    rows = {row.id: row for row in session.scalars(select(table).where(table.id.in_(ids)).order_by(table.id))}
    return [rows[one] for one in ids]


def _is_part(session: Session, row: Breach, by: Actor) -> bool:
    if not may(Permission.FOLLOW_OWN_BREACH, by, row.structure_id):
        return False
    given = select(BreachTask.id).where(BreachTask.breach_id == row.id, BreachTask.owner == by.id)
    return row.declared_by == by.id or session.scalars(given.limit(1)).first() is not None


def _views(session: Session, rows: Any, at: datetime) -> tuple[BreachView, ...]:
    ids = [row.id for row in rows]
    found: dict[str, list[DutyView]] = {}
    for duty in session.scalars(select(DutyRow).where(DutyRow.breach_id.in_(ids)).order_by(DutyRow.key)):
        found.setdefault(duty.breach_id, []).append(duty_view(duty, at))
    return tuple(_view(row, worst_first(tuple(found.get(row.id, ())))) for row in rows)


def _view(row: Breach, duties: tuple[DutyView, ...]) -> BreachView:
    return BreachView(
        row.id, row.number, Stage[row.state.upper()], row.told, row.declared_at, row.declared_by, facts_of(row),
        row.zone, row.exercise, row.ended_at, row.lessons, row.merged_into, duties,
    )  # fmt: skip


def _soonest() -> Any:
    return (
        select(DutyRow.breach_id, func.min(DutyRow.alarm_at).label("alarm_at"))
        .where(DutyRow.discharged_at.is_(None), DutyRow.withdrawn_at.is_(None), DutyRow.owed_by != "caisse")
        .group_by(DutyRow.breach_id)
        .subquery()
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.stage is not None:
        found.append(Breach.state == wanted.stage.name.lower())
    if wanted.convention:
        of = select(DutyRow.breach_id).where(DutyRow.convention == wanted.convention)
        found.append(Breach.id.in_(of))
    if wanted.year is not None:
        found.append(Breach.number.startswith(f"{wanted.year}-"))
    return found
