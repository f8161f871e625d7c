"""The sweep of the clocks: what crossed a level becomes an alarm, once, whatever the number of sweeps."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Row, insert, select, update
from sqlalchemy.orm import Session

from breach.clocks import Clock, alarms, crossing, next_crossing
from breach.tables import AlarmRow, Breach, DutyRow
from governance.core import trail

BATCH = 5_000
SERVICE = "vigie"
_LOOKED_UP = 500  # identifiers in one question: SQLite bounds its parameters


def raise_alarms(session: Session, at: datetime, *, exercise: bool = False) -> int:
    """Raise what crossed 50, 75, 90 or 100 % of its prudent time; return how many alarms were raised.

    Only clocks whose next level has come are read, in a few questions whatever their number. An exercise is swept
    apart, and alarms nobody.
    """
    due = session.execute(_due(at, exercise)).all()
    known = _known(session, due)
    raised = [alarm for row in due for alarm in _raised(row, known[row.id, row.alarm_at], at)]
    if raised:
        session.execute(insert(AlarmRow), raised)
    if due:
        following = [{"id": row.id, "next_alarm_at": _next(row, known[row.id, row.alarm_at], at)} for row in due]
        session.execute(update(DutyRow), following)
    _tell(session, raised, at)
    session.flush()
    session.expire_all()
    return len(raised)


def _due(at: datetime, exercise: bool) -> Executable:
    still = select(Breach.id).where(Breach.state == "open")
    wanted = select(
        DutyRow.id, DutyRow.structure_id, DutyRow.breach_id, DutyRow.started_at, DutyRow.alarm_at, DutyRow.limit_at,
        DutyRow.exercise,
    ).where(DutyRow.next_alarm_at <= at, DutyRow.exercise.is_(exercise), DutyRow.breach_id.in_(still))  # fmt: skip
    ordered = wanted.order_by(DutyRow.next_alarm_at, DutyRow.id).limit(BATCH)
    return ordered.with_for_update(skip_locked=True, of=DutyRow)


def _known(session: Session, due: Sequence[Row[Any]]) -> Mapping[tuple[str, datetime], set[int]]:
    """Return the levels already raised, for each clock and deadline."""
    found: dict[tuple[str, datetime], set[int]] = defaultdict(set)
    ids = [row.id for row in due]
    for start in range(0, len(ids), _LOOKED_UP):
        some = ids[start : start + _LOOKED_UP]
        wanted = select(AlarmRow.duty_id, AlarmRow.due_at, AlarmRow.level).where(AlarmRow.duty_id.in_(some))
        for duty, deadline, level in session.execute(wanted.order_by(AlarmRow.id)):
            found[duty, deadline].add(level)
    return found


def _raised(row: Row[Any], known: set[int], at: datetime) -> list[dict[str, Any]]:
    clock = _clock(row)
    common = {"structure_id": row.structure_id, "breach_id": row.breach_id, "duty_id": row.id}
    common |= {"due_at": row.alarm_at, "raised_at": at, "exercise": row.exercise, "handled_at": None}
    return [common | {"level": one, "crossed_at": crossing(clock, one)} for one in alarms(clock, known, at)]


def _next(row: Row[Any], known: set[int], at: datetime) -> datetime | None:
    clock = _clock(row)
    return next_crossing(clock, known | set(alarms(clock, known, at)))


def _clock(row: Row[Any]) -> Clock:
    return Clock(row.started_at, row.alarm_at, row.limit_at)


def _tell(session: Session, raised: Sequence[dict[str, Any]], at: datetime) -> None:
    """Write one entry of the trail for each breach: the highest level that it reached."""
    highest: dict[tuple[str, str], int] = {}
    for one in raised:
        place = (one["breach_id"], one["structure_id"])
        highest[place] = max(one["level"], highest.get(place, 0))
    for (breach, structure), level in highest.items():
        trail.record(session, "breach.alarm", breach, by=SERVICE, structure=structure, at=at, level=level)
