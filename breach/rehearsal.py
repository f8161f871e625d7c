"""The daily exercise: an invented breach, from its declaration to a mail that arrives, and the proof of it.

Nothing of it is counted in the register, no duty of it reaches a DPO: its one mail goes to the test mailbox.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from breach.actions import Declaration, declare
from breach.alarms import raise_alarms
from breach.clocks import LEVELS
from breach.owing import duties_of
from breach.places import caisses_of
from breach.queries import Stage
from breach.tables import AlarmRow, Breach, Concern, DutyChange, DutyRow, LedgerLine, Rehearsal
from governance.conventions.values.breach import Trigger
from governance.core import outbox, trail
from governance.core.outbox import Message
from governance.core.outbox.letters import letter
from governance.core.outbox.reports import when_found
from governance.core.outbox.rules import State
from governance.core.outbox.tables import OutboxMessage
from governance.people.queries import structures
from governance.people.rules import Actor, StructureKind, command

SERVICE = "vigie"
KIND = "breach.rehearsal"
PATIENCE = timedelta(hours=6)  # beyond, a mail that has not left is no proof, whatever becomes of it
KEPT = timedelta(days=366)
_SPENT = timedelta(days=3)
_TOLD = "EXERCICE quotidien des alarmes : rien ne s'est passé."


class Outcome(StrEnum):
    """Where an exercise stands."""

    WAITING = "waiting"
    PROVEN = "proven"
    FAILED = "failed"


def rehearse(session: Session, mailbox: str | None, at: datetime, *, is_read: bool = False) -> str:
    """Declare an exercise, cross every level of its clocks, and write to the test mailbox; return what was done.

    `is_read`: the service reads that mailbox, and only a mail found there is a proof.
    """
    _forget(session, at)
    by = _somewhere(session)
    if by is None:
        return "aucun partenaire n'applique de convention"
    breach_id = _declared(session, by, at)
    missing = _missing(session, breach_id, at)
    row = Rehearsal(started_at=at, breach_id=breach_id, state=Outcome.WAITING.value, reason="", is_read=is_read)
    session.add(row)
    if missing or mailbox is None:
        _fail(session, row, "alarmes manquantes" if missing else "aucune boîte d'essai réglée", at)
    else:
        row.message = outbox.post(session, _message(row, mailbox, at), at=at)
    _end(session, breach_id, at)
    return f"{len(LEVELS)} niveaux, {missing} manquants"


def check(session: Session, at: datetime) -> str:
    """See what became of the mails of exercises that wait; return counts, "" when none waits."""
    waiting = session.scalars(
        select(Rehearsal).where(Rehearsal.state == Outcome.WAITING.value).order_by(Rehearsal.started_at)
    ).all()
    done = [_checked(session, row, at) for row in waiting]
    return f"{done.count(Outcome.PROVEN)} prouvé(s), {done.count(Outcome.FAILED)} manqué(s)" if any(done) else ""


def _checked(session: Session, row: Rehearsal, at: datetime) -> Outcome | None:
    row.checked_at = at
    message = session.get(OutboxMessage, row.message)
    state = None if message is None else State(message.state)
    if row.accepted_at is None and state in (State.SENT, State.DELIVERED):
        row.accepted_at = at
    row.found_at = when_found(session, row.message) if row.message else None
    if (row.found_at if row.is_read else row.accepted_at) is not None:
        row.state, row.proven_at, row.reason = Outcome.PROVEN.value, at, _proof(row)
        trail.record(session, "breach.rehearsal_proven", row.id, by=SERVICE, structure=None, at=at)
        return Outcome.PROVEN
    has_ended = state in (None, State.FAILED, State.EXPIRED)
    if has_ended or at - row.started_at > PATIENCE:
        _fail(session, row, "message en échec" if has_ended else _lacking(row), at)
        return Outcome.FAILED
    return None


def _proof(row: Rehearsal) -> str:
    return "accepté par le serveur de courrier" if row.found_at is None else "trouvé dans la boîte"


def _lacking(row: Rehearsal) -> str:
    return "message pas parti" if row.accepted_at is None else "accepté par le serveur, jamais trouvé dans la boîte"


def _somewhere(session: Session) -> Actor | None:
    """Return the command as it acts in the first partner, by name, whose conventions name a caisse."""
    partners = [one for one in structures(session) if one.kind is StructureKind.PARTENAIRE]
    return next((command(one.id) for one in partners if caisses_of(session, one.id)), None)


def _declared(session: Session, by: Actor, at: datetime) -> str:
    pairs = tuple((code, caisse) for code, caisse, _ in caisses_of(session, by.structure))
    declared = Declaration(
        _TOLD, frozenset({Trigger.SUSPICION, Trigger.THEFT}), at, pairs, own_data=True, exercise=True
    )
    return declare(session, declared, by=by, at=at)


def _missing(session: Session, breach_id: str, at: datetime) -> int:
    """Return how many alarms are missing once every clock is spent: every level of every duty with a number is due."""
    raise_alarms(session, at + _SPENT, exercise=True)
    owed = [row for row in duties_of(session, breach_id) if row.alarm_at is not None and row.owed_by != "caisse"]
    wanted = select(AlarmRow.id).where(AlarmRow.breach_id == breach_id).order_by(AlarmRow.id)
    raised = len(session.scalars(wanted).all())
    return len(owed) * len(LEVELS) - raised if owed else len(LEVELS)


def _message(row: Rehearsal, mailbox: str, at: datetime) -> Message:
    lines = [
        "EXERCICE : rien ne s'est passé, il n'y a rien à faire.",
        "Une violation d'essai a été déclarée, ses alarmes ont sonné, et ce message en est la fin.",
        "S'il n'arrive plus, la page « Violations » le dit en rouge au-delà de 26 heures.",
    ]
    written = letter("EXERCICE", "preuve que les alarmes arrivent", None, lines)
    deadline = at + PATIENCE
    return Message(KIND, mailbox, written.subject, written.body, deadline, about=row.id, key=f"{KIND}:{row.breach_id}")


def _end(session: Session, breach_id: str, at: datetime) -> None:
    row = session.get_one(Breach, breach_id)
    row.state, row.ended_at, row.ended_by = Stage.CLOSED.name.lower(), at, SERVICE
    for duty in duties_of(session, breach_id):
        duty.next_alarm_at = None
    session.flush()


def _fail(session: Session, row: Rehearsal, reason: str, at: datetime) -> None:
    row.state, row.reason, row.checked_at = Outcome.FAILED.value, reason, at
    session.flush()
    trail.record(session, "breach.rehearsal_failed", row.id, by=SERVICE, structure=None, at=at)


def _forget(session: Session, at: datetime) -> None:
    """Remove exercises of another day, and what was learnt from those of a year ago."""
    past = select(Breach.id).where(Breach.exercise.is_(True), Breach.declared_at < at)
    for table in (AlarmRow, DutyChange, DutyRow, Concern, LedgerLine):
        session.execute(delete(table).where(table.breach_id.in_(past)))
    session.execute(delete(Breach).where(Breach.exercise.is_(True), Breach.declared_at < at))
    session.execute(delete(Rehearsal).where(Rehearsal.started_at < at - KEPT))
