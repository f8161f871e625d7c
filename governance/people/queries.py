"""What may be read of structures, persons and machine keys."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core.refusals import Invalid, NotFound
from governance.core.sealed_rows import is_equal
from governance.people.passwords import is_key, is_password, prefix_of
from governance.people.rules import (
    PASSWORD_LIMIT,
    Actor,
    Kind,
    Permission,
    Role,
    StructureKind,
    clean_email,
    require,
)
from governance.people.tables import AdoptedConvention, ApiKey, Person, PersonRole, Structure


@dataclass(frozen=True, slots=True)
class StructureView:
    """A structure, read."""

    id: str
    name: str
    kind: StructureKind


@dataclass(frozen=True, slots=True)
class Adoption:
    """A convention a structure works under; a date is None until a person has typed it."""

    code: str
    effective_from: date | None
    effective_to: date | None


@dataclass(frozen=True, slots=True)
class KeyView:
    """A machine key, read: never the secret."""

    id: str
    name: str
    prefix: str
    scopes: tuple[Permission, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Machine:
    """The actor behind a key, and when the key was last seen."""

    actor: Actor
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that was tried: whose account it was, if any, and the actor when it succeeded."""

    person_id: str | None = None
    structure_id: str | None = None
    actor: Actor | None = None


def structures(session: Session) -> tuple[StructureView, ...]:
    """Return every structure by name; for the command line and for start-up, which belong to none."""
    return tuple(_structure(row) for row in session.scalars(select(Structure).order_by(Structure.name, Structure.id)))


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
    """Return the person as an actor in a structure, or None when they hold no role there."""
    roles = session.scalars(
        select(PersonRole.role)
        .where(PersonRole.person_id == person.id, PersonRole.structure_id == structure_id)
        .order_by(PersonRole.role)
    )
    held = frozenset(Role(role) for role in roles)
    return Actor(person.id, Kind.PERSON, structure_id, held, person.name) if held else None


def identify(session: Session, email: str, password: str) -> Attempt:
    """Check an address and a password: the same work, in about the same time, whether or not the account exists."""
    person = session.scalar(select(Person).where(is_equal(session, Person.email, _as_stored(email))))
    known = is_password(person.password_hash if person else None, password[:PASSWORD_LIMIT])
    if person is None:
        return Attempt()
    valid = known and len(password) <= PASSWORD_LIMIT
    actor = actor_of(session, person, person.structure_id) if valid else None
    return Attempt(person.id, person.structure_id, actor)


def find_machine(session: Session, key: str) -> Machine | None:
    """Return the machine that holds a key, or None when it is unknown or revoked."""
    prefix = prefix_of(key)
    row = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix)) if prefix else None
    if row is None or row.revoked_at is not None or not is_key(row.hash, key):
        return None
    scopes = frozenset(Permission(scope) for scope in row.scopes)
    actor = Actor(row.id, Kind.MACHINE, row.structure_id, frozenset({Role.MACHINE}), row.name, scopes)
    return Machine(actor, row.last_used_at)


def api_keys(session: Session, structure_id: str, by: Actor) -> tuple[KeyView, ...]:
    """Return the keys of a structure, revoked ones included, newest first."""
    require(Permission.MANAGE_API_KEYS, by, structure_id)
    rows = session.scalars(
        select(ApiKey).where(ApiKey.structure_id == structure_id).order_by(ApiKey.created_at.desc(), ApiKey.id)
    )
    return tuple(_key(row) for row in rows)


def _as_stored(email: str) -> str | None:
    try:
        return clean_email(email)
    except Invalid:
        return None


def _structure(row: Structure) -> StructureView:
    return StructureView(row.id, row.name, StructureKind(row.kind))


def _key(row: ApiKey) -> KeyView:
    scopes = tuple(Permission(scope) for scope in row.scopes)
    return KeyView(row.id, row.name, row.prefix, scopes, row.created_at, row.last_used_at, row.revoked_at)
