"""What may be read of a structure's staff: who is declared, what is attested, its size, its domains of addresses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from governance.core.domains import Domain
from governance.core.refusals import NotFound
from governance.core.sealed_columns import opened_columns
from governance.core.sealed_rows import is_equal
from governance.habilitations.agents.rules import Attested, Check, DomainKind, Tie, is_professional, missing
from governance.habilitations.tables import Agent, Attestation, EmailDomain, StructureSize
from governance.people.rules import Actor, Permission, require
from governance.people.tables import Person


@dataclass(frozen=True, slots=True)
class AttestationView:
    """An attestation, read: what, when, until when, who said so, and whether it was withdrawn."""

    id: str
    check: Check
    day: date
    until: date | None
    attested_at: datetime
    attested_by: str
    withdrawn_at: datetime | None

    @property
    def attested(self) -> Attested:
        """Return it as the rules see it."""
        return Attested(self.check, self.day, self.until, self.withdrawn_at is not None)


@dataclass(frozen=True, slots=True)
class AgentView:
    """A member of staff, with what is attested, the latest first, and what is missing on the day asked."""

    id: str
    civility: str
    last_name: str
    first_name: str
    fonction: str
    email: str
    phone: str | None
    tie: Tie
    joined_on: date | None
    left_on: date | None
    attestations: tuple[AttestationView, ...]
    missing: tuple[Check, ...]
    is_professional: bool
    forgotten_on: date | None = None

    @property
    def name(self) -> str:
        """Return first name and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def latest(self, check: Check) -> AttestationView | None:
        """Return the latest attestation of a check that was not withdrawn, expired or not."""
        return next((one for one in self.attestations if one.check is check and one.withdrawn_at is None), None)

    def is_gone(self, on: date) -> bool:
        """Say whether they have left the structure on a day."""
        return self.left_on is not None and self.left_on <= on


@dataclass(frozen=True, slots=True)
class SizeView:
    """How many members a structure counted since a day, on what ground."""

    members: int
    since: date
    source: str
    told_at: datetime


def agents(session: Session, structure: str, on: date, *, by: Actor) -> tuple[AgentView, ...]:
    """Return the staff a structure declares, by last name then first name, leavers included until they are forgotten.

    Raises Forbidden.
    """
    require(Permission.READ_ACCOUNTS, by, structure)
    known = (Agent.structure_id == structure, Agent.forgotten_on.is_(None))
    rows = [_Row(*told) for told in opened_columns(session, Agent, _Row._fields, *known)]
    held, said = _attestations(session, structure), domains(session, structure)
    views = (_view(row, held.get(row.id, ()), said, on) for row in rows)
    return tuple(sorted(views, key=lambda one: (one.last_name.casefold(), one.first_name.casefold(), one.id)))


def find_agent(session: Session, agent_id: str, on: date, *, by: Actor) -> AgentView:
    """Return one of them; raises Forbidden, NotFound."""
    require(Permission.READ_ACCOUNTS, by, by.structure)
    row = session.get(Agent, agent_id)
    if row is None or row.structure_id != by.structure:
        raise NotFound("Cet agent n'est pas déclaré dans votre structure.", field="agent")
    held = _of(session.scalars(_latest_first().where(Attestation.agent_id == row.id)))
    return _view(row, held.get(row.id, ()), domains(session, row.structure_id), on)


def agent_with_email(session: Session, structure: str, email: str) -> str | None:
    """Return the identifier of the agent who has an address in a structure, or None."""
    wanted = is_equal(session, Agent.email, email.strip().lower(), Domain(structure))
    return session.scalar(select(Agent.id).where(Agent.structure_id == structure, wanted))


def own_agent(session: Session, by: Actor) -> str | None:
    """Return the identifier of the agent whom the person asking is, told by their address, or None."""
    person = session.get(Person, by.id)
    return None if person is None else agent_with_email(session, by.structure, person.email)


def missing_of(session: Session, agent_id: str, on: date) -> tuple[Check, ...]:
    """Return what is not attested of an agent on a day."""
    rows = _of(session.scalars(_latest_first().where(Attestation.agent_id == agent_id)))
    return missing((one.attested for one in rows.get(agent_id, ())), on)


def domains(session: Session, structure: str) -> Mapping[str, DomainKind]:
    """Return what a structure says of domains, by domain in alphabetical order."""
    rows = session.scalars(
        select(EmailDomain).where(EmailDomain.structure_id == structure).order_by(EmailDomain.domain)
    )
    return {row.domain: DomainKind(row.kind) for row in rows}


def sizes(session: Session, structure: str, *, by: Actor) -> tuple[SizeView, ...]:
    """Return the sizes that were told of a structure, the latest first; raises Forbidden."""
    require(Permission.READ_ACCOUNTS, by, structure)
    rows = session.scalars(_sizes(structure))
    return tuple(SizeView(row.members, row.since, row.source, row.told_at) for row in rows)


def members(session: Session, structure: str, on: date) -> int | None:
    """Return how many members a structure counts on a day, None when nobody has told."""
    wanted = _sizes(structure).where(StructureSize.since <= on).limit(1)
    row = session.scalars(wanted).first()
    return None if row is None else row.members


def _sizes(structure: str) -> Select[StructureSize]:
    latest = (StructureSize.since.desc(), StructureSize.told_at.desc(), StructureSize.id)
    return select(StructureSize).where(StructureSize.structure_id == structure).order_by(*latest)


def _latest_first() -> Select[Attestation]:
    return _order(select(Attestation))


def _order(wanted: Select[Any]) -> Select[Any]:
    return wanted.order_by(Attestation.day.desc(), Attestation.attested_at.desc(), Attestation.id)


def _attestations(session: Session, structure: str) -> Mapping[str, tuple[AttestationView, ...]]:
    # No object for each: a structure has several for each of thousands of agents.
    told = (getattr(Attestation, name) for name in _Given._fields)
    rows = session.execute(_order(select(*told).where(Attestation.structure_id == structure)))
    return _of(starmap(_Given, rows))


def _of(rows: "Iterable[Attestation | _Given]") -> Mapping[str, tuple[AttestationView, ...]]:
    found: dict[str, list[AttestationView]] = defaultdict(list)
    for row in rows:
        said = (row.id, Check(row.kind), row.day, row.until, row.attested_at, row.attested_by, row.withdrawn_at)
        found[row.agent_id].append(AttestationView(*said))
    return {agent: tuple(views) for agent, views in found.items()}


class _Row(NamedTuple):
    id: str
    civility: str
    last_name: str
    first_name: str
    fonction: str
    email: str
    phone: str | None
    tie: str
    joined_on: date | None
    left_on: date | None
    forgotten_on: date | None


class _Given(NamedTuple):
    agent_id: str
    id: str
    kind: str
    day: date
    until: date | None
    attested_at: datetime
    attested_by: str
    withdrawn_at: datetime | None


def _view(row: Agent | _Row, held: tuple[AttestationView, ...], said: Mapping[str, DomainKind], on: date) -> AgentView:
    lacking = missing((one.attested for one in held), on)
    return AgentView(
        row.id, row.civility, row.last_name, row.first_name, row.fonction, row.email, row.phone, Tie(row.tie),
        row.joined_on, row.left_on, held, lacking, is_professional(row.email, said),
        row.forgotten_on,
    )  # fmt: skip
