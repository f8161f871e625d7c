"""What can be done about staff: declare, correct, say that somebody left, attest; and the structure's own settings."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.core import clock, trail
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.core.storage import new_id
from governance.habilitations.agents.queries import domains
from governance.habilitations.agents.rules import (
    Check,
    Civility,
    DomainKind,
    Tie,
    check_address,
    check_until,
    clean_domain,
    clean_line,
    clean_phone,
    shipped_webmails,
)
from governance.habilitations.tables import Agent, Attestation, EmailDomain, StructureSize
from governance.people.rules import Actor, Permission, clean_email, require

LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class AgentDraft:
    """What is typed of a member of staff."""

    civility: Civility
    last_name: str = field(repr=False)
    first_name: str = field(repr=False)
    fonction: str = field(repr=False)
    email: str = field(repr=False)
    phone: str = field(default="", repr=False)
    tie: Tie = Tie.AGENT
    joined_on: date | None = None


def declare_agent(session: Session, structure: str, draft: AgentDraft, *, by: Actor, at: datetime) -> str:
    """Declare a member of staff and return their identifier; raises Invalid, and Conflict for an address taken."""
    require(Permission.MANAGE_ACCOUNTS, by, structure)
    row = Agent(id=new_id(), structure_id=structure, declared_at=at, declared_by=by.id)
    _write(row, clean_draft(draft))
    _saved(session, row)
    trail.record(session, "agent.declared", row.id, by=by, structure=structure, at=at, tie=row.tie)
    return row.id


def correct_agent(session: Session, agent_id: str, draft: AgentDraft, *, by: Actor, at: datetime) -> None:
    """Correct what is declared of somebody; a new address must be attested anew. Raises Invalid, Conflict, NotFound."""
    row = _found(session, agent_id, by)
    former = row.email
    _write(row, clean_draft(draft))
    _saved(session, row)
    if row.email != former:
        _withdraw(session, row.id, Check.EMAIL, by, at)
    trail.record(session, "agent.corrected", row.id, by=by, structure=row.structure_id, at=at)


def say_left(session: Session, agent_id: str, on: date | None, *, by: Actor, at: datetime) -> None:
    """Say on which day somebody leaves the structure, or (None) that they stay; their accounts are then to be closed.

    Raises Invalid before their arrival, NotFound.
    """
    row = _found(session, agent_id, by)
    if on is not None and row.joined_on is not None and on < row.joined_on:
        raise Invalid("Ce jour précède son arrivée.", field="left_on")
    row.left_on = on
    session.flush()
    told = {"left": on and on.isoformat()}
    trail.record(session, "agent.left", row.id, by=by, structure=row.structure_id, at=at, **told)


def attest(
    session: Session, agent_id: str, check: Check, dated: tuple[date, date | None], *, by: Actor, at: datetime
) -> str:
    """Record that something was checked of an agent on a day and, for a training, until when it holds (A18 to A22).

    Raises Invalid, BadAddress (an address outside the structure's domains), NotFound.
    """
    row = _found(session, agent_id, by)
    day, until = dated
    check_until(check, day, until, clock.day(at))
    if check is Check.EMAIL:
        check_address(row.email, domains(session, row.structure_id))
    said = Attestation(id=new_id(), structure_id=row.structure_id, agent_id=row.id, kind=check.value, day=day)
    said.until, said.attested_at, said.attested_by = until, at, by.id
    session.add(said)
    session.flush()
    told = {"check": check.value, "day": day.isoformat()}
    trail.record(session, "agent.attested", row.id, by=by, structure=row.structure_id, at=at, **told)
    return said.id


def withdraw_attestation(session: Session, agent_id: str, check: Check, *, by: Actor, at: datetime) -> None:
    """Say that what was attested of an agent is no longer so; raises NotFound."""
    row = _found(session, agent_id, by)
    if not _withdraw(session, row.id, check, by, at):
        raise NotFound("Rien de tel n'est attesté pour cet agent.", field="check")
    trail.record(
        session, "agent.attestation_withdrawn", row.id, by=by, structure=row.structure_id, at=at, check=check.value
    )


def tell_size(
    session: Session, structure: str, told: tuple[int, date], source: str, *, by: Actor, at: datetime
) -> None:
    """Say how many members a structure counts since a day, and where that comes from: what quotas depend on (A2, A3).

    A structure that shrinks keeps its accounts. Raises Invalid.
    """
    require(Permission.MANAGE_ACCOUNTS, by, structure)
    members, since = told
    if not 1 <= members <= LARGEST:
        raise Invalid(f"Un nombre de 1 à {LARGEST}.", field="members")
    if since > clock.day(at):
        raise Invalid("Ce jour n'est pas encore venu.", field="since")
    row = StructureSize(id=new_id(), structure_id=structure, members=members, since=since)
    row.source, row.told_at, row.told_by = clean_line(source, "source"), at, by.id
    session.add(row)
    session.flush()
    details = {"members": members, "since": since.isoformat()}
    trail.record(session, "structure.size_told", structure, by=by, structure=structure, at=at, **details)


def say_domain(session: Session, structure: str, typed: str, kind: DomainKind, *, by: Actor, at: datetime) -> str:
    """Say what a domain of addresses is for a structure, and return it as it is kept (A20).

    Raises Invalid, and Conflict for a public webmail called the structure's own.
    """
    require(Permission.MANAGE_ACCOUNTS, by, structure)
    domain = clean_domain(typed)
    known = domains(session, structure).get(domain)
    is_public = known is DomainKind.WEBMAIL or (known is None and domain in shipped_webmails())
    if kind is DomainKind.OWN and is_public:
        raise Conflict(
            "Ce domaine est dans la liste des messageries publiques : retirez-le d'abord de cette liste s'il est bien "
            "à votre structure.",
            field="domain",
        )
    session.merge(EmailDomain(structure_id=structure, domain=domain, kind=kind.value, said_at=at, said_by=by.id))
    session.flush()
    trail.record(session, "structure.domain_said", structure, by=by, structure=structure, at=at, kind=kind.value)
    return domain


def forget_domain(session: Session, structure: str, domain: str, *, by: Actor, at: datetime) -> None:
    """Take back what was said of a domain; raises NotFound."""
    require(Permission.MANAGE_ACCOUNTS, by, structure)
    row = session.get(EmailDomain, (structure, domain))
    if row is None:
        raise NotFound("Rien n'est dit de ce domaine.", field="domain")
    session.delete(row)
    session.flush()
    trail.record(session, "structure.domain_forgotten", structure, by=by, structure=structure, at=at)


def clean_draft(draft: AgentDraft) -> AgentDraft:
    """Return a draft as it is kept; raises Invalid, tied to its field."""
    return replace(
        draft,
        last_name=clean_line(draft.last_name, "last_name"),
        first_name=clean_line(draft.first_name, "first_name"),
        fonction=clean_line(draft.fonction, "fonction"),
        email=clean_email(draft.email),
        phone=clean_phone(draft.phone) or "",
    )


def _write(row: Agent, draft: AgentDraft) -> None:
    row.civility, row.last_name, row.first_name = draft.civility.value, draft.last_name, draft.first_name
    row.fonction, row.email, row.phone = draft.fonction, draft.email, draft.phone or None
    row.tie, row.joined_on = draft.tie.value, draft.joined_on


def _saved(session: Session, row: Agent) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict("Un agent déclaré a déjà cette adresse.", field="email") from error


def _found(session: Session, agent_id: str, by: Actor) -> Agent:
    row = session.get(Agent, agent_id, with_for_update=True)
    if row is None:
        raise NotFound("Cet agent n'est pas déclaré dans votre structure.", field="agent")
    require(Permission.MANAGE_ACCOUNTS, by, row.structure_id)
    if row.forgotten_on is not None:
        raise Conflict(
            "Cette personne est partie et ses données sont effacées : si elle revient, déclarez-la de nouveau."
        )
    return row


def _withdraw(session: Session, agent_id: str, check: Check, by: Actor, at: datetime) -> bool:
    rows = session.scalars(
        select(Attestation).where(
            Attestation.agent_id == agent_id, Attestation.kind == check.value, Attestation.withdrawn_at.is_(None)
        )
    ).all()
    for row in rows:
        row.withdrawn_at, row.withdrawn_by = at, by.id
    session.flush()
    return bool(rows)
