"""What can be done about an account: link to it, choose its password, close it, open it again."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.refusals import Conflict, NotFound
from governance.core.sealed_rows import is_equal
from governance.core.storage import new_id
from governance.people.accounts.queries import LinkView, about, find_link, hash_token
from governance.people.accounts.rules import LASTS, Purpose
from governance.people.accounts.tables import AccountLink
from governance.people.leaked import check_unknown
from governance.people.passwords import hash_password
from governance.people.rules import Actor, Permission, require
from governance.people.sessions import actions as sessions
from governance.people.strength import check_password
from governance.people.tables import Person

_TOKEN_BYTES = 32


def make_link(session: Session, person_id: str, *, by: Actor, at: datetime) -> str:
    """Return the token of a fresh link to the account of a person of the actor's structure, shown this once.

    An invitation until the first password, a reset afterwards; the former links of the person open nothing any more.
    Raises Forbidden, NotFound, Conflict (the account is closed).
    """
    person = managed(session, person_id, by=by)
    if person.closed_at is not None:
        raise Conflict("Ce compte est fermé : rouvrez-le d'abord.")
    return _link(session, person, by.id, by, at)


def ask_reset(session: Session, email: str, *, at: datetime) -> tuple[str, Person] | None:
    """Return the token of a reset that someone asked for, with its person, or None when there is no such account."""
    person = session.scalar(select(Person).where(is_equal(session, Person.email, email), Person.closed_at.is_(None)))
    if person is None or person.password_hash is None:
        trail.record(session, "link.asked", "inconnu", by="anonyme", structure=None, at=at)
        return None
    return _link(session, person, "anonyme", "anonyme", at), person


def use_link(session: Session, token: str, password: str, *, at: datetime, leaked: Path | None = None) -> LinkView:
    """Set the password that a link lets choose, end every session of the person, and return the link.

    `leaked` is the list of the passwords that nobody may choose. Raises BadLink, Invalid (the password), Unavailable
    (the list).
    """
    link = find_link(session, token, at)
    row = session.get_one(AccountLink, link.id, with_for_update=True)
    find_link(session, token, at)  # a second use may have waited for the first
    check_unknown(password, leaked)
    _set_password(session, link.person_id, password, at)
    row.used_at = at
    session.execute(delete(AccountLink).where(AccountLink.person_id == link.person_id, AccountLink.id != link.id))
    person = session.get_one(Person, link.person_id)
    trail.record(
        session, "link.used", link.id, by=person.id, structure=person.structure_id, at=at, purpose=link.purpose
    )
    sessions.end_everywhere(session, link.person_id)
    return link


def change_password(
    session: Session, password: str, *, by: Actor, at: datetime, session_id: str, leaked: Path | None = None
) -> str:
    """Set one's own password, end one's other sessions, and return this session's new key.

    Whoever calls has checked the present password; `leaked` is the list of those that nobody may choose. Raises
    Invalid, Unavailable (the list).
    """
    check_unknown(password, leaked)
    _set_password(session, by.id, password, at)
    trail.record(session, "password.changed", by.id, by=by, structure=by.structure, at=at)
    sessions.end_everywhere(session, by.id, but=session_id)
    return sessions.prove_again(session, session_id, at=at)


def close_account(session: Session, person_id: str, *, by: Actor, at: datetime) -> None:
    """Let a person sign in no more, from this instant; their name stays beside what they did.

    Raises Forbidden (also upon oneself), NotFound, Conflict (already closed).
    """
    person = managed(session, person_id, by=by)
    if person.closed_at is not None:
        raise Conflict("Ce compte est déjà fermé.")
    person.closed_at = at
    session.execute(delete(AccountLink).where(AccountLink.person_id == person_id))
    sessions.end_everywhere(session, person_id)
    trail.record(session, "person.closed", person_id, by=by, structure=by.structure, at=at)


def reopen_account(session: Session, person_id: str, *, by: Actor, at: datetime) -> None:
    """Let a person sign in again; raises Forbidden, NotFound, Conflict (not closed)."""
    person = managed(session, person_id, by=by)
    if person.closed_at is None:
        raise Conflict("Ce compte n'est pas fermé.")
    person.closed_at = None
    trail.record(session, "person.reopened", person_id, by=by, structure=by.structure, at=at)


def forget_links(session: Session, *, at: datetime) -> int:
    """Remove the links that expired more than a day ago, and return how many."""
    removed = session.execute(delete(AccountLink).where(AccountLink.expires_at < at - timedelta(days=1)))
    return removed.rowcount if isinstance(removed, CursorResult) else 0


def managed(session: Session, person_id: str, *, by: Actor) -> Person:
    """Return a person whom the actor may manage: of the same structure, and not themselves.

    Raises Forbidden, NotFound.
    """
    require(Permission.MANAGE_PEOPLE, by, by.structure, person=person_id)
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or person.structure_id != by.structure:
        raise NotFound("Cette personne n'existe pas, ou son compte dépend d'une autre structure.")
    return person


def _set_password(session: Session, person_id: str, password: str, at: datetime) -> None:
    check_password(password, about(session, person_id))
    person = session.get_one(Person, person_id)
    person.password_hash, person.password_changed_at = hash_password(password), at


def _link(session: Session, person: Person, made_by: str, by: Actor | str, at: datetime) -> str:
    purpose = Purpose.INVITATION if person.password_hash is None else Purpose.RESET
    token = secrets.token_hex(_TOKEN_BYTES)  # in base 64, one in a thousand spells a word that the scanner stops
    session.execute(delete(AccountLink).where(AccountLink.person_id == person.id))
    row = AccountLink(id=new_id(), hash=hash_token(token), purpose=purpose.value, person_id=person.id, made_at=at)
    row.made_by, row.expires_at = made_by, at + LASTS[purpose]
    session.add(row)
    trail.record(session, "link.made", row.id, by=by, structure=person.structure_id, at=at, purpose=purpose.value)
    return token
