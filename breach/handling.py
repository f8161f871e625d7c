"""What is done in the file of a breach: tasks, documents, exchanges with a caisse, joining two, ending."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from breach.checks import check_text
from breach.ledger import check_order
from breach.owing import Discharge, concerns_of, duties_of, lines_of, recompute, stop
from breach.queries import NO_BREACH, Stage, find_open, owed
from breach.rules import Proof
from breach.tables import Breach, BreachDocument, BreachTask, Concern, DutyRow, Exchange, LedgerLine
from governance.core import trail
from governance.core.refusals import Conflict, Invalid, NotFound, TooLarge
from governance.people.rules import PERMITTED, Actor, Permission, may
from governance.people.tables import PersonRole

DOCUMENT_BYTES = 10_000_000
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")


class Kind(StrEnum):
    """What a task is for."""

    CONTAIN = "contenir"
    COLLECT = "recueillir"
    INFORM = "informer"
    CORRECT = "corriger"


class Side(StrEnum):
    """Who writes in an exchange."""

    PARTNER = "partenaire"
    CAISSE = "caisse"


@dataclass(frozen=True, slots=True)
class NewTask:
    """What to do, who does it, until when."""

    kind: Kind
    title: str = field(repr=False)
    owner: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A file for the record of a breach."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


def add_task(session: Session, breach_id: str, task: NewTask, *, by: Actor, at: datetime) -> str:
    """Give someone of the structure something to do; raises NotFound, Conflict, Invalid."""
    breach = find_open(session, breach_id, Permission.HANDLE_BREACH, by)
    check_text(task.title, "title", required=True)
    if task.due_at <= at:
        raise Invalid("L'échéance d'une tâche est à venir.", field="due_at")
    if (
        session.scalars(followers(breach.structure_id).where(PersonRole.person_id == task.owner).limit(1)).first()
        is None
    ):
        raise Invalid("Cette personne n'a pas, dans la structure, de rôle qui suive une violation.", field="owner")
    row = BreachTask(
        structure_id=breach.structure_id, breach_id=breach.id, kind=task.kind.name, owner=task.owner,
        due_at=task.due_at, added_at=at, added_by=by.id, title=task.title.strip(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _tell(session, "breach.task_added", breach, by, at)
    return row.id


def finish_task(session: Session, task_id: str, *, by: Actor, at: datetime) -> str:
    """Say that a task is done, and return its breach: its owner, or who handles breaches; raises NotFound, Conflict."""
    row = session.get(BreachTask, task_id)
    asked = Permission.FOLLOW_OWN_BREACH if row is not None and row.owner == by.id else Permission.HANDLE_BREACH
    if row is None or not may(asked, by, row.structure_id):
        raise NotFound("Cette tâche n'existe pas.")
    if row.done_at is not None:
        raise Conflict("Cette tâche est déjà faite.")
    row.done_at, row.done_by = at, by.id
    trail.record(session, "breach.task_done", row.breach_id, by=by, structure=row.structure_id, at=at)
    return row.breach_id


def followers(structure: str) -> Select[str]:
    """Return the people of a structure to whom something of a breach may be given to do."""
    roles = sorted(PERMITTED[Permission.FOLLOW_OWN_BREACH].here)
    return select(PersonRole.person_id).where(PersonRole.structure_id == structure, PersonRole.role.in_(roles))


def add_document(session: Session, breach_id: str, document: NewDocument, *, by: Actor, at: datetime) -> str:
    """Seal a file into the record of a breach; raises NotFound, Conflict, Invalid, TooLarge."""
    breach = find_open(session, breach_id, Permission.HANDLE_BREACH, by)
    check_text(document.name, "name", required=True)
    if not document.content or not _MEDIA_TYPE.fullmatch(document.media_type):
        raise Invalid("Ce fichier est vide, ou son type est inconnu.", field="file")
    if len(document.content) > DOCUMENT_BYTES:
        raise TooLarge("Un document compte 10 Mo au plus.", field="file")
    row = BreachDocument(
        structure_id=breach.structure_id, breach_id=breach.id, media_type=document.media_type,
        size=len(document.content), sha256=sha256(document.content).hexdigest(), added_at=at, added_by=by.id,
        name=document.name, content=document.content,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _tell(session, "breach.document_added", breach, by, at)
    return row.id


def open_document(session: Session, document_id: str, *, by: Actor, at: datetime) -> BreachDocument:
    """Return a document to who handles breaches, and record that it was read; raises NotFound."""
    row = session.get(BreachDocument, document_id)
    if row is None or not may(Permission.HANDLE_BREACH, by, row.structure_id):
        raise NotFound("Ce document n'existe pas.")
    trail.record(session, "breach.document_read", row.breach_id, by=by, structure=row.structure_id, at=at)
    return row


def share(session: Session, concern_id: str, summary: str, *, by: Actor, at: datetime) -> None:
    """Let a caisse see a breach that concerns it, with what it is told; raises NotFound, Conflict, Invalid."""
    row = session.get(Concern, concern_id)
    if row is None:
        raise NotFound(NO_BREACH)
    breach = find_open(session, row.breach_id, Permission.HANDLE_BREACH, by)
    check_text(summary, "body", required=True)
    row.summary, row.shared_at = summary.strip(), row.shared_at or at
    _tell(session, "breach.shared", breach, by, at)


def write(session: Session, concern_id: str, body: str, *, by: Actor, at: datetime) -> str:
    """Ask or answer, from either side; raises NotFound, Invalid."""
    row = session.get(Concern, concern_id)
    side = None if row is None else side_of(row, by)
    if row is None or side is None:
        raise NotFound(NO_BREACH)
    check_text(body, "body", required=True)
    added = Exchange(
        structure_id=row.structure_id, breach_id=row.breach_id, concern_id=row.id, convention=row.convention,
        caisse=row.caisse, side=side.value, at=at, by=by.id, body=body.strip(),
    )  # fmt: skip
    session.add(added)
    session.flush()
    trail.record(session, "breach.answered", row.breach_id, by=by, structure=row.structure_id, at=at, kind=side.value)
    return added.id


def side_of(row: Concern, by: Actor) -> Side | None:
    """Return from which side an actor writes about a breach, None when they may not."""
    if may(Permission.HANDLE_BREACH, by, row.structure_id):
        return Side.PARTNER
    answers = may(Permission.ANSWER_BREACH, by, row.structure_id, convention=row.convention)
    return Side.CAISSE if answers and row.shared_at is not None else None


def merge(session: Session, kept_id: str, other_id: str, why: str, *, by: Actor, at: datetime) -> None:
    """Join a second declaration of one incident to the first: the earliest instants count, no clock is lost.

    Raises NotFound, Conflict, Invalid.
    """
    kept = find_open(session, kept_id, Permission.HANDLE_BREACH, by)
    other = find_open(session, other_id, Permission.HANDLE_BREACH, by)
    if kept.id == other.id or kept.structure_id != other.structure_id or kept.exercise != other.exercise:
        raise Invalid("Choisissez une autre violation de la même structure.", field="other")
    check_text(why, "why", required=True)
    _copy_lines(session, kept, other, by, at)
    _copy_concerns(session, kept, other)
    kept.triggers = sorted({*kept.triggers, *other.triggers})
    kept.own_data = _either(kept.own_data, other.own_data)
    kept.in_transfer = _either(kept.in_transfer, other.in_transfer)
    check_order(lines_of(session, kept.id))
    recompute(session, kept, why, by=by, at=at)
    _copy_proofs(session, kept, other, by, at)
    other.state, other.merged_into = Stage.MERGED.name.lower(), kept.id
    other.ended_at, other.ended_by = at, by.id
    _tell(session, "breach.merged", kept, by, at)


def close(session: Session, breach_id: str, lessons: str, *, by: Actor, at: datetime, near_miss: bool = False) -> None:
    """End the file of a breach with what was learnt; a near miss, where nothing was breached, is kept too.

    Raises NotFound, Invalid, Conflict (something is still owed, unless it is a near miss).
    """
    breach = find_open(session, breach_id, Permission.HANDLE_BREACH, by)
    check_text(lessons, "lessons", required=True)
    still = session.scalars(select(DutyRow.id).where(DutyRow.breach_id == breach.id, owed()).limit(1)).first()
    if still is not None and not near_miss:
        raise Conflict("Il reste un devoir sans preuve : versez-la, ou dites qu'il n'y a pas eu de violation.")
    breach.lessons = lessons.strip()
    breach.state = (Stage.NEAR_MISS if near_miss else Stage.CLOSED).name.lower()
    breach.ended_at, breach.ended_by = at, by.id
    for row in duties_of(session, breach.id):
        row.next_alarm_at = None
    trail.record(
        session, "breach.near_miss" if near_miss else "breach.closed", breach.id, by=by,
        structure=breach.structure_id, at=at,
    )  # fmt: skip


def _copy_lines(session: Session, kept: Breach, other: Breach, by: Actor, at: datetime) -> None:
    corrected = {line.corrects for line in lines_of(session, other.id) if line.corrects}
    last = max((line.number for line in lines_of(session, kept.id)), default=0)
    rows = session.scalars(select(LedgerLine).where(LedgerLine.breach_id == other.id).order_by(LedgerLine.number))
    for row in rows.all():
        if row.id in corrected:
            continue
        last += 1
        session.add(
            LedgerLine(
                structure_id=kept.structure_id, breach_id=kept.id, number=last, what=row.what, instant=row.instant,
                is_estimated=row.is_estimated, recorded_at=at, recorded_by=by.id, who=row.who, proof=row.proof,
                why=f"Reprise de la violation {other.number}" + (f" : {row.why}" if row.why else ""),
            )
        )  # fmt: skip
    session.flush()


def _copy_concerns(session: Session, kept: Breach, other: Breach) -> None:
    known = {(row.convention, row.caisse) for row in concerns_of(session, kept.id)}
    for row in concerns_of(session, other.id):
        if (row.convention, row.caisse) not in known:
            session.add(
                Concern(
                    structure_id=kept.structure_id, breach_id=kept.id, convention=row.convention, caisse=row.caisse,
                    terms=row.terms, held_at=row.held_at, shared_at=row.shared_at, number=kept.number,
                    summary=row.summary,
                )
            )  # fmt: skip
    session.flush()


def _copy_proofs(session: Session, kept: Breach, other: Breach, by: Actor, at: datetime) -> None:
    proven = {row.key: row for row in duties_of(session, other.id) if row.proof is not None}
    for row in duties_of(session, kept.id):
        known = proven.get(row.key)
        if known is None or row.proof is not None or known.discharged_at is None:
            continue
        done = Discharge(Proof[known.proof or ""], known.discharged_at, known.reference, known.late_reason)
        stop(session, row, done, by=by, at=at, reason=False)


def _either(one: bool | None, other: bool | None) -> bool | None:
    known = [value for value in (one, other) if value is not None]
    return any(known) if known else None


def _tell(session: Session, action: str, breach: Breach, by: Actor, at: datetime) -> None:
    trail.record(session, action, breach.id, by=by, structure=breach.structure_id, at=at)
