"""How an account ends: by notice, at once, or for security, which alone may leave a structure without gestionnaire."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.values.accounts import Profile
from governance.core.refusals import Conflict, Invalid
from governance.core.storage import new_id
from governance.habilitations import notices
from governance.habilitations.ending import close_access, inactivate_all_of_structure, reopen_access
from governance.habilitations.opening import (
    accept_cgu,
    create_technicien,
    grant,
    refuse,
    request_gestionnaire,
    withdraw,
)
from governance.habilitations.rules import (
    CUTTABLE,
    OPEN,
    SECURITY,
    NotNow,
    Reason,
    State,
    check_day,
    check_last,
    granted_by,
    notice,
)
from governance.habilitations.steps import (
    SERVICE,
    When,
    Why,
    found,
    gestionnaires,
    hand_over,
    holidays_at,
    lock,
    relation_of,
    step,
    terms_of,
    today,
)
from governance.habilitations.tables import Account, Vacancy
from governance.people.rules import Actor, Permission, may, require

__all__ = [
    "Cut", "Leaving", "accept_cgu", "cancel_inactivation", "close_access", "confirm_inactivation", "create_technicien",
    "cut_at_once", "end_notices", "grant", "hide_old", "inactivate_all_of_structure", "inactivate_technicien", "refuse",
    "reopen_access", "request_gestionnaire", "request_inactivation", "withdraw",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is typed to ask for the inactivation of a gestionnaire; `heir`: who takes over their techniciens."""

    wished: date
    reason: Reason
    words: str = field(default="", repr=False)
    heir: str | None = None


class Cut(NamedTuple):
    """What a security cut did: the message to the caisse (None: no address is known), the vacancy it opened, if any."""

    account: str
    message: str | None
    vacancy: str | None


def request_inactivation(session: Session, account_id: str, asked: Leaving, *, by: Actor, at: datetime) -> None:
    """Ask the caisse to inactivate a gestionnaire on a day (A10): fifteen days before, or sooner with a reason (K7).

    Raises LastOne when no other gestionnaire stays active (A11), TooShort, Invalid, NotNow, NotFound.
    """
    account = found(session, account_id, Permission.MANAGE_ACCOUNTS, by)
    _check_profile(account, Profile.GESTIONNAIRE)
    day = today(at)
    terms = terms_of(session, account.convention, day, account.structure_id)
    others = [one for one in gestionnaires(session, relation_of(account), State.ACTIVE) if one.id != account.id]
    if account.state == State.ACTIVE:
        check_last(terms.A11.operative, len(others))
    given = notice(terms.A10.operative, day, asked.wished, asked.words)
    heir = next((one for one in others if one.id == asked.heir), None)
    step(session, account, State.NOTICE, Why(asked.reason, asked.words), by, When(day, at))
    account.notice_on, account.wished_on, account.earliest_on = day, given.wished, given.earliest
    hand_over(session, account, heir)
    notices.inactivation(session, account, at)


def cancel_inactivation(session: Session, account_id: str, why: Why, *, by: Actor, at: datetime) -> None:
    """Take back a notice before its day: the account stays active."""
    account = found(session, account_id, Permission.MANAGE_ACCOUNTS, by)
    if account.state != State.NOTICE:
        raise NotNow("Aucune inactivation n'est demandée pour ce compte.")
    step(session, account, State.ACTIVE, why, by, When(today(at), at))
    account.notice_on = account.wished_on = account.earliest_on = None
    notices.kept(session, account, at)


def confirm_inactivation(session: Session, account_id: str, day: date, *, by: Actor, at: datetime) -> None:
    """Say that the caisse inactivated a gestionnaire under notice, before the wished day if it did so on receipt (K7).

    Raises LastOne, NotNow, Invalid, NotFound.
    """
    account = found(session, account_id, Permission.READ_ACCOUNTS, by)
    where = {"convention": account.convention, "caisse": account.caisse}
    if not may(Permission.GRANT_ACCOUNTS, by, account.structure_id, **where):
        require(Permission.MANAGE_ACCOUNTS, by, account.structure_id, **where)
    if account.state != State.NOTICE:
        raise NotNow("Aucune inactivation n'est demandée pour ce compte.")
    check_day(day, account.changed_on, today(at))
    _end(session, account, Why(), by, When(day, at))


def inactivate_technicien(session: Session, account_id: str, why: Why, *, by: Actor, at: datetime) -> None:
    """Inactivate a technicien at once: any gestionnaire of the partner may, who created the account or not (A13).

    A gestionnaire's account that never served goes the same way. Raises NotNow, Invalid, NotFound.
    """
    account = found(session, account_id, Permission.MANAGE_ACCOUNTS, by)
    if account.profile != Profile.TECHNICIEN and account.state != State.GRANTED:
        raise Conflict("Un gestionnaire actif s'inactive avec un préavis à la caisse.")
    step(session, account, State.INACTIVE, why, by, When(today(at), at))


def cut_at_once(session: Session, account_id: str, why: Why, *, by: Actor, at: datetime) -> Cut:
    """Cut an account now for fraud, theft, loss or misuse (CU 4.1, K8): the last gestionnaire's too.

    The caisse is written to at once, with a proof of sending. When nobody is left, a vacancy opens with its clock.
    Raises NotNow, Invalid (not a security reason), NotFound.
    """
    account = found(session, account_id, Permission.CUT_ACCESS, by)
    if why.reason not in SECURITY:
        raise Invalid("Choisissez fraude, vol, perte ou détournement.", field="reason")
    if State(account.state) not in CUTTABLE:
        raise NotNow("Ce compte n'ouvre aucun accès : il n'y a rien à couper.")
    event = step(session, account, State.CUT, why, by, When(today(at), at))
    vacancy = None
    if account.profile == Profile.GESTIONNAIRE:
        hand_over(session, account)
        vacancy = _vacancy(session, account, at)
    message = notices.cut(session, account, event, by_caisse=by.structure != account.structure_id, at=at)
    return Cut(account.id, message, vacancy)


def end_notices(session: Session, at: datetime) -> tuple[int, int]:
    """Inactivate the gestionnaires whose wished day has come; return how many, and how many are held back.

    The last one is: an ordinary inactivation never leaves a structure without (A11). Done again, it does nothing more.
    """
    day = today(at)
    due = select(Account.id, Account.structure_id).where(Account.state == State.NOTICE, Account.wished_on <= day)
    done = held = 0
    for account_id, structure in session.execute(due.order_by(Account.structure_id, Account.id)).all():
        lock(session, structure)
        account = session.get_one(Account, account_id, populate_existing=True)
        if account.state != State.NOTICE:
            continue
        if not [one for one in gestionnaires(session, relation_of(account), *OPEN) if one.id != account_id]:
            held += 1
            continue
        _end(session, account, Why(), SERVICE, When(account.wished_on or day, at))
        done += 1
    return done, held


def hide_old(session: Session, at: datetime) -> int:
    """Say of the accounts inactive for six months that the portal shows them no more (A15); return how many."""
    day = today(at)
    old = select(Account).where(Account.state.in_((State.INACTIVE, State.CUT, State.ENDED)), Account.hidden_on <= day)
    rows = session.scalars(old.order_by(Account.hidden_on, Account.id)).all()
    for account in rows:
        step(session, account, State.HIDDEN, Why(), SERVICE, When(account.hidden_on or day, at))
    return len(rows)


def _end(session: Session, account: Account, why: Why, by: Actor | str, when: When) -> None:
    others = [one for one in gestionnaires(session, relation_of(account), *OPEN) if one.id != account.id]
    check_last(terms_of(session, account.convention, when.day, account.structure_id).A11.operative, len(others))
    step(session, account, State.INACTIVE, why, by, when)
    hand_over(session, account)


def _vacancy(session: Session, account: Account, at: datetime) -> str | None:
    relation, day = relation_of(account), today(at)
    if gestionnaires(session, relation, *OPEN):
        return None
    open_one = select(Vacancy.id).where(
        Vacancy.structure_id == relation.structure, Vacancy.convention == relation.convention,
        Vacancy.caisse == relation.caisse, Vacancy.ended_at.is_(None),
    )  # fmt: skip
    if known := session.scalar(open_one):
        return known
    rule = terms_of(session, account.convention, day, account.structure_id).A6.operative
    due = granted_by(rule, day, holidays_at(session, account.convention, account.caisse, account.structure_id))
    row = Vacancy(id=new_id(), structure_id=relation.structure, convention=relation.convention, caisse=relation.caisse)
    row.account_id, row.opened_at, row.due_on = account.id, at, due
    session.add(row)
    session.flush()
    return row.id


def _check_profile(account: Account, profile: Profile) -> None:
    if account.profile != profile:
        raise Conflict("Un technicien s'inactive sans préavis : utilisez « Inactiver maintenant ».")
