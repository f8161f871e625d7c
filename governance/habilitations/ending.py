"""What becomes of accounts when a convention ends with one caisse, or the last with all (A14); undone with a trace.

For the life of conventions, whose actions ask for the permission to end or renew one: nothing here asks for any.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.habilitations.rules import LIVE, Reason, State
from governance.habilitations.steps import When, Why, lock, step, today, welcome
from governance.habilitations.tables import Account, AccountEvent
from governance.people.contacts.rules import Relation
from governance.people.rules import Actor

_WHY = Why(Reason.CONVENTION_END)


def close_access(session: Session, relation: Relation, *, by: Actor | str, at: datetime) -> int:
    """Close the access to one caisse under a convention: the accounts stay with the others (A14). Returns how many."""
    lock(session, relation.structure)
    return _all(session, _live(session, relation), State.ACCESS_CLOSED, by, at)


def inactivate_all_of_structure(session: Session, structure: str, *, by: Actor | str, at: datetime) -> int:
    """Inactivate every account of a structure, once all its conventions have ended (A14). Returns how many."""
    lock(session, structure)
    states = (*LIVE, State.ACCESS_CLOSED)
    wanted = select(Account).where(Account.structure_id == structure, Account.state.in_(states))
    rows = session.scalars(wanted.order_by(Account.id).execution_options(populate_existing=True)).all()
    return _all(session, rows, State.ENDED, by, at)


def reopen_access(session: Session, relation: Relation, *, by: Actor | str, at: datetime) -> int:
    """Give the accounts that a convention's end closed the state they had, as long as they are not hidden (A15).

    Returns how many; one whose holder has another account since is left alone.
    """
    lock(session, relation.structure)
    rows = _under(session, relation, (State.ACCESS_CLOSED, State.ENDED))
    done = 0
    taken = {(one.agent_id, one.profile) for one in _live(session, relation)}
    for row in rows:
        before = _before_the_end(session, row)
        if before is None or (row.agent_id, row.profile) in taken:
            continue
        step(session, row, before, Why(), by, When(today(at), at))
        row.inactive_on = row.hidden_on = None
        if before is State.ACTIVE:
            welcome(session, row, at)
        done += 1
    return done


def spare_accounts(session: Session, relation: Relation, *, by: Actor | str, at: datetime) -> int:
    """Bring accounts that went with the last convention back to a closed access: one of the others lives again (A14).

    Returns how many.
    """
    lock(session, relation.structure)
    rows = _under(session, relation, (State.ENDED,))
    for row in rows:
        row.inactive_on = row.hidden_on = None
    return _all(session, rows, State.ACCESS_CLOSED, by, at)


def _all(session: Session, rows: Collection[Account], after: State, by: Actor | str, at: datetime) -> int:
    for row in rows:
        step(session, row, after, _WHY, by, When(today(at), at))
    return len(rows)


def _live(session: Session, relation: Relation) -> Collection[Account]:
    return _under(session, relation, LIVE)


def _under(session: Session, relation: Relation, states: Collection[State]) -> Collection[Account]:
    wanted = select(Account).where(
        Account.structure_id == relation.structure,
        Account.convention == relation.convention,
        Account.caisse == relation.caisse,
        Account.state.in_(states),
    )
    return session.scalars(wanted.order_by(Account.id).execution_options(populate_existing=True)).all()


def _before_the_end(session: Session, account: Account) -> State | None:
    """Return the last live state an account had, from its history."""
    steps = session.scalars(
        select(AccountEvent.after).where(AccountEvent.account_id == account.id).order_by(AccountEvent.number.desc())
    )
    return next((State(one) for one in steps if State(one) in LIVE), None)
