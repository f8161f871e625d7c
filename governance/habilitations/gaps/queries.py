"""The three lists as they stand for a caisse, and what they say against each other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.terms import Terms
from governance.conventions.values.accounts import Profile
from governance.core import clock
from governance.core.refusals import NotFound
from governance.core.sealed_columns import opened_columns
from governance.habilitations.agents.queries import domains
from governance.habilitations.agents.rules import Check, is_professional
from governance.habilitations.gaps.rules import Gap, Held, Lists, gaps
from governance.habilitations.lists.lines import ListKind, PortalLine
from governance.habilitations.lists.plans import Known
from governance.habilitations.lists.queries import Place, latest, latest_addresses, live_in
from governance.habilitations.queries import Portal, portals
from governance.habilitations.rules import OPEN, State
from governance.habilitations.steps import terms_of
from governance.habilitations.tables import Account, Agent, Attestation
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
    staffed = latest_addresses(session, Place(relation.structure, ListKind.STAFF))
    lines = tuple(one for one in listed[1] if isinstance(one, PortalLine)) if listed else None
    staff, said = declared(session, relation.structure), domains(session, relation.structure)
    lists = Lists(
        on,
        lines,
        staffed[1] if staffed else None,
        staff,
        tuple(held_in(session, relation, lines or ())),
        frozenset(one.email for one in staff if is_professional(one.email, said)),
        frozenset(agent for agent, until in ends(session, relation.structure, Check.COMMITMENT).items() if on <= until),
        ends(session, relation.structure, Check.TRAINING),
        portal.rooms,
        busy_in(session, relation.structure),
    )
    terms = terms_of(session, relation.convention, on, relation.structure)
    return Report(portal, terms, gaps(lists), listed and listed[0], staffed and staffed[0])


def declared(session: Session, structure: str) -> tuple[Known, ...]:
    """Return the staff of a structure, leavers included until they are forgotten."""
    names = ("id", "email", "last_name", "first_name", "left_on")
    here = (Agent.structure_id == structure, Agent.forgotten_on.is_(None))
    rows = opened_columns(session, Agent, names, *here)
    return tuple(Known(agent, email, last, first, left_on=left) for agent, email, last, first, left in rows)


def ends(session: Session, structure: str, check: Check) -> dict[str, date]:
    """Return until when the latest attestation of a check holds, by agent; withdrawn ones apart, expired ones not."""
    rows = session.execute(
        select(Attestation.agent_id, Attestation.until)
        .where(
            Attestation.structure_id == structure, Attestation.withdrawn_at.is_(None), Attestation.kind == check.value
        )
        .order_by(Attestation.day, Attestation.attested_at, Attestation.id.desc())
    )  # fmt: skip
    return {agent: until or date.max for agent, until in rows}


def held_in(session: Session, relation: Relation, lines: Iterable[PortalLine]) -> Iterator[Held]:
    """Give the accounts of the register for a relation; of what the portal's lines never tell, nothing is read."""
    told = [name for name in ("fonction", "phone") if any(getattr(one, name) for one in lines)]
    names = ("id", "agent_id", "email", "last_name", "first_name", "profile", "state", *told)
    for row in opened_columns(session, Account, names, *live_in(relation)):
        account, agent, email, last_name, first_name, profile, state, *more = row
        known = dict(zip(told, more, strict=True))
        yield Held(account, agent, email, last_name, first_name, Profile(profile), State(state), **known)


def busy_in(session: Session, structure: str) -> frozenset[str]:
    """Return the agents of a structure who have an open account, whatever the caisse."""
    wanted = select(Account.agent_id).where(Account.structure_id == structure, Account.state.in_(sorted(OPEN)))
    return frozenset(session.scalars(wanted.order_by(Account.agent_id)))
