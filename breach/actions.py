"""What can be done about a breach: declare it, add to its ledger, say what is known, prove what was done."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from breach.checks import check_text, check_triggers
from breach.ledger import Known, check_instant, check_order
from breach.owing import Discharge, NoSuchProof, concerns_of, lines_of, recompute, stop
from breach.queries import find_open
from breach.rules import COMES_BY_ITSELF, Proof
from breach.tables import Breach, Concern, DutyRow, LedgerLine
from breach.terms import hold, written
from breach.zones import find_zone
from governance.conventions.queries import find_convention
from governance.conventions.values.breach import Trigger
from governance.core import trail
from governance.core.clock import PARIS, day
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.core.storage import new_id
from governance.people.queries import adoptions
from governance.people.rules import Actor, Permission, may, require

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to add to the ledger: what was known, when, by whom, why it is said, what proves it."""

    what: Known
    instant: datetime
    is_estimated: bool = False
    who: str | None = field(default=None, repr=False)
    why: str | None = field(default=None, repr=False)
    proof: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is typed in a minute: what happened, since when it is suspected, and whom it may concern."""

    told: str = field(repr=False)
    triggers: frozenset[Trigger]
    suspected_at: datetime
    concerned: tuple[tuple[str, str], ...]
    suspected_by: str | None = field(default=None, repr=False)
    started_at: datetime | None = None
    in_transfer: bool | None = None
    own_data: bool | None = None
    zone: str = PARIS.key
    exercise: bool = False


def declare(session: Session, declared: Declaration, *, by: Actor, at: datetime) -> str:
    """Record an incident of the actor's structure, with every duty it creates, and return its identifier.

    Suspicion is enough. Raises Forbidden, Invalid.
    """
    require(Permission.DECLARE_BREACH, by, by.structure)
    _check_declaration(session, declared, by.structure, at)
    breach = _added(session, declared, by, at)
    _suspicion(session, breach, declared, by, at)
    on = day(declared.started_at or declared.suspected_at, find_zone(declared.zone))
    for convention, caisse in dict.fromkeys(declared.concerned):
        _concern(session, breach, convention, caisse, on, at)
    recompute(session, breach, "Déclaration", by=by, at=at)
    trail.record(
        session, "breach.declared", breach.id, by=by, structure=breach.structure_id, at=at,
        count=len(declared.concerned), exercise=declared.exercise,
    )  # fmt: skip
    return breach.id


def add_line(
    session: Session, breach_id: str, entry: Entry, *, by: Actor, at: datetime, corrects: str | None = None
) -> str:
    """Add a line to the ledger, or one that corrects another; the clocks follow, each change kept.

    Raises Forbidden, NotFound, Conflict (ended), BadInstant, Invalid.
    """
    breach = find_open(session, breach_id, Permission.HANDLE_BREACH, by)
    if corrects is not None:
        _check_correction(session, breach, entry, corrects)
    row = write_line(session, breach, entry, corrects, by=by, at=at)
    check_order(lines_of(session, breach.id))
    recompute(session, breach, entry.why or str(entry.what), by=by, at=at)
    action = "breach.corrected" if corrects else "breach.line_added"
    trail.record(session, action, breach.id, by=by, structure=breach.structure_id, at=at, kind=entry.what.name.lower())
    return row.id


def change_facts(
    session: Session,
    breach_id: str,
    *,
    triggers: frozenset[Trigger],
    in_transfer: bool | None,
    own_data: bool | None,
    why: str,
    by: Actor,
    at: datetime,
) -> None:
    """Say what happened, whether it was during a transfer, and whether the partner is itself the controller.

    Raises Forbidden, NotFound, Conflict, Invalid.
    """
    breach = find_open(session, breach_id, Permission.HANDLE_BREACH, by)
    check_triggers(triggers)
    check_text(why, "why", required=True)
    breach.triggers = sorted(triggers)
    breach.in_transfer, breach.own_data = in_transfer, own_data
    recompute(session, breach, why, by=by, at=at)
    trail.record(session, "breach.facts_changed", breach.id, by=by, structure=breach.structure_id, at=at)


def concern(
    session: Session, breach_id: str, concerned: Iterable[tuple[str, str]], why: str, *, by: Actor, at: datetime
) -> None:
    """Add conventions and caisses that a breach concerns; none is ever taken away.

    Raises Forbidden, NotFound, Conflict, Invalid.
    """
    breach = find_open(session, breach_id, Permission.HANDLE_BREACH, by)
    pairs = tuple(dict.fromkeys(concerned))
    _check_concerned(session, pairs, breach.structure_id)
    known = {(row.convention, row.caisse) for row in concerns_of(session, breach.id)}
    on = day(breach.suspected_at, find_zone(breach.zone))
    added = [_concern(session, breach, *pair, on, at) for pair in pairs if pair not in known]
    recompute(session, breach, why, by=by, at=at)
    count = len(added)
    trail.record(session, "breach.concerned", breach.id, by=by, structure=breach.structure_id, at=at, count=count)


def discharge(session: Session, duty_id: str, done: Discharge, *, by: Actor, at: datetime) -> None:
    """Prove that a duty was done; raises Forbidden, NotFound, Conflict, NoSuchProof, ReasonRequired, Invalid."""
    row = session.get(DutyRow, duty_id)
    if row is None or not may(Permission.HANDLE_BREACH, by, row.structure_id):
        raise NotFound("Ce devoir n'existe pas.")
    if done.proof in COMES_BY_ITSELF:
        raise NoSuchProof("Cette preuve vient de la caisse ou de son serveur : elle ne se saisit pas.", field="proof")
    stop(session, row, done, by=by, at=at)


def acknowledge(session: Session, duty_id: str, *, by: Actor, at: datetime) -> None:
    """Acknowledge a notice, as the DPO of the caisse it is owed to: that discharges it.

    Raises NotFound, Conflict.
    """
    row = session.get(DutyRow, duty_id)
    if row is None or not _is_theirs(session, row, by):
        raise NotFound("Cet avis n'existe pas.")
    stop(session, row, Discharge(Proof.ACKNOWLEDGED, at), by=by, at=at, reason=False)


def explain(session: Session, duty_id: str, reason: str, *, by: Actor, at: datetime) -> None:
    """Give the reason of a duty that was done late; raises NotFound, Invalid, Conflict."""
    row = session.get(DutyRow, duty_id)
    if row is None or not may(Permission.HANDLE_BREACH, by, row.structure_id):
        raise NotFound("Ce devoir n'existe pas.")
    check_text(reason, "late_reason", required=True)
    if row.late_reason:
        raise Conflict("Le motif est déjà au dossier.", field="late_reason")
    row.late_reason = reason
    trail.record(session, "breach.explained", row.breach_id, by=by, structure=row.structure_id, at=at, kind=row.what)


def write_line(
    session: Session, breach: Breach, entry: Entry, corrects: str | None = None, *, by: Actor, at: datetime
) -> LedgerLine:
    """Write a line at the end of a ledger; raises BadInstant, Invalid."""
    check_instant(entry.what, entry.instant, at)
    for text, name in ((entry.who, "who"), (entry.why, "why"), (entry.proof, "proof")):
        check_text(text or "", name)
    last = session.scalar(select(func.max(LedgerLine.number)).where(LedgerLine.breach_id == breach.id)) or 0
    row = LedgerLine(
        structure_id=breach.structure_id, breach_id=breach.id, number=last + 1, what=entry.what.name,
        instant=entry.instant, is_estimated=entry.is_estimated, corrects=corrects, recorded_at=at, recorded_by=by.id,
        who=entry.who, why=entry.why, proof=entry.proof,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _check_correction(session: Session, breach: Breach, entry: Entry, corrects: str) -> None:
    row = session.get(LedgerLine, corrects)
    if row is None or row.breach_id != breach.id:
        raise NotFound("Cette ligne n'existe pas.")
    if row.what != entry.what.name:
        raise Invalid("Une correction porte sur la même chose que la ligne qu'elle corrige.", field="what")
    again = session.scalar(select(LedgerLine.id).where(LedgerLine.corrects == corrects))
    if again is not None:
        raise Conflict("Cette ligne est déjà corrigée : corrigez la dernière.")
    check_text(entry.why or "", "why", required=True)


def _check_declaration(session: Session, declared: Declaration, structure: str, at: datetime) -> None:
    check_text(declared.told, "told", required=True)
    check_text(declared.suspected_by or "", "suspected_by")
    check_triggers(declared.triggers)
    find_zone(declared.zone)
    check_instant(Known.SUSPECTED, declared.suspected_at, at)
    if declared.started_at is not None:
        check_instant(Known.START, declared.started_at, at)
    _check_concerned(session, declared.concerned, structure)
    if not declared.concerned and not declared.own_data:
        raise Invalid(
            "Choisissez au moins une convention et une caisse, ou dites que ce sont les données de la structure.",
            field="concerned",
        )


def _check_concerned(session: Session, pairs: Iterable[tuple[str, str]], structure: str) -> None:
    held = {one.code for one in adoptions(session, structure)}
    for convention, caisse in pairs:
        if convention not in held or find_convention(session, convention, structure).caisse(caisse) is None:
            raise Invalid("Cette convention ou cette caisse n'est pas de celles de la structure.", field="concerned")


def _added(session: Session, declared: Declaration, by: Actor, at: datetime) -> Breach:
    for _ in range(_TRIES):
        breach = Breach(
            structure_id=by.structure, number=_number(session, declared, by, at), declared_at=at, declared_by=by.id,
            suspected_at=declared.suspected_at, triggers=sorted(declared.triggers), in_transfer=declared.in_transfer,
            own_data=declared.own_data, zone=declared.zone, exercise=declared.exercise, state="open",
            told=declared.told.strip(),
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(breach)
        except IntegrityError:  # another declaration took the number an instant before
            continue
        return breach
    raise Conflict("D'autres déclarations s'enregistrent en ce moment : envoyez de nouveau.")


def _number(session: Session, declared: Declaration, by: Actor, at: datetime) -> str:
    if declared.exercise:
        return f"EX-{new_id()[:12]}"
    year = day(at, find_zone(declared.zone)).year
    mine = select(func.count()).where(Breach.structure_id == by.structure, Breach.number.startswith(f"{year}-"))
    return f"{year}-{(session.scalar(mine) or 0) + 1:04}"


def _suspicion(session: Session, breach: Breach, declared: Declaration, by: Actor, at: datetime) -> None:
    if declared.started_at is not None:
        write_line(session, breach, Entry(Known.START, declared.started_at, is_estimated=True), by=by, at=at)
    entry = Entry(Known.SUSPECTED, declared.suspected_at, who=declared.suspected_by)
    write_line(session, breach, entry, by=by, at=at)
    check_order(lines_of(session, breach.id))


def _concern(session: Session, breach: Breach, convention: str, caisse: str, on: date, at: datetime) -> Concern:
    terms = hold(find_convention(session, convention, breach.structure_id), caisse, on)
    row = Concern(
        structure_id=breach.structure_id, breach_id=breach.id, convention=convention, caisse=caisse,
        terms=written(terms), held_at=at, number=breach.number,
    )  # fmt: skip
    session.add(row)
    return row


def _is_theirs(session: Session, row: DutyRow, by: Actor) -> bool:
    shared = select(Concern.id).where(
        Concern.breach_id == row.breach_id, Concern.convention == row.convention, Concern.caisse == row.caisse,
        Concern.shared_at.is_not(None),
    )  # fmt: skip
    is_shared = session.scalar(shared) is not None
    return is_shared and may(Permission.ANSWER_BREACH, by, row.structure_id, convention=row.convention)
