"""What the pages of accounts show, ready: rows, ceilings, choices, consequences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.conventions.cited import Cited
from governance.conventions.queries import find_convention
from governance.conventions.values.accounts import Profile, Quota
from governance.core import clock
from governance.core.outbox.tables import OutboxMessage
from governance.habilitations import notices
from governance.habilitations.agents.queries import AgentView, agents
from governance.habilitations.presenting import PROFILES, STATES, Said, said_doer, said_room
from governance.habilitations.queries import (
    AccountView,
    Portal,
    Step,
    VacancyView,
    Wanted,
    accounts,
    live_accounts,
    names_of,
    vacancies,
)
from governance.habilitations.rules import LIVE, OPEN, State
from governance.habilitations.steps import terms_of
from governance.habilitations.tables import Account
from governance.people.contacts.rules import Side
from governance.people.rules import Actor
from governance.people.tables import Person
from governance.web.act import Act


@dataclass(frozen=True, slots=True)
class Row:
    """An account as a line of the list; `due` is what is awaited, with its rule."""

    account: AccountView
    profile: str
    state: Said
    caisse: str
    structure: str
    due: date | None
    due_said: str
    rule: str
    article: str


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How many accounts of a profile are held under a convention, before how many may be, and where that is written."""

    profile: str
    said: Said
    cited: Cited[Quota]


@dataclass(frozen=True, slots=True)
class PortalShown:
    """A convention of the structure: its caisses, its ceilings; `why_not` when there is no portal."""

    convention: str
    title: str
    caisses: str
    why_not: str | None
    ceilings: tuple[Ceiling, ...]


@dataclass(frozen=True, slots=True)
class StepShown:
    """A line of an account's history."""

    step: Step
    state: Said
    who: str


@dataclass(frozen=True, slots=True)
class Consequences:
    """What cutting an account does: who is written to, how many techniciens pass on, whether nobody is left."""

    to: str | None
    techniciens: int
    leaves_nobody: bool


def rows(session: Session, found: Iterable[AccountView]) -> tuple[Row, ...]:
    """Return accounts as lines of the list."""
    views = tuple(found)
    names = names_of(session, (one.relation.structure for one in views))
    return tuple(_row(session, one, names) for one in views)


def shown_portals(doing: Act, found: Iterable[Portal]) -> tuple[PortalShown, ...]:
    """Return conventions, each once, with its ceilings."""
    grouped: dict[str, list[Portal]] = {}
    for one in found:
        grouped.setdefault(one.relation.convention, []).append(one)
    return tuple(_portal(doing.session, same, doing) for same in grouped.values())


def places(found: Iterable[Portal]) -> list[tuple[str, str]]:
    """Return the conventions and caisses under which accounts are asked for, as choices."""
    return [
        (f"{one.relation.convention}/{one.relation.caisse}", f"{one.relation.convention} : {one.caisse}")
        for one in found
        if one.why_not is None
    ]


def candidates(doing: Act, day: date, profile: Profile) -> list[tuple[AgentView, str]]:
    """Return the staff for whom an account may be opened, with what to say of each beside the name."""
    holders = {
        (one.agent_id, one.relation.convention, one.relation.caisse)
        for one in live_accounts(doing.session, doing.by.structure)
        if one.profile is profile
    }
    held = {agent for agent, _, _ in holders}
    return [
        (one, f"{one.name}, {one.fonction}" + (" (a déjà un compte)" if one.id in held else ""))
        for one in agents(doing.session, doing.by.structure, day, by=doing.by)
        if not one.is_gone(day)
    ]


def managers(session: Session, by: Actor) -> list[tuple[str, str]]:
    """Return the active gestionnaires of the structure, as choices."""
    found = accounts(session, by, Wanted(profile=Profile.GESTIONNAIRE, state=State.ACTIVE)).rows
    return [(one.id, f"{one.name} ({one.relation.convention}, {_caisse(session, one)})") for one in found]


def heirs(session: Session, account: AccountView) -> list[tuple[str, str]]:
    """Return the other active gestionnaires of an account's relation, as choices."""
    found = live_accounts(session, account.relation.structure, account.relation.convention)
    return [
        (one.id, one.name)
        for one in found
        if one.id != account.id and one.relation == account.relation
        and (one.profile, one.state) == (Profile.GESTIONNAIRE, State.ACTIVE)
    ]  # fmt: skip


def consequences(session: Session, account: AccountView, day: date, by: Actor) -> Consequences:
    """Return what cutting an account would do."""
    side = Side.CAISSE if by.structure == account.relation.structure else Side.PARTNER
    managed = select(func.count()).where(Account.manager_id == account.id, Account.state.in_(LIVE))
    here = live_accounts(session, account.relation.structure, account.relation.convention)
    others = [
        one for one in here
        if one.relation == account.relation and one.profile is Profile.GESTIONNAIRE and one.state in OPEN
        and one.id != account.id
    ]  # fmt: skip
    leaves = account.profile is Profile.GESTIONNAIRE and account.state in OPEN and not others
    return Consequences(notices.mailbox(session, account.relation, side, day), session.scalar(managed) or 0, leaves)


def steps(session: Session, found: Iterable[Step]) -> tuple[StepShown, ...]:
    """Return the history of an account, the latest first, with the names of those the reader knows."""
    history = tuple(found)
    wanted = select(Person).where(Person.id.in_({one.done_by for one in history})).order_by(Person.id)
    names = {row.id: row.name for row in session.scalars(wanted)}
    return tuple(
        StepShown(one, STATES[one.after], said_doer(one.done_by, one.role, names)) for one in reversed(history)
    )


def vacancies_shown(doing: Act) -> tuple[tuple[VacancyView, str], ...]:
    """Return the open vacancies that the reader may see, each with the article that forbids them (A11)."""
    return tuple(
        (
            one,
            terms_of(doing.session, one.relation.convention, clock.day(doing.at), one.relation.structure).A11.article
            or "",
        )
        for one in vacancies(doing.session, doing.by)
    )


def attesters(session: Session, agent: AgentView) -> Mapping[str, str]:
    """Return who attested what of an agent, by identifier, as the reader knows them."""
    who = {one.attested_by for one in agent.attestations}
    names = {row.id: row.name for row in session.scalars(select(Person).where(Person.id.in_(who)).order_by(Person.id))}
    return {one: said_doer(one, one, names) for one in who}


def notices_of(session: Session, account: AccountView) -> tuple[OutboxMessage, ...]:
    """Return the messages written about an account, the latest first."""
    wanted = select(OutboxMessage).where(
        OutboxMessage.about == account.id, OutboxMessage.structure == account.relation.structure
    )
    return tuple(session.scalars(wanted.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id)))


def _row(session: Session, one: AccountView, names: Mapping[str, str]) -> Row:
    due, said, rule = _awaited(one)
    article = terms_of(session, one.relation.convention, one.asked_on, one.relation.structure).rule(rule).article or ""
    return Row(
        one, PROFILES[one.profile], STATES[one.state], _caisse(session, one),
        names.get(one.relation.structure, ""), due, said, rule, article,
    )  # fmt: skip


def _awaited(one: AccountView) -> tuple[date | None, str, str]:
    if one.state is State.REQUESTED:
        return one.due_on, "à créer par la caisse", "A6"
    if one.state is State.NOTICE:
        return one.wished_on, "inactivation souhaitée", "A10"
    if one.state in {State.INACTIVE, State.CUT, State.ENDED}:
        return one.hidden_on, "masqué sur le portail", "A15"
    return None, "", "A15"


def _portal(session: Session, found: list[Portal], doing: Act) -> PortalShown:
    first = found[0]
    terms = terms_of(session, first.relation.convention, clock.day(doing.at), first.relation.structure)
    cited = {Profile.GESTIONNAIRE: terms.A2, Profile.TECHNICIEN: terms.A3}
    ceilings = tuple(Ceiling(PROFILES[one.profile], said_room(one), cited[one.profile]) for one in first.rooms)
    caisses = ", ".join(one.caisse for one in found)
    return PortalShown(first.relation.convention, first.title, caisses, first.why_not, ceilings)


def _caisse(session: Session, one: AccountView) -> str:
    known = find_convention(session, one.relation.convention, one.relation.structure).caisse(one.relation.caisse)
    return known.name if known else one.relation.caisse
