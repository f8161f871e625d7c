"""What can be done about the data of a gestionnaire: ask the caisse to change it, say that it did, or will not."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.values.accounts import AccountField, Profile
from governance.core import trail
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.core.storage import new_id
from governance.habilitations import notices
from governance.habilitations.agents.queries import domains
from governance.habilitations.agents.rules import check_address, clean_line, clean_phone
from governance.habilitations.rules import LIVE, State
from governance.habilitations.steps import found, terms_of, today
from governance.habilitations.tables import Account, AccountChange
from governance.people.rules import Actor, Permission, clean_email, may, require


class Outcome(StrEnum):
    """How a change asked for ends."""

    DONE = "faite"
    REFUSED = "refusee"
    WITHDRAWN = "retiree"


def ask_change(session: Session, account_id: str, what: AccountField, value: str, *, by: Actor, at: datetime) -> str:
    """Ask the caisse to change one of the four data of a gestionnaire that may change (A9), and return the request.

    Nothing changes until it says so. Raises Invalid, BadAddress, Conflict (one is pending, nothing changes), NotFound.
    """
    account = found(session, account_id, Permission.MANAGE_ACCOUNTS, by)
    if account.profile != Profile.GESTIONNAIRE or State(account.state) not in LIVE:
        raise Conflict("Seul un compte de gestionnaire ouvert ou demandé se modifie par la caisse.")
    rule = terms_of(session, account.convention, today(at), account.structure_id).A9.operative
    if rule is None or what not in rule.fields:
        raise Invalid("La convention ne prévoit pas de modifier cela.", field="what")
    said = _clean(session, account, what, value)
    if said == _now(account, what):
        raise Conflict("C'est déjà ce que la caisse connaît.", field="value")
    pending = (AccountChange.account_id == account.id, AccountChange.field == what, AccountChange.ended_at.is_(None))
    if session.scalar(select(AccountChange.id).where(*pending)) is not None:
        raise Conflict("Une demande de ce genre attend déjà la caisse.", field="what")
    return _asked(session, account, what, said, by, at)


def end_change(session: Session, change_id: str, outcome: Outcome, *, by: Actor, at: datetime) -> None:
    """Say how a change ended: done or refused by the caisse (or told so by it), withdrawn by the partner.

    Done, it is what the account says from then on. Raises Conflict, NotFound.
    """
    account_id = session.scalar(select(AccountChange.account_id).where(AccountChange.id == change_id))
    account = found(session, account_id or "", Permission.READ_ACCOUNTS, by)
    where = {"convention": account.convention, "caisse": account.caisse}
    theirs = may(Permission.GRANT_ACCOUNTS, by, account.structure_id, **where)
    if outcome is Outcome.WITHDRAWN or not theirs:
        require(Permission.MANAGE_ACCOUNTS, by, account.structure_id, **where)
    row = session.get(AccountChange, change_id, populate_existing=True)
    if row is None:
        raise NotFound("Cette demande n'existe pas.")
    if row.ended_at is not None:
        raise Conflict("Cette demande est déjà close.")
    row.ended_at, row.ended_by, row.outcome = at, by.id, outcome.value
    if outcome is Outcome.DONE:
        row.former = _now(account, AccountField(row.field))
        _write(account, AccountField(row.field), row.value)
    session.flush()
    told = {"field": AccountField(row.field).name.lower(), "outcome": outcome.value}
    _record(session, "portal_account.change_ended", account, by, at, told)


def _asked(session: Session, account: Account, what: AccountField, said: str, by: Actor, at: datetime) -> str:
    row = AccountChange(
        id=new_id(), structure_id=account.structure_id, convention=account.convention, caisse=account.caisse,
        account_id=account.id, field=what.value, value=said, asked_at=at, asked_by=by.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _record(session, "portal_account.change_asked", account, by, at, {"field": what.name.lower()})
    notices.change(session, account, row, at, what.value.capitalize())
    return row.id


def _record(session: Session, action: str, account: Account, by: Actor, at: datetime, told: dict[str, str]) -> None:
    trail.record(session, action, account.id, by=by, structure=account.structure_id, at=at, **told)


def _clean(session: Session, account: Account, what: AccountField, value: str) -> str:
    match what:
        case AccountField.EMAIL:
            email = clean_email(value)
            check_address(email, domains(session, account.structure_id))
            return email
        case AccountField.TELEPHONE:
            if (phone := clean_phone(value)) is None:
                raise Invalid("Donnez le numéro.", field="value")
            return phone
        case _:
            return clean_line(value, "value")


def _now(account: Account, what: AccountField) -> str | None:
    match what:
        case AccountField.EMAIL:
            return account.email
        case AccountField.TELEPHONE:
            return account.phone
        case AccountField.FONCTION:
            return account.fonction
        case _:
            return account.last_name


def _write(account: Account, what: AccountField, value: str) -> None:
    match what:
        case AccountField.EMAIL:
            account.email = value
        case AccountField.TELEPHONE:
            account.phone = value
        case AccountField.FONCTION:
            account.fonction = value
        case _:
            account.last_name = value
