"""What may be read of accounts: by their structure all of them, by a caisse those that concern it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from governance.conventions.queries import find_convention
from governance.conventions.values.accounts import Profile
from governance.core import clock
from governance.core.refusals import NotFound
from governance.habilitations.agents.queries import members
from governance.habilitations.quotas import Room, room
from governance.habilitations.rules import LIVE, Reason, State
from governance.habilitations.steps import terms_of
from governance.habilitations.tables import Account, AccountEvent, Vacancy
from governance.people.contacts.rules import Relation
from governance.people.queries import adoptions
from governance.people.rules import Actor, Permission, may, require, require_somewhere
from governance.people.tables import Structure

PAGE = 100
# What asks for something comes first.
_ORDER = (State.REQUESTED, State.GRANTED, State.NOTICE, State.ACTIVE, State.ACCESS_CLOSED, State.CUT, State.INACTIVE)


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account of the portal, read, with what the caisse was told of its holder."""

    id: str
    relation: Relation
    agent_id: str
    profile: Profile
    state: State
    civility: str
    last_name: str
    first_name: str
    fonction: str
    email: str
    phone: str | None
    members: int | None
    manager_id: str | None
    asked_on: date
    due_on: date | None
    signature_due_on: date | None
    granted_on: date | None
    cgu_on: date | None
    notice_on: date | None
    wished_on: date | None
    earliest_on: date | None
    inactive_on: date | None
    hidden_on: date | None
    last_sign_in: date | None
    listed_on: date | None

    @property
    def name(self) -> str:
        """Return first name and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts are asked for; a field that is None filters nothing."""

    convention: str | None = None
    caisse: str | None = None
    profile: Profile | None = None
    state: State | None = None
    structure: str | None = None
    agent: str | None = None
    live: bool = False


class Page(NamedTuple):
    """A hundred accounts at most, how many there are, and how many in each state."""

    rows: tuple[AccountView, ...]
    total: int
    counts: Mapping[State, int]


@dataclass(frozen=True, slots=True)
class Step:
    """A line of an account's history; `words` are those of who acted."""

    number: int
    at: datetime
    day: date
    done_by: str
    role: str
    before: State | None
    after: State
    reason: Reason | None
    words: str | None


@dataclass(frozen=True, slots=True)
class Portal:
    """A convention and a caisse under which accounts may be asked for; `why_not` when the file holds no CU."""

    relation: Relation
    caisse: str
    title: str
    why_not: str | None
    rooms: tuple[Room, ...] = ()


@dataclass(frozen=True, slots=True)
class VacancyView:
    """That nobody manages a structure's accounts at a caisse, and until when somebody must be named."""

    id: str
    relation: Relation
    account_id: str
    opened_at: datetime
    due_on: date | None


def accounts(session: Session, by: Actor, wanted: Wanted = Wanted(), page: int = 1) -> Page:  # frozen
    """Return accounts of the actor's structure, or those that concern their caisse; raises Forbidden.

    Those that ask for something first, the latest asked for first.
    """
    require_somewhere(Permission.READ_ACCOUNTS, by)
    chosen = [*_seen(by), *_conditions(wanted)]
    grouped = select(Account.state, func.count()).where(*chosen).group_by(Account.state).order_by(Account.state)
    counts = {State(state): count for state, count in session.execute(grouped).all()}
    rank = case({one.value: place for place, one in enumerate(_ORDER)}, value=Account.state, else_=len(_ORDER))
    ordered = select(Account).where(*chosen).order_by(rank, Account.asked_on.desc(), Account.id)
    rows = session.scalars(ordered.limit(PAGE).offset(PAGE * (page - 1)))
    return Page(tuple(map(_view, rows)), sum(counts.values()), counts)


def find_account(session: Session, account_id: str, by: Actor) -> AccountView:
    """Return an account; raises Forbidden, NotFound."""
    require_somewhere(Permission.READ_ACCOUNTS, by)
    row = session.get(Account, account_id)
    if row is None or not _may_read(row, by):
        raise NotFound("Ce compte n'existe pas.", field="account")
    return _view(row)


def history(session: Session, account_id: str, by: Actor) -> tuple[Step, ...]:
    """Return the steps of an account, first to last; raises Forbidden, NotFound."""
    find_account(session, account_id, by)
    rows = session.scalars(_steps(account_id))
    return tuple(_step(row) for row in rows)


def live_accounts(session: Session, structure: str, convention: str | None = None) -> tuple[AccountView, ...]:
    """Return every account that is asked for or open in a structure, by identifier.

    For other packages (reviews), which have asked for their own permission.
    """
    wanted = Wanted(structure=structure, convention=convention, live=True)
    return tuple(map(_view, session.scalars(select(Account).where(*_conditions(wanted)).order_by(Account.id))))


def portals(session: Session, structure: str, at: datetime) -> tuple[Portal, ...]:
    """Return the conventions and caisses of a structure, with the accounts held there, or why none can be."""
    day, size = clock.day(at), members(session, structure, clock.day(at))
    found, held = [], _held(session, structure)
    for adoption in adoptions(session, structure):
        known, terms = (
            find_convention(session, adoption.code, structure),
            terms_of(session, adoption.code, day, structure),
        )
        silent = terms.A1.reason.french if terms.A1.reason else "Le texte n'en dit rien."
        why = None if terms.A1.operative else terms.A1.note or silent
        for caisse in known.caisses:
            relation = Relation(structure, known.code, caisse.code)
            cited = {Profile.GESTIONNAIRE: terms.A2, Profile.TECHNICIEN: terms.A3}
            rooms = () if why else tuple(room(one, cited[one], size, held[known.code, one]) for one in Profile)
            found.append(Portal(relation, caisse.name, known.title, why, rooms))
    return tuple(found)


def vacancies(session: Session, by: Actor) -> tuple[VacancyView, ...]:
    """Return the open vacancies that an actor may see, the oldest first; raises Forbidden."""
    require_somewhere(Permission.READ_ACCOUNTS, by)
    rows = session.scalars(select(Vacancy).where(Vacancy.ended_at.is_(None)).order_by(Vacancy.opened_at, Vacancy.id))
    return tuple(
        VacancyView(row.id, Relation(*_place(row)), row.account_id, row.opened_at, row.due_on)
        for row in rows
        if may(Permission.READ_ACCOUNTS, by, row.structure_id, convention=row.convention, caisse=row.caisse)
    )


def names_of(session: Session, structures: Iterable[str]) -> Mapping[str, str]:
    """Return the names of structures."""
    wanted = select(Structure.id, Structure.name).where(Structure.id.in_(set(structures))).order_by(Structure.name)
    return {row.id: row.name for row in session.execute(wanted)}


def require_reader(by: Actor, relation: Relation) -> None:
    """Refuse (Forbidden) who may not read the accounts of a relation."""
    structure, convention, caisse = relation
    require(Permission.READ_ACCOUNTS, by, structure, convention=convention, caisse=caisse)


def _seen(by: Actor) -> list[ColumnElement[bool]]:
    # The sight of the session already keeps a caisse to what concerns it; a machine or a partner sees its structure.
    return [] if by.caisse else [Account.structure_id == by.structure]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked = (
        (Account.structure_id, wanted.structure), (Account.convention, wanted.convention),
        (Account.caisse, wanted.caisse), (Account.profile, wanted.profile), (Account.state, wanted.state),
        (Account.agent_id, wanted.agent),
    )  # fmt: skip
    found: list[ColumnElement[bool]] = [column == value for column, value in asked if value is not None]
    return [*found, Account.state.in_(LIVE)] if wanted.live else found


def _held(session: Session, structure: str) -> Counter[tuple[str, Profile]]:
    """Return how many persons hold an account that counts, by convention and profile."""
    grouped = (Account.convention, Account.profile)
    counted = select(*grouped, func.count(func.distinct(Account.agent_id))).where(
        Account.structure_id == structure, Account.state.in_(LIVE)
    )
    rows = session.execute(counted.group_by(*grouped).order_by(*grouped))
    return Counter({(code, Profile(profile)): count for code, profile, count in rows})


def _place(row: Account | Vacancy) -> tuple[str, str, str]:
    return row.structure_id, row.convention, row.caisse


def _may_read(row: Account, by: Actor) -> bool:
    return may(Permission.READ_ACCOUNTS, by, row.structure_id, convention=row.convention, caisse=row.caisse)


def _steps(account_id: str) -> Select[AccountEvent]:
    return select(AccountEvent).where(AccountEvent.account_id == account_id).order_by(AccountEvent.number)


def _step(row: AccountEvent) -> Step:
    before = State(row.before) if row.before else None
    reason = Reason(row.reason) if row.reason else None
    return Step(row.number, row.at, row.day, row.done_by, row.role, before, State(row.after), reason, row.words)


def _view(row: Account) -> AccountView:
    return AccountView(
        row.id, Relation(*_place(row)), row.agent_id, Profile(row.profile),
        State(row.state), row.civility, row.last_name, row.first_name, row.fonction, row.email, row.phone, row.members,
        row.manager_id, row.asked_on, row.due_on, row.signature_due_on, row.granted_on, row.cgu_on, row.notice_on,
        row.wished_on, row.earliest_on, row.inactive_on, row.hidden_on, row.last_sign_in, row.listed_on,
    )  # fmt: skip
