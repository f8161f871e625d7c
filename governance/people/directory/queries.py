"""Who is in a structure, and in which state their account is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from governance.core.refusals import NotFound
from governance.people.rules import Actor, Permission, Role, require
from governance.people.tables import Person, PersonRole


class State(StrEnum):
    """Whether a person may sign in."""

    INVITED = "invité"
    ACTIVE = "actif"
    CLOSED = "fermé"


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person of a structure; `is_own` when their account depends on it, and not only a role."""

    id: str
    name: str
    email: str
    state: State
    roles: frozenset[Role]
    is_own: bool
    closed_at: datetime | None


def people(session: Session, by: Actor) -> tuple[PersonView, ...]:
    """Return the people of the actor's structure by name, closed accounts included; raises Forbidden."""
    require(Permission.MANAGE_PEOPLE, by, by.structure)
    here = select(PersonRole.person_id).where(PersonRole.structure_id == by.structure)
    chosen = select(Person).where(or_(Person.structure_id == by.structure, Person.id.in_(here)))
    rows = session.scalars(chosen.order_by(Person.id))
    held = _roles(session, by.structure)
    views = (_view(row, held.get(row.id, frozenset()), by.structure) for row in rows)
    return tuple(
        sorted(views, key=lambda one: (one.name.casefold(), one.id))
    )  # names are sealed: no database sorts them


def find_person(session: Session, person_id: str, by: Actor) -> PersonView:
    """Return one of them; raises Forbidden, NotFound."""
    found = next((one for one in people(session, by) if one.id == person_id), None)
    if found is None:
        raise NotFound("Cette personne n'existe pas, ou n'a pas de rôle ici.")
    return found


def _roles(session: Session, structure_id: str) -> dict[str, frozenset[Role]]:
    held: dict[str, frozenset[Role]] = {}
    for row in session.scalars(
        select(PersonRole)
        .where(PersonRole.structure_id == structure_id)
        .order_by(PersonRole.person_id, PersonRole.role)
    ):
        held[row.person_id] = held.get(row.person_id, frozenset()) | {Role(row.role)}
    return held


def _view(row: Person, roles: frozenset[Role], structure_id: str) -> PersonView:
    state = State.CLOSED if row.closed_at else State.ACTIVE if row.password_hash else State.INVITED
    is_own = row.structure_id == structure_id
    return PersonView(row.id, row.name, row.email, state, roles, is_own, row.closed_at)
