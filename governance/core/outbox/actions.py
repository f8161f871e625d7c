"""What is done with messages, each time in the caller's transaction."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.outbox.addresses import clean_address
from governance.core.outbox.claims import move, tell
from governance.core.outbox.outcomes import Answer, Next, What
from governance.core.outbox.rules import (
    Attachment,
    Message,
    State,
    UnknownMessage,
    check,
    check_resendable,
    message_id,
)
from governance.core.outbox.tables import OutboxAttachment, OutboxContent, OutboxEvent, OutboxMessage
from governance.core.storage import new_id
from governance.core.trail import Doer

RESEND_WITHIN = timedelta(days=1)
KEPT = timedelta(days=366)  # twelve months, whatever the year: CNIL, délibération 2021-122


def post(session: Session, message: Message, *, at: datetime) -> str:
    """Write a message in the transaction of the fact it announces, and return its identifier.

    It leaves once that transaction is committed, within seconds. With a `key` already used, nothing is written and the
    identifier of the first message is returned. Raises BadAddress, BadMessage, MessageTooLarge; ValueError when the
    deadline is past.
    """
    check(message, at)
    to = clean_address(message.to)
    row = _row(message, at)
    taken = _of_key(session, message.key) or _added(session, row)
    if taken is not None:
        return taken
    where = {"message": row.id, "structure": message.structure, "convention": message.convention}
    session.add(OutboxContent(**where, recipient=to, subject=message.subject.strip(), body=message.body))
    session.add_all(_file(where, number, one) for number, one in enumerate(message.attachments, 1))
    session.flush()
    return row.id


def _added(session: Session, row: OutboxMessage) -> str | None:
    """Add a message; return the one that took its key an instant before, if any."""
    key = row.key
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        taken = _of_key(session, key)
        if taken is None:
            raise
        return taken
    return None


def _of_key(session: Session, key: str | None) -> str | None:
    if key is None:
        return None
    return session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key))


def _row(message: Message, at: datetime) -> OutboxMessage:
    identifier = new_id()
    return OutboxMessage(
        id=identifier, message_id=message_id(identifier), kind=message.kind, structure=message.structure,
        convention=message.convention, about=message.about, key=message.key, confidential=message.confidential,
        created_at=at, queued_at=at, deadline=message.deadline, state=State.QUEUED.value, due_at=at, attempts=0,
    )  # fmt: skip


def _file(where: Mapping[str, str | None], number: int, file: Attachment) -> OutboxAttachment:
    content = b64encode(file.content).decode("ascii")
    return OutboxAttachment(**where, number=number, name=file.name, media_type=file.media_type, content=content)


def resend(session: Session, identifier: str, *, by: Doer, at: datetime) -> None:
    """Ask a message that ended to leave once more, under the same Message-ID, with a day at least before it.

    Raises UnknownMessage; NotResendable when it has not ended, has arrived, or held what is only good once.
    """
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.id == identifier).with_for_update()).one_or_none()
    if row is None:
        raise UnknownMessage("Ce message n'existe pas.")
    check_resendable(State(row.state), row.confidential)
    row.queued_at, row.alarmed_at, row.attempts = at, None, 0
    row.deadline = max(row.deadline, at + RESEND_WITHIN)
    tell(session, row.id, Answer(What.RESENT, ""), by=by.id, at=at)
    move(session, row, Next(State.QUEUED, at), by=by.id, at=at)
    trail.record(session, "outbox.resent", row.id, by=by, structure=row.structure, at=at, kind=row.kind)


def forget(session: Session, at: datetime) -> int:
    """Remove the messages that ended longer ago than they are kept, with their history; return how many."""
    old = select(OutboxMessage.id).where(OutboxMessage.ended_at < at - KEPT)
    for table in (OutboxEvent, OutboxAttachment, OutboxContent):
        session.execute(delete(table).where(table.message.in_(old)))
    removed = session.execute(delete(OutboxMessage).where(OutboxMessage.ended_at < at - KEPT))
    return int(getattr(removed, "rowcount", 0))
