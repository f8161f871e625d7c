"""What a person may read of their account, and which account a link opens."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.people.accounts.rules import BadLink, Purpose, is_usable
from governance.people.accounts.tables import AccountLink
from governance.people.tables import Person, Structure


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """A person's account, as they see it."""

    name: str
    email: str
    structure: str
    has_password: bool
    password_changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link that may serve: for whom, and for what."""

    id: str
    purpose: Purpose
    person_id: str
    name: str
    email: str
    structure: str


def own_account(session: Session, person_id: str) -> OwnAccount:
    """Return a person's account."""
    person = session.get_one(Person, person_id)
    structure = session.get_one(Structure, person.structure_id).name
    has_password = person.password_hash is not None
    return OwnAccount(person.name, person.email, structure, has_password, person.password_changed_at)


def about(session: Session, person_id: str) -> tuple[str, str, str]:
    """Return what a person's password must not hold: their name, their address, their structure's name."""
    account = own_account(session, person_id)
    return account.name, account.email, account.structure


def password_hash(session: Session, person_id: str) -> str | None:
    """Return the hash of a person's password, or None when they have none."""
    return session.get_one(Person, person_id).password_hash


def find_link(session: Session, token: str, at: datetime) -> LinkView:
    """Return the link of a token, or refuse (BadLink) in the same words whatever the reason."""
    row = session.scalar(select(AccountLink).where(AccountLink.hash == hash_token(token)))
    person = session.get(Person, row.person_id) if row else None
    if row is None or person is None or person.closed_at or not is_usable(row.expires_at, row.used_at, at):
        raise BadLink("Ce lien n'est pas valable : il a déjà servi, il a expiré, ou il est incomplet.")
    structure = session.get_one(Structure, person.structure_id).name
    return LinkView(row.id, Purpose(row.purpose), person.id, person.name, person.email, structure)


def known_link(session: Session, token: str) -> str | None:
    """Return the identifier of a link that once was, for the trail."""
    return session.scalar(select(AccountLink.id).where(AccountLink.hash == hash_token(token)))


def hash_token(token: str) -> str:
    """Return what is kept of a link; its 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
