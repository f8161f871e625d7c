"""Duties as rows: written with the facts, computed again with them, never silently, and stopped by a proof."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from breach.bodies import clock_of, written
from breach.clocks import Clock, is_late, next_crossing
from breach.facts import Facts
from breach.law import general_law
from breach.ledger import Known, Line, counting
from breach.rules import Duty, Proof, duties
from breach.tables import AlarmRow, Breach, Concern, DutyChange, DutyRow, LedgerLine
from breach.terms import read
from governance.conventions.values.breach import Trigger
from governance.core import trail
from governance.core.refusals import Conflict, Invalid
from governance.core.trail import Doer

REFERENCE_LIMIT = 200
REASON_LIMIT = 2_000


class NoSuchProof(Invalid):
    """That is no proof of this duty."""


class ReasonRequired(Invalid):
    """A duty done late is told with its reason (RGPD, art. 33, § 1)."""


@dataclass(frozen=True, slots=True)
class Discharge:
    """What proves that a duty was done, when it was, and why it was late."""

    proof: Proof
    done_at: datetime
    reference: str | None = None
    late_reason: str | None = None


def facts_of(breach: Breach) -> Facts:
    """Return the facts that start the clocks of a breach."""
    triggers = frozenset(Trigger(one) for one in breach.triggers)
    return Facts(triggers, breach.suspected_at, breach.aware_at, breach.in_transfer, breach.own_data)


def lines_of(session: Session, breach_id: str) -> tuple[Line, ...]:
    """Return the ledger of a breach, in order."""
    rows = session.scalars(select(LedgerLine).where(LedgerLine.breach_id == breach_id).order_by(LedgerLine.number))
    return tuple(Line(row.id, row.number, Known[row.what], row.instant, row.is_estimated, row.corrects) for row in rows)


def recompute(session: Session, breach: Breach, why: str, *, by: Doer, at: datetime) -> int:
    """Bring the duties of a breach to its facts; return how many clocks changed, each kept with its old value and why.

    The terms are those frozen with the breach: no later text of a convention is read.
    """
    session.flush()
    found = counting(lines_of(session, breach.id))
    breach.suspected_at = found[Known.SUSPECTED].at
    breach.aware_at = found[Known.AWARE].at if Known.AWARE in found else None
    terms = [read(row.terms) for row in concerns_of(session, breach.id)]
    wanted = {duty.key: duty for duty in duties(facts_of(breach), terms, general_law())}
    held = {row.key: row for row in duties_of(session, breach.id)}
    session.add_all(_row(breach, duty) for key, duty in wanted.items() if key not in held)
    changed = [_update(session, row, wanted.get(key), why, by, at) for key, row in held.items()]
    count = sum(changed)
    if count:
        trail.record(session, "breach.recomputed", breach.id, by=by, structure=breach.structure_id, at=at, count=count)
    session.flush()
    return count


def concerns_of(session: Session, breach_id: str) -> tuple[Concern, ...]:
    """Return whom a breach concerns, by convention and caisse."""
    wanted = select(Concern).where(Concern.breach_id == breach_id).order_by(Concern.convention, Concern.caisse)
    return tuple(session.scalars(wanted))


def duties_of(session: Session, breach_id: str) -> tuple[DutyRow, ...]:
    """Return the duties of a breach, withdrawn ones included, in the order of their alarms."""
    wanted = select(DutyRow).where(DutyRow.breach_id == breach_id)
    return tuple(session.scalars(wanted.order_by(DutyRow.alarm_at.is_(None), DutyRow.alarm_at, DutyRow.key)))


def stop(session: Session, row: DutyRow, done: Discharge, *, by: Doer | str, at: datetime, reason: bool = True) -> None:
    """Discharge a duty by a proof; permission is the caller's to check.

    `reason`: whether the reason of a delay is asked for now (not from the caisse that acknowledges). Raises Conflict,
    NoSuchProof, ReasonRequired, Invalid.
    """
    check_discharge(row, done, at, reason=reason)
    row.discharged_at, row.recorded_at, row.proof = done.done_at, at, done.proof.name
    row.discharged_by = by if isinstance(by, str) else by.id
    row.reference, row.late_reason = done.reference, done.late_reason
    row.next_alarm_at = None
    trail.record(
        session, "breach.discharged", row.breach_id, by=by, structure=row.structure_id, at=at, kind=row.what,
        proof=done.proof.name.lower(),
    )  # fmt: skip


def check_discharge(row: DutyRow, done: Discharge, at: datetime, *, reason: bool) -> None:
    """Refuse a proof that is none, an instant that makes no sense, or a delay without its reason."""
    if row.discharged_at is not None or row.withdrawn_at is not None:
        raise Conflict("Ce devoir n'est plus à faire : une preuve est déjà au dossier, ou il n'est plus dû.")
    if done.proof.name not in row.body["discharged_by"]:
        raise NoSuchProof("Cette preuve n'est pas de celles que ce devoir accepte.", field="proof")
    if done.done_at > at:
        raise Invalid("Cette date est dans le futur.", field="done_at")
    if row.started_at is not None and done.done_at < row.started_at:
        raise Invalid("Cette date précède le départ du délai.", field="done_at")
    if len(done.reference or "") > REFERENCE_LIMIT or len(done.late_reason or "") > REASON_LIMIT:
        raise Invalid("Le texte est trop long.", field="reference")
    late = is_late(Clock(row.started_at, row.alarm_at, row.limit_at, done.done_at))
    if late and reason and not (done.late_reason or "").strip():
        raise ReasonRequired("Le délai est dépassé : dites pourquoi (RGPD, art. 33, § 1).", field="late_reason")


def _row(breach: Breach, duty: Duty) -> DutyRow:
    row = DutyRow(
        structure_id=breach.structure_id, breach_id=breach.id, key=duty.key, convention=duty.convention,
        caisse=duty.caisse, what=duty.what.name, owed_by=duty.owed_by.value, exercise=breach.exercise,
    )  # fmt: skip
    _set(row, duty, ())
    return row


def _update(session: Session, row: DutyRow, duty: Duty | None, why: str, by: Doer, at: datetime) -> bool:
    before = (row.started_at, row.alarm_at, row.limit_at, row.withdrawn_at is None)
    old_start, old_alarm = row.started_at, row.alarm_at
    if duty is None:
        row.withdrawn_at = row.withdrawn_at or (at if row.discharged_at is None else None)
        row.next_alarm_at = None
    else:
        row.withdrawn_at = None
        _set(row, duty, _raised(session, row, duty))
    if before == (row.started_at, row.alarm_at, row.limit_at, row.withdrawn_at is None):
        return False
    session.add(
        DutyChange(
            structure_id=row.structure_id, breach_id=row.breach_id, duty_id=row.id, at=at, by=by.id, why=why,
            old_started_at=old_start, new_started_at=row.started_at,
            old_alarm_at=old_alarm, new_alarm_at=None if duty is None else row.alarm_at,
        )
    )  # fmt: skip
    return True


def _set(row: DutyRow, duty: Duty, raised: Iterable[int]) -> None:
    row.started_at, row.alarm_at, row.limit_at = duty.started_at, duty.alarm_at, duty.limit_at
    row.body = written(duty)
    is_ours = duty.owed_by.value != "caisse"
    row.next_alarm_at = next_crossing(clock_of(row), frozenset(raised)) if is_ours else None


def _raised(session: Session, row: DutyRow, duty: Duty) -> tuple[int, ...]:
    wanted = select(AlarmRow.level).where(AlarmRow.duty_id == row.id, AlarmRow.due_at == duty.alarm_at)
    return tuple(session.scalars(wanted.order_by(AlarmRow.level)))
