"""What can be done: keep a notification to the CNIL, decide about the persons, keep that they were told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from breach.cnil.persons import TELLING, Decision, check_decision
from breach.cnil.queries import decisions, filings
from breach.cnil.rules import Version, check_order, clean_number
from breach.cnil.tables import PersonsDecision
from breach.dossier.queries import base_of
from breach.dossier.rules import Output
from breach.notices.telling import Addressee, tell
from breach.owing import Discharge, duties_of, stop
from breach.queries import find_open
from breach.rules import Proof, What
from breach.severity.queries import latest_score
from governance.core import trail
from governance.core.refusals import Conflict, Invalid
from governance.people.rules import Actor, Permission

HOW_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Filed:
    """What the téléservice took: which notification, its number, when, and why it is late if it is."""

    version: Version
    number: str
    at: datetime
    late_reason: str = ""


def file(session: Session, breach_id: str, filed: Filed, *, by: Actor, at: datetime) -> None:
    """Keep a notification to the CNIL and what it told; its number discharges the duty (RGPD, art. 33(1)).

    Raises NotFound, Conflict, NotFiled, BadNumber, Invalid, ReasonRequired.
    """
    breach = find_open(session, breach_id, Permission.HANDLE_BREACH, by)
    number = clean_number(filed.number)
    check_order(filed.version, tuple(one.version for one in filings(session, breach_id)))
    if filed.at > at:
        raise Invalid("Cette date est dans le futur.", field="filed_at")
    for duty in duties_of(session, breach_id):
        if duty.what == What.CNIL.name and duty.discharged_at is None and duty.withdrawn_at is None:
            done = Discharge(Proof.TELESERVICE, filed.at, number, filed.late_reason.strip() or None)
            stop(session, duty, done, by=by, at=at)
    base = base_of(session, breach)
    tell(session, base, Addressee(Output.CNIL), by=by.id, at=at, version=filed.version.value, reference=number)
    trail.record(
        session, "breach.filed", breach_id, by=by, structure=breach.structure_id, at=at, kind=filed.version.value
    )


def decide(session: Session, breach_id: str, decision: Decision, *, by: Actor, at: datetime) -> None:
    """Keep a decision on the persons, with its reasons; it discharges the duty to decide (RGPD, art. 34).

    Raises NotFound, Conflict, BadDecision.
    """
    breach = find_open(session, breach_id, Permission.HANDLE_BREACH, by)
    score = latest_score(session, breach_id)
    check_decision(decision, None if score is None else score.conclusion.risk, base_of(session, breach).facts)
    last = select(func.max(PersonsDecision.number)).where(PersonsDecision.breach_id == breach_id)
    row = PersonsDecision(
        structure_id=breach.structure_id, breach_id=breach_id, number=(session.scalar(last) or 0) + 1, at=at, by=by.id,
        choice=decision.choice.value, exception=decision.exception.value if decision.exception else None,
        reasons=decision.reasons.strip(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    for duty in duties_of(session, breach_id):
        if duty.what == What.PERSONS.name and duty.discharged_at is None and duty.withdrawn_at is None:
            stop(session, duty, Discharge(Proof.DECISION, at), by=by, at=at, reason=False)
    trail.record(
        session, "breach.persons_decided", breach_id, by=by, structure=breach.structure_id, at=at,
        kind=decision.choice.value,
    )  # fmt: skip


def persons_told(session: Session, breach_id: str, how: str, *, by: Actor, at: datetime) -> None:
    """Keep that the persons were told, how, and with which facts; raises NotFound, Conflict, Invalid."""
    breach = find_open(session, breach_id, Permission.HANDLE_BREACH, by)
    last = next(iter(decisions(session, breach_id)), None)
    if last is None or last.decision.choice not in TELLING:
        raise Conflict("Décidez d'abord d'informer les personnes.")
    how = " ".join(how.split())
    if not how or len(how) > HOW_LIMIT:
        raise Invalid(
            f"Dites comment, en {HOW_LIMIT} caractères au plus : « lettres postées », « remises en main »…", field="how"
        )
    tell(session, base_of(session, breach), Addressee(Output.PERSONS), by=by.id, at=at, reference=how)
    trail.record(session, "breach.persons_told", breach_id, by=by, structure=breach.structure_id, at=at)
