"""What may be read of structures, persons and machine keys."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.queries import every_text
from governance.core.refusals import Invalid, NotFound
from governance.core.sealed_rows import is_equal
from governance.people.passwords import is_password
from governance.people.rules import (
    OF_CAISSE,
    PASSWORD_LIMIT,
    Actor,
    Kind,
    Permission,
    Role,
    Signed,
    StructureKind,
    clean_email,
    may,
    require_somewhere,
)
from governance.people.tables import AdoptedConvention, Person, PersonRole, Structure


@dataclass(frozen=True, slots=True)
class StructureView:
    """A structure, read."""

    id: str
    name: str
    kind: StructureKind
    caisse: str | None = None


@dataclass(frozen=True, slots=True)
class Adoption:
    """A convention a structure works under; a date is None until a person has typed it."""

    code: str
    effective_from: date | None
    effective_to: date | None


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner that works under a convention with a caisse, as that caisse sees it."""

    name: str
    adoption: Adoption
    structure: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that was tried: whose account it was, if any, and the actor when it succeeded."""

    person_id: str | None = None
    structure_id: str | None = None
    actor: Actor | None = None


def structures(session: Session) -> tuple[StructureView, ...]:
    """Return every structure by name; for the command line and for start-up, which belong to none."""
    return tuple(_structure(row) for row in session.scalars(select(Structure).order_by(Structure.name, Structure.id)))


def partners(session: Session, by: Actor) -> tuple[Partner, ...]:
    """Return the partners that apply a convention with the actor's caisse, by name then convention.

    Raises Forbidden.
    """
    require_somewhere(Permission.READ_PARTNER, by)
    rows = session.execute(
        select(Structure.name, AdoptedConvention)
        .join(AdoptedConvention, AdoptedConvention.structure_id == Structure.id)
        .where(Structure.id.in_([pair.structure for pair in by.signed]))
        .order_by(Structure.name, AdoptedConvention.code)
    )
    return tuple(
        Partner(name, Adoption(row.code, row.effective_from, row.effective_to), row.structure_id)
        for name, row in rows
        if may(Permission.READ_PARTNER, by, row.structure_id, convention=row.code)
    )


def find_structure(session: Session, structure_id: str) -> StructureView:
    """Return the structure, or refuse (NotFound)."""
    row = session.get(Structure, structure_id)
    if row is None:
        raise NotFound("Cette structure n'existe pas.", field="structure")
    return _structure(row)


def adoptions(session: Session, structure_id: str) -> tuple[Adoption, ...]:
    """Return the conventions of a structure, by code."""
    rows = session.scalars(
        select(AdoptedConvention).where(AdoptedConvention.structure_id == structure_id).order_by(AdoptedConvention.code)
    )
    return tuple(Adoption(row.code, row.effective_from, row.effective_to) for row in rows)


def actor_of(session: Session, person: Person, structure_id: str) -> Actor | None:
    """Return the person as an actor in a structure, or None when they hold no role there or their account is closed."""
    if person.closed_at is not None:
        return None
    rows = session.execute(
        select(PersonRole.role, Structure.caisse)
        .join(Structure, Structure.id == PersonRole.structure_id)
        .where(PersonRole.person_id == person.id, PersonRole.structure_id == structure_id)
        .order_by(PersonRole.role)
    ).all()
    held = frozenset(Role(role) for role, _ in rows)
    if not held:
        return None
    caisse = rows[0].caisse
    if not caisse or not held & OF_CAISSE:
        return Actor(person.id, Kind.PERSON, structure_id, held, person.name)
    signed = signed_with(session, caisse)
    return Actor(person.id, Kind.PERSON, structure_id, held, person.name, signed=signed, caisse=caisse)


def actor_somewhere(session: Session, person: Person) -> Actor | None:
    """Return the person as an actor in the structure that added them, else in the first by name, else None."""
    found = structures_of(session, person.id)
    there = sorted(found, key=lambda one: one.id != person.structure_id)
    return actor_of(session, person, there[0].id) if there else None


def signed_with(session: Session, caisse: str) -> frozenset[Signed]:
    """Return the conventions that name a caisse, each with the partners that say they apply it, ended ones included.

    The partner's own statement opens its door, never the caisse's.
    """
    texts = every_text(session)
    rows = session.execute(
        select(AdoptedConvention.structure_id, AdoptedConvention.code)
        .join(Structure, Structure.id == AdoptedConvention.structure_id)
        .where(Structure.kind == StructureKind.PARTENAIRE.value)
        .order_by(AdoptedConvention.structure_id, AdoptedConvention.code)
    )
    bound = ((structure, code, texts.binding(structure, code)) for structure, code in rows)
    return frozenset(Signed(structure, code) for structure, code, text in bound if text and text.caisse(caisse))


def places(session: Session, by: Actor) -> tuple[StructureView, ...]:
    """Return the structures in which the actor holds a role, by name."""
    return structures_of(session, by.id)


def identify(session: Session, email: str, password: str) -> Attempt:
    """Check an address and a password: the same work, in about the same time, whether or not the account exists."""
    person = session.scalar(select(Person).where(is_equal(session, Person.email, as_stored(email))))
    known = is_password(person.password_hash if person else None, password[:PASSWORD_LIMIT])
    if person is None:
        return Attempt()
    valid = known and len(password) <= PASSWORD_LIMIT
    actor = actor_somewhere(session, person) if valid else None
    return Attempt(person.id, actor.structure if actor else person.structure_id, actor)


def structures_of(session: Session, person_id: str) -> tuple[StructureView, ...]:
    """Return the structures in which a person holds a role, by name."""
    held = select(PersonRole.structure_id).where(PersonRole.person_id == person_id)
    rows = session.scalars(select(Structure).where(Structure.id.in_(held)).order_by(Structure.name, Structure.id))
    return tuple(_structure(row) for row in rows)


def as_stored(email: str) -> str | None:
    """Return an address as it is looked up, or None when it is no address."""
    try:
        return clean_email(email)
    except Invalid:
        return None


def _structure(row: Structure) -> StructureView:
    return StructureView(row.id, row.name, StructureKind(row.kind), row.caisse)
