"""What is done about a destruction before it begins: opened, called off, agreed to by two persons."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.core import clock, trail
from governance.core.storage import new_id
from governance.destruction import ended, gates, queries, rules
from governance.destruction.acting import runner
from governance.destruction.rules import AlreadyOpened, State, TooLate
from governance.destruction.stores.rules import Kind
from governance.destruction.tables import ArchivesSlip, Destruction, DestructionConsent, ExternalStore
from governance.people.rules import PERMITTED, Actor, Permission, require


def open_destruction(session: Session, structure_id: str, convention: str, *, by: Actor, at: datetime) -> str:
    """Open the destruction of what a structure holds under a convention, and return its identifier.

    Nothing is destroyed before its gates are open and two persons agree. Raises Forbidden, StillInForce, AlreadyOpened.
    """
    require(Permission.PREPARE_DESTRUCTION, by, structure_id)
    return open_at_end(session, structure_id, convention, by=by, at=at)


def open_at_end(session: Session, structure_id: str, convention: str, *, by: Actor | str, at: datetime) -> str:
    """Do the same for the timetable, which asks for no permission; raises StillInForce, AlreadyOpened."""
    on, who = clock.day(at), by if isinstance(by, str) else by.id
    over = rules.check_ended(ended.ended_on(session, structure_id, convention, on), on)
    row = Destruction(
        id=new_id(), structure_id=structure_id, convention=convention, state=State.OPENED.value, act=0, ended_on=over,
        opened_at=at, opened_by=who, grace_ends_at=at + rules.GRACE, undone="", gates=[],
    )  # fmt: skip
    _add(session, row)
    slip = ArchivesSlip(destruction_id=row.id, structure_id=structure_id, reference=rules.reference_of(row.id))
    slip.refused = []
    session.add(slip)
    _expect_escrow(session, row, who, at)
    session.flush()
    trail.record(session, "destruction.opened", row.id, by=by, structure=structure_id, at=at, convention=convention)
    return row.id


def cancel(session: Session, identifier: str, *, by: Actor, at: datetime) -> None:
    """Call off a destruction that has not begun; raises Forbidden, UnknownDestruction, TooLate."""
    row = queries.find_row(session, identifier, by, lock=True)
    require(Permission.PREPARE_DESTRUCTION, by, row.structure_id)
    check_opened(row)
    row.state, row.cancelled_at, row.cancelled_by, row.undone = State.CANCELLED.value, at, by.id, row.id
    trail.record(session, "destruction.cancelled", row.id, by=by, structure=row.structure_id, at=at)


def consent(session: Session, identifier: str, matters: Sequence[str], *, by: Actor, at: datetime) -> bool:
    """Agree to a destruction whose gates are open; say whether it begins, which takes two persons in two roles.

    `matters`: what is still open elsewhere. Raises Forbidden, UnknownDestruction, TooLate, GateClosed, NotTwoPersons,
    ClockBack.
    """
    row = queries.find_row(session, identifier, by, lock=True)
    require(Permission.DESTROY_DATA, by, row.structure_id)
    check_opened(row)
    on = clock.day(at)
    found = gates.gates(queries.facts(session, row, matters, on), at, on)
    gates.check_open(found)
    given = _agreed(session, row, by, at)
    if given < rules.PERSONS:
        return False
    row.gates = [
        {"name": gate.name, "title": gate.title, "why": gate.why, "article": gate.article, "open": gate.is_open}
        for gate in found
    ]
    runner.begin(session, row, at)
    trail.record(session, "destruction.begun", row.id, by=by, structure=row.structure_id, at=at)
    return True


def _agreed(session: Session, row: Destruction, by: Actor, at: datetime) -> int:
    """Add an agreement, and return how many there are."""
    given = queries.consents(session, row.id)
    rules.check_clock(at, row.opened_at, *(one.at for one in given))
    able = frozenset(role.value for role in PERMITTED[Permission.DESTROY_DATA].here)
    held = frozenset(role.value for role in by.roles)
    rules.check_persons([*((one.person, frozenset(one.roles)) for one in given), (by.id, held)], able)
    session.add(
        DestructionConsent(
            destruction_id=row.id, person=by.id, structure_id=row.structure_id, convention=row.convention,
            roles=sorted(held & able), at=at,
        )
    )  # fmt: skip
    trail.record(session, "destruction.consented", row.id, by=by, structure=row.structure_id, at=at)
    return len(given) + 1


def check_opened(row: Destruction) -> None:
    """Refuse (TooLate) what is no longer only opened."""
    if row.state != State.OPENED.value:
        raise TooLate("Cette destruction est commencée, finie ou annulée : on n'y revient pas.")


def _add(session: Session, row: Destruction) -> None:
    taken = AlreadyOpened("La destruction de ces données est déjà ouverte, ou faite.", field="convention")
    asked = select(Destruction.id).where(
        Destruction.structure_id == row.structure_id, Destruction.convention == row.convention, Destruction.undone == ""
    )
    if session.scalar(asked) is not None:
        raise taken
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise taken from error


def _expect_escrow(session: Session, row: Destruction, by: str, at: datetime) -> None:
    """Expect a word on the copy of the master key: an old one would open every backup again (docs/cles.md)."""
    same = (ExternalStore.structure_id == row.structure_id, ExternalStore.convention == row.convention)
    if session.scalar(select(ExternalStore.id).where(*same, ExternalStore.kind == Kind.ESCROW.value)) is None:
        session.add(
            ExternalStore(
                structure_id=row.structure_id, convention=row.convention, kind=Kind.ESCROW.value,
                label="Copie de secours de la clé maître", declared_at=at, declared_by=by,
            )
        )  # fmt: skip
