"""What can be done about structures, persons and machine keys."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.conventions.queries import every_text
from governance.core import trail
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.core.storage import new_id
from governance.people.passwords import hash_password
from governance.people.queries import Adoption, Attempt, find_structure
from governance.people.rules import (
    DPOS,
    Actor,
    Kind,
    Permission,
    Role,
    StructureKind,
    check_roles,
    clean_email,
    clean_name,
    require,
)
from governance.people.strength import check_password
from governance.people.tables import AdoptedConvention, Person, PersonRole, Structure

NOBODY = "anonyme"
UNKNOWN = "inconnu"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is typed to create a person; without a password, they choose it by the link of their invitation."""

    name: str
    email: str
    password: str | None = field(default=None, repr=False)
    roles: frozenset[Role] = frozenset()


def create_structure(
    session: Session, name: str, kind: StructureKind, caisse: str | None = None, *, by: Actor, at: datetime
) -> str:
    """Add a structure and return its identifier; `caisse` is the code by which conventions name a caisse.

    Raises Conflict (name or code already taken) and Invalid (a code that no convention names, or for a partner).
    """
    structure_id = new_id()
    require(Permission.MANAGE_STRUCTURES, by, structure_id)
    name = clean_name(name)
    if session.scalar(select(Structure.id).where(Structure.name == name)) is not None:
        raise Conflict("Une structure porte déjà ce nom.", field="name")
    if caisse is not None:
        _check_caisse(session, kind, caisse)
    session.add(Structure(id=structure_id, name=name, kind=kind.value, caisse=caisse))
    session.flush()
    told = {"kind": kind.value, "caisse": caisse}
    trail.record(session, "structure.created", structure_id, by=by, structure=structure_id, at=at, **told)
    return structure_id


def _check_caisse(session: Session, kind: StructureKind, caisse: str) -> None:
    if kind is not StructureKind.CAISSE:
        raise Invalid("Seule une caisse porte un code de caisse.", field="caisse")
    if not every_text(session).names(caisse):
        raise Invalid("Aucune convention connue ne nomme cette caisse.", field="caisse")
    if session.scalar(select(Structure.id).where(Structure.caisse == caisse)) is not None:
        raise Conflict("Une structure porte déjà ce code de caisse.", field="caisse")


def adopt_convention(session: Session, structure_id: str, adoption: Adoption, *, by: Actor, at: datetime) -> None:
    """Record that a structure works under a convention, or change its dates.

    Raises Invalid when the end precedes the start.
    """
    require(Permission.ADOPT_CONVENTION, by, structure_id)
    begins, ends = adoption.effective_from, adoption.effective_to
    if begins and ends and ends < begins:
        raise Invalid("La fin précède le début.", field="effective_to")
    session.merge(
        AdoptedConvention(structure_id=structure_id, code=adoption.code, effective_from=begins, effective_to=ends)
    )
    session.flush()
    dates = {"from": begins and begins.isoformat(), "to": ends and ends.isoformat()}
    trail.record(session, "convention.adopted", adoption.code, by=by, structure=structure_id, at=at, **dates)


def create_person(session: Session, structure_id: str, draft: NewPerson, *, by: Actor, at: datetime) -> str:
    """Add a person with roles in a structure and return their identifier.

    Raises Invalid (name, address, password, no role) and Conflict (address already used).
    """
    require(Permission.MANAGE_PEOPLE, by, structure_id)
    check_roles(draft.roles, find_structure(session, structure_id).kind)
    name, email = clean_name(draft.name), clean_email(draft.email)
    if draft.password is not None:
        check_password(draft.password, (name, email))
    person = Person(id=new_id(), structure_id=structure_id, name=name, email=email)
    if draft.password is not None:
        person.password_hash, person.password_changed_at = hash_password(draft.password), at
    _add_person(session, person)
    session.add_all(PersonRole(person_id=person.id, structure_id=structure_id, role=role) for role in draft.roles)
    session.flush()
    roles = sorted(draft.roles)
    trail.record(session, "person.created", person.id, by=by, structure=structure_id, at=at, roles=roles)
    return person.id


def _add_person(session: Session, person: Person) -> None:
    # The account may be another structure's, which is not seen from here: only the constraint knows.
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:
        raise Conflict("Cette adresse a déjà un compte.", field="email") from error


def set_roles(
    session: Session, person_id: str, structure_id: str, roles: frozenset[Role], *, by: Actor, at: datetime
) -> None:
    """Give a person these roles in a structure and no other; none at all takes them out of it.

    What they may do changes with their next request. Raises Forbidden (also upon oneself), NotFound, Invalid, and
    Conflict when the structure would be left without a DPO.
    """
    require(Permission.MANAGE_PEOPLE, by, structure_id, person=person_id)
    structure = session.get(Structure, structure_id, with_for_update=True)  # two DPOs may remove each other at once
    held = {row.role: row for row in session.scalars(_roles_in(structure_id)) if row.person_id == person_id}
    known = bool(held) or (by.kind is Kind.COMMAND and session.get(Person, person_id) is not None)
    if structure is None or not known:
        raise NotFound("Cette personne n'a pas de rôle ici.", field="person")
    if roles:
        check_roles(roles, StructureKind(structure.kind))
    for role in held.keys() - roles:
        session.delete(held[role])
    added = sorted(roles - held.keys())
    session.add_all(PersonRole(person_id=person_id, structure_id=structure_id, role=role) for role in added)
    session.flush()
    if DPOS & held.keys() and not any(row.role in DPOS for row in session.scalars(_roles_in(structure_id))):
        raise Conflict("La structure n'aurait plus de délégué à la protection des données.", field="roles")
    trail.record(session, "person.roles_set", person_id, by=by, structure=structure_id, at=at, roles=sorted(roles))


def _roles_in(structure_id: str) -> Select[PersonRole]:
    return (
        select(PersonRole)
        .where(PersonRole.structure_id == structure_id)
        .order_by(PersonRole.person_id, PersonRole.role)
    )


def sign_in(session: Session, attempt: Attempt, *, at: datetime, is_last: bool = False, is_half: bool = False) -> None:
    """Record a sign-in that succeeded or was refused: the last before a wait, or half done until the second factor."""
    succeeded = "person.password_given" if is_half else "person.signed_in"
    who, done = (attempt.actor, succeeded) if attempt.actor else (NOBODY, "person.sign_in_refused")
    subject, structure = attempt.person_id or UNKNOWN, attempt.structure_id
    trail.record(session, done, subject, by=who, structure=structure, at=at)
    if is_last and attempt.actor is None:
        trail.record(session, "person.locked", subject, by=NOBODY, structure=structure, at=at)
