"""Which changes of gestionnaires' data are asked for, and how they ended."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.values.accounts import AccountField
from governance.core.refusals import NotFound
from governance.habilitations.changes.actions import Outcome
from governance.habilitations.queries import find_account
from governance.habilitations.tables import AccountChange
from governance.people.rules import Actor, Permission, may, require_somewhere


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change asked of the caisse; `outcome` is None while it has not answered."""

    id: str
    account_id: str
    structure: str
    convention: str
    field: AccountField
    value: str
    asked_at: datetime
    ended_at: datetime | None
    outcome: Outcome | None


def changes_of(session: Session, account_id: str, by: Actor) -> tuple[ChangeView, ...]:
    """Return the changes of an account, the latest first; raises Forbidden, NotFound."""
    find_account(session, account_id, by)
    wanted = select(AccountChange).where(AccountChange.account_id == account_id)
    rows = session.scalars(wanted.order_by(AccountChange.asked_at.desc(), AccountChange.id))
    return tuple(_view(row) for row in rows)


def pending(session: Session, by: Actor) -> tuple[ChangeView, ...]:
    """Return the changes that await the caisse and that the actor may see, the oldest first; raises Forbidden."""
    require_somewhere(Permission.READ_ACCOUNTS, by)
    wanted = select(AccountChange).where(AccountChange.ended_at.is_(None))
    rows = session.scalars(wanted.order_by(AccountChange.asked_at, AccountChange.id))
    return tuple(
        _view(row)
        for row in rows
        if may(Permission.READ_ACCOUNTS, by, row.structure_id, convention=row.convention, caisse=row.caisse)
    )


def find_change(session: Session, change_id: str, by: Actor) -> ChangeView:
    """Return a change that the actor may see; raises Forbidden, NotFound."""
    require_somewhere(Permission.READ_ACCOUNTS, by)
    row = session.get(AccountChange, change_id)
    if row is None:
        raise NotFound("Cette demande n'existe pas.")
    find_account(session, row.account_id, by)
    return _view(row)


def _view(row: AccountChange) -> ChangeView:
    outcome = Outcome(row.outcome) if row.outcome else None
    field = AccountField(row.field)
    return ChangeView(
        row.id, row.account_id, row.structure_id, row.convention, field, row.value, row.asked_at, row.ended_at, outcome
    )  # fmt: skip
