"""The three lists as they stand for a caisse, and what they say against each other."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.terms import Terms
from governance.conventions.values.accounts import Profile
from governance.core import clock
from governance.core.refusals import NotFound
from governance.habilitations.agents.queries import AgentView, agents
from governance.habilitations.agents.rules import Check
from governance.habilitations.gaps.rules import Gap, Held, Lists, gaps
from governance.habilitations.lists.lines import ListKind, PortalLine
from governance.habilitations.lists.queries import Place, known_as, latest, live
from governance.habilitations.queries import Portal, portals
from governance.habilitations.rules import OPEN, State
from governance.habilitations.steps import terms_of
from governance.habilitations.tables import Account
from governance.people.contacts.rules import Relation
from governance.people.rules import Actor, Permission, require


@dataclass(frozen=True, slots=True)
class Report:
    """What three lists say against each other for a caisse on a day, and when each list was last kept."""

    portal: Portal
    terms: Terms
    gaps: tuple[Gap, ...]
    listed_at: datetime | None
    staffed_at: datetime | None


def places(session: Session, by: Actor, at: datetime) -> tuple[Portal, ...]:
    """Return the caisses with which the actor's structure has accounts to compare; raises Forbidden."""
    require(Permission.MANAGE_ACCOUNTS, by, by.structure)
    return tuple(one for one in portals(session, by.structure, at) if one.why_not is None)


def report(session: Session, relation: Relation, by: Actor, at: datetime) -> Report:
    """Return what the lists of a relation say against each other; raises Forbidden, NotFound."""
    portal = next((one for one in places(session, by, at) if one.relation == relation), None)
    if portal is None:
        raise NotFound("Cette convention n'est pas appliquée ici avec cette caisse, ou n'a pas de portail.")
    on = clock.day(at)
    listed = latest(session, Place(relation.structure, ListKind.PORTAL, relation.convention, relation.caisse))
    staffed = latest(session, Place(relation.structure, ListKind.STAFF))
    staff = agents(session, relation.structure, on, by=by)
    lists = Lists(
        on,
        tuple(one for one in listed[1] if isinstance(one, PortalLine)) if listed else None,
        frozenset(one.email for one in staffed[1]) if staffed else None,
        tuple(map(known_as, staff)),
        tuple(held_in(session, relation)),
        frozenset(one.email for one in staff if one.is_professional),
        frozenset(one.id for one in staff if _stands(one, Check.COMMITMENT, on)),
        {one.id: _until(one) for one in staff},
        portal.rooms,
        busy_in(session, relation.structure),
    )
    terms = terms_of(session, relation.convention, on, relation.structure)
    return Report(portal, terms, gaps(lists), listed and listed[0], staffed and staffed[0])


def held_in(session: Session, relation: Relation) -> list[Held]:
    """Return the accounts of the register for a relation, by identifier."""
    return [
        Held(
            row.id, row.agent_id, row.email, row.last_name, row.first_name, Profile(row.profile), State(row.state),
            row.fonction, row.phone,
        )
        for row in session.scalars(live(relation))
    ]  # fmt: skip


def busy_in(session: Session, structure: str) -> frozenset[str]:
    """Return the agents of a structure who have an open account, whatever the caisse."""
    wanted = select(Account.agent_id).where(Account.structure_id == structure, Account.state.in_(sorted(OPEN)))
    return frozenset(session.scalars(wanted.order_by(Account.agent_id)))


def _stands(one: AgentView, check: Check, on: date) -> bool:
    found = one.latest(check)
    return found is not None and found.attested.holds(on)


def _until(one: AgentView) -> date | None:
    found = one.latest(Check.TRAINING)
    return None if found is None else found.until or date.max
