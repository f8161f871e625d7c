"""Who may answer in a structure, with what tells their own accounts."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.people.queries import find_structure
from governance.people.rules import Actor, Kind, Role
from governance.people.tables import Person, PersonRole
from reviews.assigning import CAISSE, Asked, Panel
from reviews.rules import Reviewer, plain_name

NOBODY = {"service": "le service, à la date dite", "commande": "le terminal", CAISSE: "la caisse"}


def persons_in(session: Session, structure: str, roles: Iterable[Role]) -> tuple[Person, ...]:
    """Return the persons who hold one of the roles in a structure and may sign in, by identifier."""
    held = select(PersonRole.person_id).where(PersonRole.structure_id == structure, PersonRole.role.in_(list(roles)))
    rows = session.scalars(select(Person).where(Person.id.in_(held), Person.closed_at.is_(None)).order_by(Person.id))
    return tuple(rows)


def panel_of(session: Session, structure: str, fallback: str | None) -> Panel:
    """Return who may be asked about the accounts of a structure."""
    gestionnaires = persons_in(session, structure, [Role.GESTIONNAIRE])
    dpos = persons_in(session, structure, [Role.DPO])
    spare = next((one for one in (*dpos, *gestionnaires) if one.id == fallback), None)
    return Panel(
        tuple(reviewer_of(one) for one in gestionnaires),
        reviewer_of(spare) if spare else None,
        reviewer_of(dpos[0]) if dpos else None,
    )


def reviewer_of(person: Person, caisse: str | None = None) -> Reviewer:
    """Return a person as a reviewer."""
    return Reviewer(person.id, frozenset({person.email.casefold()}), frozenset({plain_name(person.name)}), caisse)


def asked_by(session: Session, by: Actor, structure: str) -> Asked:
    """Return who asks, as rules know them; from a caisse, with its code."""
    caisse = None if by.structure == structure else find_structure(session, by.structure).caisse
    person = session.get(Person, by.id) if by.kind is Kind.PERSON else None
    reviewer = Reviewer(by.id, frozenset(), frozenset(), caisse) if person is None else reviewer_of(person, caisse)
    return Asked(reviewer, Role.GESTIONNAIRE in by.roles, Role.DPO in by.roles)


def names_of(session: Session, identifiers: Iterable[str], unseen: str = "") -> dict[str, str]:
    """Return the names of persons; `unseen` names those that the session does not see, who then have no line without.

    Caisses that are asked have one too: « caisse » for whichever it is, « caisse:artois » for the one written to.
    """
    wanted = set(identifiers)
    rows = session.scalars(select(Person).where(Person.id.in_(sorted(wanted))).order_by(Person.id))
    found = {one.id: one.name for one in rows} | {one: said for one, said in NOBODY.items() if one in wanted}
    found |= {one: f"la caisse ({one.partition(':')[2]})" for one in wanted if one.startswith(f"{CAISSE}:")}
    return {one: unseen for one in wanted if unseen} | found


def unseen_by(by: Actor) -> str:
    """Return who is behind an answer whose author a reader does not see: the other party."""
    return "le partenaire" if by.caisse else NOBODY[CAISSE]
