"""Forgetting: who left and whom the portal shows no more; then, five years after a convention, what proved its life.

Nothing here is asked by a person: time alone decides. Done late it does what was due; done again it does nothing.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from governance.conventions.life.queries import End, NotApplied, course_in, ends
from governance.core import trail
from governance.core.domains import Domain
from governance.destruction.covering import held_whole
from governance.habilitations.rosters.tables import RosterRequest, SentRoster
from governance.habilitations.rules import State, is_forgettable, is_past
from governance.habilitations.steps import SERVICE, lock, today
from governance.habilitations.tables import Account, AccountChange, AccountEvent, Agent, Attestation, Vacancy

NOBODY = "Personne partie"
# No mailbox can bear it (RFC 6761, § 6.4); each is its own, for an address names one agent of a structure.
NOWHERE = "invalid"

_OF_RELATION = (RosterRequest, SentRoster, Vacancy, AccountChange, AccountEvent)
OF_ACCOUNTS = (*_OF_RELATION, Account)  # what goes five years after a convention


class Removed(NamedTuple):
    """How many accounts went with their history, and how many of those who held them."""

    accounts: int = 0
    agents: int = 0


class Forgotten(NamedTuple):
    """Somebody who was forgotten, by the opaque identifier that stays."""

    structure: str
    agent: str


def forget_leavers(session: Session, at: datetime) -> int:
    """Erase the identity of those who left and whose accounts are all over and unseen (A15); return how many.

    A hold that covers everything keeps the holders of that convention's accounts known until it is released.
    """
    done, kept = 0, held_whole(session)
    hidden = exists().where(Account.agent_id == Agent.id, Account.state == State.HIDDEN)
    gone = select(Agent.id, Agent.structure_id).where(Agent.forgotten_on.is_(None), Agent.left_on <= today(at), hidden)
    for agent_id, structure in session.execute(gone.order_by(Agent.structure_id, Agent.id)).all():
        lock(session, structure)
        agent = session.get_one(Agent, agent_id, populate_existing=True)
        held = _accounts(session, agent_id)
        if not kept.isdisjoint(Domain(one.structure_id, one.convention) for one in held):
            continue
        if is_forgettable(agent.left_on, [State(one.state) for one in held], today(at)):
            _forget(session, agent, held, at)
            done += 1
    return done


def remove_past(session: Session, at: datetime) -> Removed:
    """Remove what was kept of conventions that ended with a caisse more than five years ago; return how much.

    Those who held these accounts go too, with what was attested of them, when they have left and hold no other.
    """
    accounts = agents = 0
    kept = held_whole(session)
    for end in ends(session):
        if Domain(end.structure, end.convention) in kept:
            continue
        if not is_past(end.over_from, today(at)) or not _is_over_since_long(session, end, today(at)):
            continue
        lock(session, end.structure)
        removed = _remove(session, end, at)
        accounts, agents = accounts + removed.accounts, agents + removed.agents
    return Removed(accounts, agents)


def forgotten(session: Session) -> tuple[Forgotten, ...]:
    """Return everybody who was forgotten."""
    rows = session.execute(
        select(Agent.structure_id, Agent.id).where(Agent.forgotten_on.is_not(None)).order_by(Agent.id)
    )
    return tuple(Forgotten(structure, agent) for structure, agent in rows)


def known(session: Session, agents: Collection[str]) -> int:
    """Return how many of these, forgotten once, can be named here: the database is older than that."""
    asked = select(func.count()).select_from(Agent).where(Agent.id.in_(agents), Agent.forgotten_on.is_(None))
    return session.scalar(asked) or 0


def forget_named(session: Session, agents: Collection[str], at: datetime) -> int:
    """Erase once more the identity of those who were forgotten, in a database that knows them; return how many."""
    done = 0
    for agent_id in sorted(agents):
        agent = session.get(Agent, agent_id)
        if agent is not None and agent.forgotten_on is None:
            lock(session, agent.structure_id)
            _forget(session, agent, _accounts(session, agent_id), at)
            done += 1
    return done


def _forget(session: Session, agent: Agent, held: Collection[Account], at: datetime) -> None:
    rows: tuple[Agent | Account, ...] = (agent, *held)
    for row in rows:
        row.civility = row.first_name = row.fonction = ""
        row.last_name, row.phone = NOBODY, None
    agent.email, agent.forgotten_on = f"{agent.id}@{NOWHERE}", today(at)
    mine = [one.id for one in held]
    for account in held:
        account.email = ""
    changes = session.scalars(
        select(AccountChange).where(AccountChange.account_id.in_(mine)).order_by(AccountChange.id)
    ).all()
    for change in changes:
        change.value, change.former = "", None
    said = (AccountEvent.account_id.in_(mine), AccountEvent.words.is_not(None))
    events = session.scalars(select(AccountEvent).where(*said).order_by(AccountEvent.id)).all()
    for event in events:
        event.words = None  # of a step, the database lets this alone change
    session.flush()
    trail.record(
        session, "agent.forgotten", agent.id, by=SERVICE, structure=agent.structure_id, at=at,
        accounts=len(mine), changes=len(changes), words=len(events),
    )  # fmt: skip


def _is_over_since_long(session: Session, end: End, on: date) -> bool:
    """Say whether a convention that ended has not begun again, nor ended later than what was set off says."""
    try:
        lives = course_in(session, end.structure, end.convention, on).lives
    except NotApplied:
        return True
    mine = [one for one in lives if one.caisse == end.caisse]
    return all(one.is_over and one.ending is not None and is_past(one.ending.over_from, on) for one in mine)


def _remove(session: Session, end: End, at: datetime) -> Removed:
    here = _in(Account, end)
    holders = set(session.scalars(select(Account.agent_id).where(*here).order_by(Account.agent_id)))
    count = session.scalar(select(func.count()).select_from(Account).where(*here)) or 0
    others = 0
    for table in _OF_RELATION:
        others += session.scalar(select(func.count()).select_from(table).where(*_in(table, end))) or 0
    if not count + others:
        return Removed()
    for table in _OF_RELATION:
        session.execute(delete(table).where(*_in(table, end)))
    session.execute(update(Account).where(*here).values(manager_id=None))
    session.execute(delete(Account).where(*here))
    agents = _remove_holders(session, holders, today(at))
    trail.record(
        session, "portal_account.removed", f"{end.convention}/{end.caisse}", by=SERVICE, structure=end.structure,
        at=at, accounts=count, others=others, agents=agents, ended=end.over_from.isoformat(),
    )  # fmt: skip
    return Removed(count, agents)


def _remove_holders(session: Session, holders: Collection[str], on: date) -> int:
    held = exists().where(Account.agent_id == Agent.id)
    gone = list(
        session.scalars(select(Agent.id).where(Agent.id.in_(holders), Agent.left_on <= on, ~held).order_by(Agent.id))
    )
    session.execute(delete(Attestation).where(Attestation.agent_id.in_(gone)))
    session.execute(delete(Agent).where(Agent.id.in_(gone)))
    return len(gone)


def _accounts(session: Session, agent_id: str) -> list[Account]:
    wanted = select(Account).where(Account.agent_id == agent_id).order_by(Account.id)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def _in(table: type, end: End) -> tuple[ColumnElement[bool], ...]:
    names = {"structure_id": end.structure, "convention": end.convention, "caisse": end.caisse}
    return tuple(getattr(table, name) == value for name, value in names.items())
