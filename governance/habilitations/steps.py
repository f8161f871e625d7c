"""One step of an account's life: the row, its history, the trail; and the lock that makes counts true."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from governance.conventions.holidays import Holidays, holidays_of
from governance.conventions.queries import find_convention
from governance.conventions.terms import Terms, Zone
from governance.conventions.values.accounts import Profile
from governance.core import clock, trail
from governance.core.refusals import NotFound
from governance.habilitations.rules import INACTIVE, LIVE, OPEN, Reason, State, check_next, check_words, hidden_on
from governance.habilitations.tables import Account, AccountEvent, Vacancy
from governance.people.contacts.queries import terms_near
from governance.people.contacts.rules import Relation
from governance.people.rules import Actor, Permission, may
from governance.people.tables import Structure

SERVICE = "vigie"  # who acts when time alone does


@dataclass(frozen=True, slots=True)
class Why:
    """The justification of a step: a reason of the list and, often, words of who acts."""

    reason: Reason | None = None
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class When:
    """A step's day, and the instant at which it is recorded."""

    day: date
    at: datetime


def relation_of(account: Account) -> Relation:
    """Return the partner, convention and caisse of an account."""
    return Relation(account.structure_id, account.convention, account.caisse)


def terms_of(session: Session, convention: str, on: date, structure: str | None = None) -> Terms:
    """Return what a convention requires of a structure on a day, or on the nearest at which it is in force."""
    return terms_near(find_convention(session, convention, structure), on)


def holidays_at(session: Session, convention: str, caisse: str, structure: str | None = None) -> Holidays:
    """Return the public holidays that a caisse follows."""
    known = find_convention(session, convention, structure).caisse(caisse)
    return holidays_of(known.zone if known else Zone.METROPOLE)


def lock(session: Session, structure_id: str) -> None:
    """Make whoever changes accounts of a structure wait its turn, so that what was counted stays true.

    SQLite lets one writer in at a time anyway. Raises NotFound.
    """
    wanted = select(Structure.id).where(Structure.id == structure_id).with_for_update(key_share=True)
    if session.scalar(wanted) is None:
        raise NotFound("Cette structure n'existe pas.", field="structure")


def found(session: Session, account_id: str, permission: Permission, by: Actor) -> Account:
    """Return an account as it is now, its structure locked; raises NotFound for who may not know of it."""
    structure = session.scalar(select(Account.structure_id).where(Account.id == account_id))
    if structure is not None:
        lock(session, structure)
    row = session.get(Account, account_id, populate_existing=True)
    if row is None or not may(permission, by, row.structure_id, convention=row.convention, caisse=row.caisse):
        raise NotFound("Ce compte n'existe pas, ou votre rôle ne permet pas cela ici.")
    return row


def step(session: Session, account: Account, after: State, why: Why, by: Actor | str, when: When) -> AccountEvent:
    """Bring an account to its next state, with its history and its line of the trail; raises NotNow, Invalid."""
    before = State(account.state)
    check_next(before, after)
    event = begin(session, account, after, why, by, when)
    if after in INACTIVE and before not in INACTIVE:
        account.inactive_on = when.day
        account.hidden_on = hidden_on(
            terms_of(session, account.convention, when.day, account.structure_id).A15.operative, when.day
        )
    session.flush()
    return event


def begin(session: Session, account: Account, after: State, why: Why, by: Actor | str, when: When) -> AccountEvent:
    """Write a step that has no state before it, or whose passage was checked."""
    words = check_words(why.reason, why.words) if why.reason else why.words
    who, role = (by, SERVICE) if isinstance(by, str) else (by.id, by.capacity)
    last = session.scalar(select(func.max(AccountEvent.number)).where(AccountEvent.account_id == account.id))
    event = AccountEvent(
        structure_id=account.structure_id, convention=account.convention, caisse=account.caisse, account_id=account.id,
        number=(last or 0) + 1, at=when.at, day=when.day, done_by=who, role=role, after=after.value,
        before=account.state if last else None, reason=why.reason.value if why.reason else None, words=words or None,
    )  # fmt: skip
    account.state, account.changed_on = after.value, when.day
    session.add(event)
    trail.record(
        session, f"portal_account.{after.value}", account.id, by=by, structure=account.structure_id, at=when.at,
        convention=account.convention, caisse=account.caisse, profile=account.profile, day=when.day.isoformat(),
    )  # fmt: skip
    return event


def gestionnaires(session: Session, relation: Relation, *states: State) -> tuple[Account, ...]:
    """Return the gestionnaires of a relation in some states, the longest active first; to be read under the lock."""
    rows = session.scalars(
        select(Account)
        .where(*_in(relation), Account.profile == Profile.GESTIONNAIRE, Account.state.in_(states))
        .order_by(Account.cgu_on, Account.id)
        .execution_options(populate_existing=True)
    )
    return tuple(rows)


def hand_over(session: Session, leaving: Account, to: Account | None = None) -> int:
    """Attach the techniciens of a gestionnaire who leaves to another, the longest active by default (A12).

    With nobody left they wait, active, for the next gestionnaire. Returns how many there are.
    """
    others = gestionnaires(session, relation_of(leaving), State.ACTIVE)
    heir = to or next((one for one in others if one.id != leaving.id), None)
    rows = session.scalars(_managed_by(leaving)).all()
    for row in rows:
        row.manager_id = heir.id if heir else None
    return len(rows)


def welcome(session: Session, account: Account, at: datetime) -> None:
    """Give a gestionnaire who becomes active the techniciens that nobody manages, and end the vacancy (A12, K8)."""
    if account.profile != Profile.GESTIONNAIRE:
        return
    here = _in(relation_of(account))
    alone = (Account.profile == Profile.TECHNICIEN, Account.manager_id.is_(None), Account.state.in_(LIVE))
    waiting = select(Account).where(*here, *alone)
    for row in session.scalars(waiting.order_by(Account.id)):
        row.manager_id = account.id
    for vacancy in session.scalars(
        select(Vacancy).where(
            Vacancy.structure_id == account.structure_id,
            Vacancy.convention == account.convention,
            Vacancy.caisse == account.caisse,
            Vacancy.ended_at.is_(None),
        )
    ):
        vacancy.ended_at = at


def is_open(account: Account) -> bool:
    """Say whether its holder may sign in to the portal."""
    return State(account.state) in OPEN


def today(at: datetime) -> date:
    """Return the day of an instant, as the caisses' calendars tell it."""
    return clock.day(at)


def _managed_by(account: Account) -> Select[Account]:
    return select(Account).where(Account.manager_id == account.id, Account.state.in_(LIVE)).order_by(Account.id)


def _in(relation: Relation) -> tuple[ColumnElement[bool], ...]:
    return (
        Account.structure_id == relation.structure,
        Account.convention == relation.convention,
        Account.caisse == relation.caisse,
    )
