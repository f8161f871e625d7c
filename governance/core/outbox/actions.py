"""What is done with messages, each time in the caller's transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.core.outbox.rules import Message, State, check, clean_address, message_id
from governance.core.outbox.tables import OutboxAttachment, OutboxMessage
from governance.core.storage import new_id


def post(session: Session, message: Message, *, at: datetime) -> str:
    """Write a message in the transaction of the fact it announces, and return its identifier.

    It leaves once that transaction is committed, within seconds. With a `key` already used, nothing is written and the
    identifier of the first message is returned. Raises BadAddress, BadMessage, MessageTooLarge; ValueError when the
    deadline is past.
    """
    check(message, at)
    known = _of_key(session, message.key)
    if known is not None:
        return known
    row = _row(message, at)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        taken = _of_key(session, message.key)  # another transaction took the key an instant before
        if taken is None:
            raise
        return taken
    session.add_all(
        OutboxAttachment(message=row.id, number=number, name=one.name, media_type=one.media_type, content=one.content)
        for number, one in enumerate(message.attachments, 1)
    )
    return row.id


def _of_key(session: Session, key: str | None) -> str | None:
    if key is None:
        return None
    return session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key))


def _row(message: Message, at: datetime) -> OutboxMessage:
    identifier = new_id()
    return OutboxMessage(
        id=identifier, message_id=message_id(identifier), kind=message.kind, structure=message.structure,
        convention=message.convention, about=message.about, key=message.key, recipient=clean_address(message.to),
        subject=message.subject.strip(), body=message.body, confidential=message.confidential, created_at=at,
        deadline=message.deadline, state=State.QUEUED.value, due_at=at, attempts=0,
    )  # fmt: skip
