"""The sweep of the clocks: what crossed a level becomes an alarm, once, whatever the number of sweeps."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from breach.bodies import clock_of
from breach.clocks import alarms, crossing, next_crossing
from breach.tables import AlarmRow, Breach, DutyRow
from governance.core import trail

BATCH = 5_000
SERVICE = "vigie"


def raise_alarms(session: Session, at: datetime, *, exercise: bool = False) -> int:
    """Raise what crossed 50, 75, 90 or 100 % of its prudent time; return how many alarms were raised.

    Only clocks whose next level has come are read. An exercise is swept apart, and alarms nobody.
    """
    raised = 0
    for row in session.scalars(_due(at, exercise)).all():
        raised += _raise(session, row, at)
    session.flush()
    return raised


def _due(at: datetime, exercise: bool) -> Select[DutyRow]:
    still = select(Breach.id).where(Breach.state == "open")
    wanted = select(DutyRow).where(DutyRow.next_alarm_at <= at, DutyRow.exercise.is_(exercise))
    return (
        wanted.where(DutyRow.breach_id.in_(still))
        .order_by(DutyRow.next_alarm_at, DutyRow.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )


def _raise(session: Session, row: DutyRow, at: datetime) -> int:
    known = select(AlarmRow.level).where(AlarmRow.duty_id == row.id, AlarmRow.due_at == row.alarm_at)
    levels = set(session.scalars(known.order_by(AlarmRow.level)))
    clock = clock_of(row)
    new = alarms(clock, levels, at)
    for level in new:
        crossed = crossing(clock, level)
        session.add(
            AlarmRow(
                structure_id=row.structure_id, breach_id=row.breach_id, duty_id=row.id, level=level,
                due_at=row.alarm_at, crossed_at=crossed, raised_at=at, exercise=row.exercise,
            )
        )  # fmt: skip
    row.next_alarm_at = next_crossing(clock, levels | set(new))
    if new:
        trail.record(
            session, "breach.alarm", row.breach_id, by=SERVICE, structure=row.structure_id, at=at, level=max(new)
        )
    return len(new)
