"""Counting tries: before their outcome is known, so that trying many at once gains nothing."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.core.keys import Keys
from governance.people.lockout.rules import ACCOUNT, ADDRESS, FORGOTTEN, TooManyTries, Tried, is_forgotten, left
from governance.people.lockout.tables import FailedTries


class Subject(NamedTuple):
    """What tries are counted upon, unreadable, and how many are free."""

    hash: str
    allowed: int


def account(keys: Keys, email: str) -> Subject:
    """Return the account that an address names, whether or not there is one."""
    return Subject(_hash(keys, "account", email.strip().lower()), ACCOUNT)


def address(keys: Keys, network: str) -> Subject:
    """Return the network address that tries come from."""
    return Subject(_hash(keys, "address", network), ADDRESS)


def asking(keys: Keys, who: str) -> Subject:
    """Return the account or the network address that links are asked for."""
    return Subject(_hash(keys, "link", who), ACCOUNT)


def second_factor(keys: Keys, person_id: str) -> Subject:
    """Return the codes of a person."""
    return Subject(_hash(keys, "code", person_id), ACCOUNT)


def reserve(session: Session, subjects: Sequence[Subject], *, at: datetime) -> bool:
    """Count a try upon each subject, and say whether it is the one after which they wait.

    Raises TooManyTries, and then counts nothing.
    """
    rows = [(subject, _row(session, subject, at)) for subject in sorted(subjects)]
    waits = [left(Tried(row.failures, row.last_at), subject.allowed, at) for subject, row in rows]
    if any(waits):
        raise TooManyTries(max(waits))
    for _, row in rows:
        row.failures, row.last_at = row.failures + 1, at
    return any(row.failures == subject.allowed for subject, row in rows)


def forgive(session: Session, account: Subject, others: Sequence[Subject] = ()) -> None:
    """Forget the failures of an account that succeeded; take back this try alone from the other subjects."""
    session.execute(delete(FailedTries).where(FailedTries.subject == account.hash))
    for subject in sorted(others):
        take_back(session, subject)


def take_back(session: Session, subject: Subject) -> None:
    """Take back a try that succeeded."""
    row = session.get(FailedTries, subject.hash, with_for_update=True)
    if row is not None:
        row.failures = max(0, row.failures - 1)


def forget(session: Session, *, at: datetime) -> int:
    """Remove the failures that count no more, and return how many."""
    removed = session.execute(delete(FailedTries).where(FailedTries.last_at < at - FORGOTTEN))
    return removed.rowcount if isinstance(removed, CursorResult) else 0


def _row(session: Session, subject: Subject, at: datetime) -> FailedTries:
    row = session.get(FailedTries, subject.hash, with_for_update=True)
    if row is None:
        try:
            with session.begin_nested():
                session.add(FailedTries(subject=subject.hash, failures=0, last_at=at))
        except IntegrityError:
            pass  # another process was first
        row = session.get_one(FailedTries, subject.hash, with_for_update=True)
    if is_forgotten(Tried(row.failures, row.last_at), at):
        row.failures = 0
    return row


def _hash(keys: Keys, kind: str, value: str) -> str:
    text = f"{kind}:{value}".encode(errors="replace")
    return hmac.new(keys.derive("lockout"), text, hashlib.sha256).hexdigest()
