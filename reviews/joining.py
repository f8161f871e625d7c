"""Where reviews meet the accounts of the portal: whom to review, and how an account ends."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.values.accounts import Profile
from governance.core import clock, spans
from governance.core.refusals import NotFound
from governance.habilitations.actions import Leaving, inactivate_technicien, request_inactivation
from governance.habilitations.agents.queries import domains, members
from governance.habilitations.agents.rules import Attested, Check, DomainKind, is_professional
from governance.habilitations.queries import AccountView, live_accounts
from governance.habilitations.rules import LastOne, NotNow, Reason
from governance.habilitations.rules import State as AccountState
from governance.habilitations.steps import Why, terms_of
from governance.habilitations.tables import Account, Agent, Attestation
from governance.people.queries import actor_of
from governance.people.rules import Actor, Permission, command, may
from governance.people.tables import Person
from reviews.closing import Effect
from reviews.ending import Todo
from reviews.facts import Entry, Frame, Held, population
from reviews.opening import last_facts
from reviews.rules import Motive
from reviews.tables import ReviewDecision, ReviewEntry

# An account that is only asked for, or that already leaves, has nothing to be decided.
REVIEWED = frozenset({AccountState.GRANTED, AccountState.ACTIVE})

REASONS: Mapping[Motive, Reason] = {
    Motive.LEFT: Reason.DEPARTURE,
    Motive.OTHER_WORK: Reason.UNRELATED,
    Motive.UNUSED: Reason.REVIEW,
    Motive.DUPLICATE: Reason.REVIEW,
    Motive.UNFIT: Reason.REVIEW,
    Motive.OTHER: Reason.OTHER,
}


def entries_of(
    session: Session, structure: str, convention: str, on: date, *, caisse: str | None = None,
    only: Collection[str] | None = None,
) -> tuple[Entry, ...]:  # fmt: skip
    """Return the accounts of a structure to review on a day, all of them or `only` some, with what is amiss."""
    held = held_in(session, structure, convention)
    entries = population(held, frame(session, structure, convention, on), last_facts(session, structure, convention))
    wanted = (one for one in entries if caisse is None or one.held.caisse == caisse)
    return tuple(one for one in wanted if only is None or one.held.account in only)


def held_in(session: Session, structure: str, convention: str) -> tuple[Held, ...]:
    """Return the accounts open in a structure under a convention, as reviews see them."""
    said, left = domains(session, structure), _left(session, structure)
    attested = _attested(session, structure)
    has_domains = DomainKind.OWN in said.values()
    accounts = [one for one in live_accounts(session, structure, convention) if one.state in REVIEWED]
    return tuple(
        replace(
            _held(one, attested.get(one.agent_id, ())),
            left_on=left.get(one.agent_id),
            is_professional=not has_domains or is_professional(one.email, said),
        )
        for one in accounts
    )


def frame(session: Session, structure: str, convention: str, on: date) -> Frame:
    """Return what accounts are looked at against on a day."""
    return Frame(on, ceilings(session, structure, convention, on, members(session, structure, on)))


def ceilings(session: Session, structure: str, convention: str, on: date, size: int | None) -> Mapping[Profile, int]:
    """Return how many accounts of each profile a structure of some size may hold; no line where nothing limits it."""
    terms = terms_of(session, convention, on, structure)
    rules = {Profile.GESTIONNAIRE: terms.A2.operative, Profile.TECHNICIEN: terms.A3.operative}
    found = {profile: rule.ceiling(size) for profile, rule in rules.items() if rule is not None and size is not None}
    return {profile: ceiling for profile, ceiling in found.items() if isinstance(ceiling, int)}


def others(session: Session, campaign_id: str) -> Mapping[str, int]:
    """Return, by caisse, how many active gestionnaires a review does not hold."""
    campaign = select(ReviewEntry).where(ReviewEntry.campaign_id == campaign_id).order_by(ReviewEntry.rank)
    first = session.scalars(campaign.limit(1)).one()
    inside = select(ReviewEntry.account).where(ReviewEntry.campaign_id == campaign_id)
    rows = session.scalars(
        select(Account.caisse)
        .where(
            Account.structure_id == first.structure_id,
            Account.convention == first.convention,
            Account.profile == Profile.GESTIONNAIRE.value,
            Account.state == AccountState.ACTIVE.value,
            Account.id.not_in(inside),
        )
        .order_by(Account.caisse)
    )
    return Counter(rows)


def end(session: Session, todo: Todo, at: datetime) -> Effect:
    """End an account as its convention says: a technicien at once, a gestionnaire by the notice to the caisse (A10).

    The last gestionnaire of a caisse stays (A11); an account that ended meanwhile stays ended.
    """
    by, why = _signer(session, todo), _why(session, todo)
    try:
        with session.begin_nested():
            if todo.profile is Profile.TECHNICIEN:
                inactivate_technicien(session, todo.account, why, by=by, at=at)
            else:
                _ask(session, todo.account, why, by, at)
    except LastOne:
        return Effect.RETAINED
    except (NotNow, NotFound):
        return Effect.GONE
    return Effect.SUSPENDED if todo.is_silent else Effect.REVOKED


def _ask(session: Session, account_id: str, why: Why, by: Actor, at: datetime) -> None:
    account, today = session.get_one(Account, account_id), clock.day(at)
    if account.state == AccountState.GRANTED:  # never served: nothing to give notice of
        inactivate_technicien(session, account_id, why, by=by, at=at)
        return
    rule = terms_of(session, account.convention, today, account.structure_id).A10.operative
    wished = spans.after(today, rule.notice) if rule else today
    request_inactivation(session, account_id, Leaving(wished, why.reason or Reason.REVIEW, why.words), by=by, at=at)


def _signer(session: Session, todo: Todo) -> Actor:
    """Return who signed the review, or the service where nobody did, or where they may do it no more."""
    person = session.get(Person, todo.signer)
    actor = None if person is None else actor_of(session, person, todo.structure)
    if actor is not None and may(Permission.MANAGE_ACCOUNTS, actor, todo.structure):
        return actor
    return command(todo.structure) if person is None else replace(command(todo.structure), id=person.id)


def _why(session: Session, todo: Todo) -> Why:
    if todo.is_silent:
        return Why(Reason.REVIEW, "Sans réponse à la revue d'habilitations.")
    last = select(ReviewDecision).where(ReviewDecision.entry_id == todo.entry)
    row = session.scalars(last.order_by(ReviewDecision.number.desc()).limit(1)).one()
    return Why(REASONS[Motive(row.motive or Motive.OTHER.value)], row.words or "")


def _held(one: AccountView, attested: Iterable[Attested]) -> Held:
    committed = [given.on for given in attested if given.check is Check.COMMITMENT]
    trained = [given.until or date.max for given in attested if given.check is Check.TRAINING]
    return Held(
        account=one.id, holder=one.agent_id, caisse=one.relation.caisse, profile=one.profile, name=one.name,
        email=one.email, function=one.fonction, granted_on=one.granted_on, last_sign_in=one.last_sign_in,
        sign_in_known=one.listed_on is not None, committed_on=max(committed, default=None),
        trained_until=max(trained, default=None), manager=one.manager_id,
    )  # fmt: skip


def _left(session: Session, structure: str) -> Mapping[str, date]:
    rows = session.execute(
        select(Agent.id, Agent.left_on)
        .where(Agent.structure_id == structure, Agent.left_on.is_not(None))
        .order_by(Agent.id)
    )
    return {agent: day for agent, day in rows if day is not None}


def _attested(session: Session, structure: str) -> Mapping[str, list[Attested]]:
    standing = select(Attestation).where(Attestation.structure_id == structure, Attestation.withdrawn_at.is_(None))
    found: dict[str, list[Attested]] = defaultdict(list)
    for row in session.scalars(standing.order_by(Attestation.agent_id, Attestation.id)):
        found[row.agent_id].append(Attested(Check(row.kind), row.day, row.until))
    return found
