"""How an account comes to be: asked of the caisse or created by a gestionnaire, granted, its conditions accepted."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.conventions.life.queries import check_open
from governance.conventions.terms import Terms
from governance.conventions.values.accounts import Profile
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.core.storage import new_id
from governance.habilitations import notices
from governance.habilitations.agents import queries as agents
from governance.habilitations.agents.presenting import said_checks
from governance.habilitations.agents.rules import check_address
from governance.habilitations.quotas import Room, check_room, room
from governance.habilitations.rules import LIVE, State, check_day, granted_after_signature, granted_by
from governance.habilitations.steps import (
    When,
    Why,
    begin,
    found,
    gestionnaires,
    holidays_at,
    lock,
    relation_of,
    step,
    terms_of,
    today,
    welcome,
)
from governance.habilitations.tables import Account, Agent
from governance.people.contacts.rules import Relation
from governance.people.queries import adoptions
from governance.people.rules import Actor, Permission, may, require


class NoPortal(Conflict):
    """No convention of use of the portal is known: no account can be asked for."""


class NotReady(Conflict):
    """Something that the convention wants checked before an account serves is not attested."""


def request_gestionnaire(
    session: Session, relation: Relation, agent_id: str, signed_on: date | None = None, *, by: Actor, at: datetime
) -> str:
    """Ask the caisse for the account of a gestionnaire (A5), and return it; the caisse is written to, and has 5 days.

    `signed_on`: when the convention was signed, if lately: the second clock of A6 (K6). Raises NoPortal, OverQuota,
    NoSize, BadAddress, Conflict (one is there already), Invalid.
    """
    day, agent, terms = _candidate(session, relation, agent_id, by, at)
    if agent.phone is None:
        raise Invalid("La caisse demande un numéro de téléphone : complétez la fiche de cet agent.", field="agent")
    if signed_on is not None and signed_on > day:
        raise Invalid("Ce jour n'est pas encore venu.", field="signed_on")
    account = _account(session, relation, agent, Profile.GESTIONNAIRE, day)
    account.due_on = granted_by(
        terms.A6.operative, day, holidays_at(session, relation.convention, relation.caisse, relation.structure)
    )
    account.signature_due_on = granted_after_signature(terms.A6.operative, signed_on)
    _add(session, account)
    begin(session, account, State.REQUESTED, Why(), by, When(day, at))
    notices.request(session, account, at)
    return account.id


def create_technicien(
    session: Session, relation: Relation, agent_id: str, manager_id: str, *, by: Actor, at: datetime
) -> str:
    """Record the account that a gestionnaire creates (A7), once all that the convention wants is attested (A18 to A22).

    Raises NoPortal, NotReady, OverQuota, NoSize, BadAddress, Conflict, NotFound.
    """
    day, agent, _ = _candidate(session, relation, agent_id, by, at)
    if lacking := agents.missing_of(session, agent.id, day):
        raise NotReady(f"Attestez d'abord pour cet agent : {said_checks(lacking)}.", field="agent")
    if manager_id not in {one.id for one in gestionnaires(session, relation, State.ACTIVE)}:
        said = "Un compte de technicien est créé par un gestionnaire actif auprès de cette caisse."
        raise Conflict(said, field="manager")
    account = _account(session, relation, agent, Profile.TECHNICIEN, day)
    account.manager_id, account.granted_on = manager_id, day
    _add(session, account)
    begin(session, account, State.GRANTED, Why(), by, When(day, at))
    return account.id


def grant(session: Session, account_id: str, day: date, *, by: Actor, at: datetime) -> None:
    """Say that the caisse created the account, on a day: the caisse itself, or the partner who heard of it."""
    account = _of_either_side(session, account_id, by)
    check_day(day, account.asked_on, today(at))
    step(session, account, State.GRANTED, Why(), by, When(day, at))
    account.granted_on = day
    if by.structure != account.structure_id:
        notices.answered(session, account, at, refused=None)


def refuse(session: Session, account_id: str, why: Why, *, by: Actor, at: datetime) -> None:
    """Say that the caisse refuses the account, and why; raises Invalid without words."""
    account = _of_either_side(session, account_id, by)
    if not why.words.strip():
        raise Invalid("Dites au partenaire pourquoi.", field="words")
    step(session, account, State.REFUSED, why, by, When(today(at), at))
    if by.structure != account.structure_id:
        notices.answered(session, account, at, refused=" ".join(why.words.split()))


def withdraw(session: Session, account_id: str, why: Why, *, by: Actor, at: datetime) -> None:
    """Take back a request that the caisse has not answered."""
    account = found(session, account_id, Permission.MANAGE_ACCOUNTS, by)
    step(session, account, State.WITHDRAWN, why, by, When(today(at), at))
    notices.withdrawn(session, account, at)


def accept_cgu(session: Session, account_id: str, day: date, *, by: Actor, at: datetime) -> None:
    """Say that its holder signed in and accepted the conditions of use (A17): the account is active.

    A gestionnaire receives the techniciens whom nobody manages, and ends the vacancy.
    """
    account = found(session, account_id, Permission.MANAGE_ACCOUNTS, by)
    check_day(day, account.changed_on, today(at))
    step(session, account, State.ACTIVE, Why(), by, When(day, at))
    account.cgu_on = day
    session.flush()
    welcome(session, account, at)


def check_portal(session: Session, relation: Relation, day: date) -> Terms:
    """Return the terms under which accounts are opened; raises NoPortal, NotFound, NotInForce once they have ended."""
    if relation.convention not in {one.code for one in adoptions(session, relation.structure)}:
        raise NotFound("Votre structure n'applique pas cette convention.", field="relation")
    terms = terms_of(session, relation.convention, day, relation.structure)
    if terms.A1.operative is None:
        raise NoPortal(
            "Le dossier de cette convention ne contient pas de convention d'utilisation du portail : aucun compte ne "
            "peut être demandé.",
            field="relation",
        )
    if relation.caisse not in {one.code for one in terms.caisses}:
        raise NotFound("Cette convention ne nomme pas cette caisse.", field="relation")
    check_open(session, relation, day, field="relation")
    return terms


def room_in(session: Session, relation: Relation, profile: Profile, day: date, members: int | None) -> Room:
    """Return how a profile stands before its ceiling: persons are counted once, whatever the caisse (A2, A3)."""
    terms = terms_of(session, relation.convention, day, relation.structure)
    held = session.scalar(
        select(func.count(func.distinct(Account.agent_id))).where(
            Account.structure_id == relation.structure, Account.convention == relation.convention,
            Account.profile == profile, Account.state.in_(LIVE),
        )
    )  # fmt: skip
    return room(profile, terms.A2 if profile is Profile.GESTIONNAIRE else terms.A3, members, held or 0)


def _candidate(
    session: Session, relation: Relation, agent_id: str, by: Actor, at: datetime
) -> tuple[date, Agent, Terms]:
    """Return the day, the agent and the terms of an account to open, its structure locked."""
    require(Permission.MANAGE_ACCOUNTS, by, relation.structure)
    lock(session, relation.structure)
    day, agent = today(at), _staff(session, agent_id, relation.structure, at)
    terms = check_portal(session, relation, day)
    check_address(agent.email, agents.domains(session, relation.structure))
    return day, agent, terms


def _check_room(session: Session, relation: Relation, profile: Profile, agent: Agent, day: date) -> None:
    # Who holds one already at another caisse of the same convention is counted already.
    already = session.scalar(
        select(Account.id).where(
            Account.agent_id == agent.id, Account.convention == relation.convention, Account.profile == profile,
            Account.state.in_(LIVE),
        ).limit(1)
    )  # fmt: skip
    if already is None:
        terms = terms_of(session, relation.convention, day, relation.structure)
        cited = terms.A2 if profile is Profile.GESTIONNAIRE else terms.A3
        members = agents.members(session, relation.structure, day)
        check_room(room_in(session, relation, profile, day, members), f"{relation.convention}, {cited.article}")


def _staff(session: Session, agent_id: str, structure_id: str, at: datetime) -> Agent:
    row = session.get(Agent, agent_id)
    if row is None or row.structure_id != structure_id:
        raise NotFound("Cet agent n'est pas déclaré dans votre structure.", field="agent")
    if row.left_on is not None and row.left_on <= today(at):
        raise Conflict("Cet agent a quitté la structure.", field="agent")
    return row


def _account(session: Session, relation: Relation, agent: Agent, profile: Profile, day: date) -> Account:
    _check_room(session, relation, profile, agent, day)
    return Account(
        id=new_id(), structure_id=relation.structure, convention=relation.convention, caisse=relation.caisse,
        agent_id=agent.id, profile=profile.value, state=State.REQUESTED.value, civility=agent.civility,
        last_name=agent.last_name, first_name=agent.first_name, fonction=agent.fonction, email=agent.email,
        phone=agent.phone, asked_on=day, changed_on=day, members=agents.members(session, relation.structure, day),
    )  # fmt: skip


def _add(session: Session, account: Account) -> None:
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        raise Conflict("Cet agent a déjà un compte de ce profil auprès de cette caisse.", field="agent") from error


def _of_either_side(session: Session, account_id: str, by: Actor) -> Account:
    account = found(session, account_id, Permission.READ_ACCOUNTS, by)
    where = {"convention": account.convention, "caisse": account.caisse}
    theirs = may(Permission.GRANT_ACCOUNTS, by, account.structure_id, **where)
    if not theirs:
        require(Permission.MANAGE_ACCOUNTS, by, account.structure_id, **where)
    return account


__all__ = [
    "NoPortal", "NotReady", "accept_cgu", "check_portal", "create_technicien", "grant", "refuse", "relation_of",
    "request_gestionnaire", "room_in", "withdraw",
]  # fmt: skip
