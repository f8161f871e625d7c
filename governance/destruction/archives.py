"""The archives: the bordereau d'élimination that leaves, the visa that comes back, or why none is needed."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from governance.core import clock, trail
from governance.core.refusals import Invalid
from governance.destruction import holds, queries, rules
from governance.destruction.actions import check_opened
from governance.destruction.rules import Answer
from governance.destruction.tables import ArchivesSlip, Destruction
from governance.people.rules import Actor, Permission, require

VISA_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Visa:
    """What came back from the archives: the slip that was signed, and the tables it refuses to let go."""

    reference: str
    on: date
    file: bytes = field(repr=False)
    refused: frozenset[str] = frozenset()


def send_slip(session: Session, identifier: str, sent_on: date, *, by: Actor, at: datetime) -> None:
    """Record the day on which the bordereau was sent; raises Forbidden, UnknownDestruction, TooLate, BadVisa."""
    row, slip = _slip(session, identifier, by)
    rules.check_sent(sent_on, clock.day(row.opened_at), clock.day(at))
    slip.transmitted_on = sent_on
    trail.record(session, "destruction.slip_sent", row.id, by=by, structure=row.structure_id, at=at)


def answer_with_visa(session: Session, identifier: str, visa: Visa, *, by: Actor, at: datetime) -> None:
    """Record the visa, whole or partial: the series it refuses are held until the archives take them.

    Raises Forbidden, UnknownDestruction, TooLate, BadVisa, Invalid.
    """
    row, slip = _slip(session, identifier, by)
    known = rules.Slip(slip.reference, slip.transmitted_on)
    rules.check_visa(known, visa.reference, visa.on, clock.day(at))
    if not visa.file or len(visa.file) > VISA_BYTES:
        raise Invalid("Joignez le bordereau visé (10 Mo au plus).", field="file")
    holds.check_tables(visa.refused)
    slip.visa, slip.visa_sha256, slip.visa_on = visa.file, hashlib.sha256(visa.file).hexdigest(), visa.on
    slip.refused = sorted(visa.refused)
    if visa.refused:
        holds.keep(session, row, visa.refused, holds.ARCHIVES, f"Visa partiel {slip.reference}", by=by, at=at)
    _answered(session, row, slip, Answer.PARTIAL if visa.refused else Answer.GRANTED, by, at)


def answer_without_visa(session: Session, identifier: str, reason: str, *, by: Actor, at: datetime) -> None:
    """Record why no visa is needed; raises Forbidden, UnknownDestruction, TooLate, Invalid."""
    row, slip = _slip(session, identifier, by)
    slip.reason = rules.check_reason(reason)
    _answered(session, row, slip, Answer.NOT_NEEDED, by, at)


def answer_refused(session: Session, identifier: str, reason: str, *, by: Actor, at: datetime) -> None:
    """Record that the archives refuse it all; raises Forbidden, UnknownDestruction, TooLate, Invalid."""
    row, slip = _slip(session, identifier, by)
    slip.reason = rules.check_reason(reason)
    _answered(session, row, slip, Answer.REFUSED, by, at)


def _answered(session: Session, row: Destruction, slip: ArchivesSlip, answer: Answer, by: Actor, at: datetime) -> None:
    slip.answer, slip.answered_at, slip.answered_by = answer.value, at, by.id
    if answer not in (Answer.GRANTED, Answer.PARTIAL):
        slip.visa = slip.visa_sha256 = slip.visa_on = None
    session.flush()
    trail.record(
        session, "destruction.slip_answered", row.id, by=by, structure=row.structure_id, at=at, kind=answer.value
    )


def _slip(session: Session, identifier: str, by: Actor) -> tuple[Destruction, ArchivesSlip]:
    row = queries.find_row(session, identifier, by, lock=True)
    require(Permission.PREPARE_DESTRUCTION, by, row.structure_id)
    check_opened(row)
    return row, queries.slip_of(session, row.id)
