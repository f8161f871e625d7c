"""Writes what a list says, all at once: five thousand lines in one transaction, told to the trail as counts.

Each account that is taken up begins its own history; what an agent's line changed stays readable in the list's preview
until it is kept, and the attestations carry who said so and when.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.conventions.values.accounts import Profile
from governance.core.refusals import Conflict
from governance.core.storage import new_id
from governance.habilitations.agents.rules import Check, Tie
from governance.habilitations.lists.lines import PortalLine, PortalState, StaffLine
from governance.habilitations.lists.plans import Changed, PortalPlan, StaffPlan
from governance.habilitations.lists.queries import live
from governance.habilitations.rules import State
from governance.habilitations.steps import gestionnaires, welcome
from governance.habilitations.tables import Account, AccountEvent, Agent, Attestation
from governance.people.contacts.rules import Relation
from governance.people.rules import Actor

TAKEN_UP = "Repris de la liste du portail."
_STATES = {PortalState.ACTIVE: State.ACTIVE, PortalState.PENDING: State.GRANTED}
_OF_AGENT = ("last_name", "first_name", "civility", "fonction", "phone", "joined_on", "left_on")


class Writer(NamedTuple):
    """Who writes, where, and on which day."""

    session: Session
    structure: str
    by: Actor
    at: datetime
    on: date


def write_staff(plan: StaffPlan, writer: Writer) -> dict[str, int]:
    """Declare the new, change the known, attest what is dated; returns counts for the trail. Raises Conflict."""
    attested = 0
    for line in plan.created:
        agent = Agent(id=new_id(), structure_id=writer.structure, declared_at=writer.at, declared_by=writer.by.id)
        agent.email, agent.civility, agent.fonction = line.email, line.civility or "", line.fonction
        agent.last_name, agent.first_name, agent.phone = line.last_name, line.first_name, line.phone
        agent.tie, agent.joined_on, agent.left_on = (line.tie or Tie.AGENT).value, line.joined_on, line.left_on
        writer.session.add(agent)
        attested += _attest(line, agent.id, frozenset({"committed_on", "trained_on"}), writer)
    attested += sum(_change(one, writer) for one in plan.changed)
    _flush(writer.session)
    counts = {"created": len(plan.created), "changed": len(plan.changed), "unchanged": len(plan.unchanged)}
    return counts | {"attested": attested, "absent": len(plan.absent)}


def write_portal(plan: PortalPlan, relation: Relation, writer: Writer) -> dict[str, int]:
    """Take up in the register the accounts of declared agents; returns counts for the trail. Raises Conflict.

    It ends none: what the portal closed is told as a gap, and the last gestionnaire stays (A11).
    """
    agents = _agents(writer)
    _note_seen(plan, relation, writer)
    ordered = sorted(plan.taken, key=lambda one: one.profile is not Profile.GESTIONNAIRE)
    rows = [_account(line, agents[line.email], relation, writer) for line in ordered]
    writer.session.add_all(rows)
    _flush(writer.session)
    writer.session.add_all(_event(row, writer) for row in rows)
    _flush(writer.session)
    first = next(iter(gestionnaires(writer.session, relation, State.ACTIVE)), None)
    if first is not None:
        welcome(writer.session, first, writer.at)
    _flush(writer.session)
    counts = {"taken": len(plan.taken), "known": len(plan.known), "undeclared": len(plan.undeclared)}
    return counts | {"closed": len(plan.closed), "new": plan.new, "changed": plan.changed, "gone": plan.gone}


def _change(changed: Changed, writer: Writer) -> int:
    agent, line, fields = writer.session.get_one(Agent, changed.id), changed.line, changed.fields
    for field in _OF_AGENT:
        if field in fields:
            setattr(agent, field, getattr(line, field))
    if "tie" in fields and line.tie is not None:
        agent.tie = line.tie.value
    return _attest(line, agent.id, fields, writer)


def _attest(line: StaffLine, agent: str, fields: frozenset[str], writer: Writer) -> int:
    dated: list[tuple[Check, date, date | None]] = []
    if "committed_on" in fields and line.committed_on is not None:
        dated.append((Check.COMMITMENT, line.committed_on, None))
    if fields & {"trained_on", "trained_until"} and line.trained_on is not None:
        dated.append((Check.TRAINING, line.trained_on, line.trained_until))
    for check, day, until in dated:
        said = Attestation(id=new_id(), structure_id=writer.structure, agent_id=agent, kind=check.value, day=day)
        said.until, said.attested_at, said.attested_by = until, writer.at, writer.by.id
        writer.session.add(said)
    return len(dated)


def _note_seen(plan: PortalPlan, relation: Relation, writer: Writer) -> None:
    """Note, of the accounts that the register has, that the portal lists them, and their last sign-in."""
    seen = {one.key: one.last_seen_on for one in plan.known}
    for account in writer.session.scalars(live(relation)):
        if (account.email, account.profile) in seen:
            account.listed_on = writer.on
            account.last_sign_in = seen[account.email, account.profile] or account.last_sign_in


def _account(line: PortalLine, agent: Agent, relation: Relation, writer: Writer) -> Account:
    state, since = _STATES[line.state], line.created_on or writer.on
    account = Account(id=new_id(), structure_id=relation.structure, convention=relation.convention)
    account.caisse, account.agent_id, account.profile, account.state = relation.caisse, agent.id, line.profile, state
    account.civility, account.last_name = line.civility or agent.civility, line.last_name
    account.first_name, account.fonction = line.first_name, line.fonction or agent.fonction
    account.email, account.phone = line.email, line.phone or agent.phone
    account.asked_on, account.granted_on, account.changed_on = since, since, since
    account.cgu_on = since if state is State.ACTIVE else None
    account.last_sign_in, account.listed_on = line.last_seen_on, writer.on
    return account


def _event(account: Account, writer: Writer) -> AccountEvent:
    return AccountEvent(
        id=new_id(), structure_id=account.structure_id, convention=account.convention, caisse=account.caisse,
        account_id=account.id, number=1, at=writer.at, day=account.changed_on, done_by=writer.by.id,
        role=writer.by.capacity, before=None, after=account.state, reason=None, words=TAKEN_UP,
    )  # fmt: skip


def _agents(writer: Writer) -> dict[str, Agent]:
    rows: Iterable[Agent] = writer.session.scalars(
        select(Agent).where(Agent.structure_id == writer.structure).order_by(Agent.id)
    )
    return {row.email: row for row in rows}


def _flush(session: Session) -> None:
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        raise Conflict(
            "Des agents ou des comptes ont changé pendant l'enregistrement : rien n'est écrit, regardez de nouveau.",
            field="file",
        ) from error
