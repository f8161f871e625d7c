"""What may be read of the outbox: messages of one's structure, their history, their files, the certificates."""

import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from governance.core.domains import Domain
from governance.core.outbox.claims import LOST, attachments_of, content_of
from governance.core.outbox.outcomes import Pace, What
from governance.core.outbox.rules import Attachment, State, UnknownMessage
from governance.core.outbox.sending import is_late
from governance.core.outbox.smime import short_key
from governance.core.outbox.tables import OutboxContent, OutboxEvent, OutboxMessage
from governance.core.sealed_rows import is_equal
from governance.mail.tables import MailCertificate
from governance.people.rules import Actor, Kind, Permission, may, require
from governance.people.tables import Person

PAGE = 100
# What only the recipient may use, at the end of a link: whoever reads it here could act in their name.
SECRET = re.compile(r"(?<=/)[0-9a-f]{64}\b")
HIDDEN = "(réservé au destinataire)"
# What failed stays at the top of the page for as long as somebody may still act on it.
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Letter:
    """To whom and what a message is, for who may read it; `body` is empty once it is erased."""

    recipient: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a message's history."""

    at: datetime
    ended_at: datetime | None
    what: What
    code: int | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class Sending:
    """A message as the list shows it; `letter` is None for who may not read it, or when its key is gone."""

    id: str
    kind: str
    state: State
    created_at: datetime
    deadline: datetime
    due_at: datetime
    ended_at: datetime | None
    attempts: int
    is_late: bool
    is_confidential: bool
    letter: Letter | None


class Health(NamedTuple):
    """How the outbox fares: what waits, what waits for too long, what failed or expired these last days."""

    waiting: int
    late: int
    failed: int
    expired: int


class Page(NamedTuple):
    """A hundred messages at most, and how many there are."""

    rows: tuple[Sending, ...]
    total: int


def sendings(session: Session, by: Actor, at: datetime, *, state: State | None = None, page: int = 1) -> Page:
    """Return messages of the actor's structure, the latest first; raises Forbidden."""
    require(Permission.READ_OUTBOX, by, by.structure)
    here = [_here(by)] if state is None else [_here(by), OutboxMessage.state == state]
    total = session.scalar(select(func.count()).select_from(OutboxMessage).where(*here)) or 0
    latest = select(OutboxMessage).where(*here).order_by(OutboxMessage.created_at.desc(), OutboxMessage.id)
    rows = session.scalars(latest.limit(PAGE).offset(PAGE * (page - 1)))
    return Page(tuple(_sending(session, row, by, at) for row in rows), total)


def find_sending(session: Session, identifier: str, by: Actor, at: datetime) -> Sending:
    """Return a message of the actor's structure; raises Forbidden, UnknownMessage."""
    require(Permission.READ_OUTBOX, by, by.structure)
    return _sending(session, _row(session, identifier, by), by, at)


def history(session: Session, identifier: str, by: Actor) -> tuple[Event, ...]:
    """Return what happened to a message, in order; servers' words, which may name somebody, to who may read it."""
    _row(session, identifier, by)
    is_reader = may(Permission.READ_MAIL, by, by.structure)
    wanted = select(OutboxEvent).where(OutboxEvent.message == identifier).order_by(OutboxEvent.number)
    return tuple(
        Event(row.at, row.ended_at, What(row.what), row.code, row.answer if is_reader else None)
        for row in session.scalars(wanted)
    )


def files(session: Session, identifier: str, by: Actor) -> tuple[Attachment, ...]:
    """Return the files of a message to whom it is written, and to who may read the mail of its structure.

    Raises UnknownMessage; KeyGone when they were destroyed.
    """
    row = session.get(OutboxMessage, identifier)
    if row is None or not (_may_read(row, by) or _is_recipient(session, row, by)):
        raise UnknownMessage("Ce message n'existe pas.")
    return attachments_of(session, identifier)


def health(session: Session, at: datetime, by: Actor | None = None) -> Health:
    """Return how the outbox fares, in the actor's structure or, for the service itself, in all."""
    here = [] if by is None else [_here(by)]
    ended = OutboxMessage.ended_at > at - RECENT
    unfinished = OutboxMessage.state.in_((State.QUEUED, State.SENDING))

    def count(condition: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(OutboxMessage).where(condition, *here)) or 0

    return Health(
        count(unfinished),
        count(is_late(at, Pace())),
        count(and_(ended, OutboxMessage.state == State.FAILED)),
        count(and_(ended, OutboxMessage.state == State.EXPIRED)),
    )


def certificates(session: Session, by: Actor) -> tuple[MailCertificate, ...]:
    """Return the certificates of the actor's structure that are not withdrawn, the first to end first."""
    require(Permission.MANAGE_CERTIFICATES, by, by.structure)
    wanted = select(MailCertificate).where(
        MailCertificate.structure_id == by.structure, MailCertificate.withdrawn_at.is_(None)
    )
    return tuple(session.scalars(wanted.order_by(MailCertificate.ends_at, MailCertificate.id)))


def short_keys(known: Iterable[MailCertificate]) -> Mapping[str, int]:
    """Return the bits of the keys that serve but should be replaced, by the identifier of their certificate."""
    found = {row.id: short_key(b64decode(row.certificate)) for row in known}
    return {identifier: bits for identifier, bits in found.items() if bits is not None}


def certificate_for(session: Session, structure: str | None, address: str, at: datetime) -> bytes | None:
    """Return the certificate (DER) to encrypt to, when a structure has registered one that is valid now."""
    if structure is None:
        return None
    valid = select(MailCertificate).where(
        MailCertificate.structure_id == structure,
        MailCertificate.withdrawn_at.is_(None),
        MailCertificate.begins_at <= at,
        MailCertificate.ends_at > at,
        is_equal(session, MailCertificate.address, address.lower(), Domain(structure)),
    )
    row = session.scalars(valid.order_by(MailCertificate.registered_at.desc()).limit(1)).one_or_none()
    return None if row is None else b64decode(row.certificate)


def _here(by: Actor) -> ColumnElement[bool]:
    # The service's own messages have no structure: they are seen at the terminal only, with all the others.
    if by.kind is Kind.COMMAND and not by.structure:
        return true()
    return OutboxMessage.structure == by.structure


def _row(session: Session, identifier: str, by: Actor) -> OutboxMessage:
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.id == identifier, _here(by))).one_or_none()
    if row is None:
        raise UnknownMessage("Ce message n'existe pas.")
    return row


def _sending(session: Session, row: OutboxMessage, by: Actor, at: datetime) -> Sending:
    state = State(row.state)
    late = row.ended_at is None and row.queued_at <= at - Pace().late
    letter = _letter(session, row.id) if may(Permission.READ_MAIL, by, by.structure) else None
    if letter is not None and row.confidential:
        letter = replace(letter, body="")
    return Sending(
        row.id, row.kind, state, row.created_at, row.deadline, row.due_at, row.ended_at, row.attempts, late,
        row.confidential, letter,
    )  # fmt: skip


def _letter(session: Session, identifier: str) -> Letter | None:
    try:
        content: OutboxContent = content_of(session, identifier)
    except LOST:
        return None
    return Letter(content.recipient, content.subject, SECRET.sub(HIDDEN, content.body))


def _may_read(row: OutboxMessage, by: Actor) -> bool:
    return not row.confidential and row.structure == by.structure and may(Permission.READ_MAIL, by, by.structure)


def _is_recipient(session: Session, row: OutboxMessage, by: Actor) -> bool:
    person = session.get(Person, by.id)
    letter = _letter(session, row.id)
    return person is not None and letter is not None and person.email.lower() == letter.recipient.lower()
