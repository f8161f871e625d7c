"""Who holds a message while it is sent: taken before the server is called, given back with the answer.

An attempt is written down before it is made. A worker that dies leaves it open: what it had come to is unknown, and
the message is sent again under the same Message-ID once the worker's time is over.
"""

from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.keystore import KeyGone
from governance.core.outbox.outcomes import Answer, Next, Pace, What, after_attempt
from governance.core.outbox.rules import Attachment, State
from governance.core.outbox.tables import OutboxAttachment, OutboxContent, OutboxEvent, OutboxMessage
from governance.core.seals import NotSealed, SealBroken
from governance.core.storage import new_id

WORKER = "envois"
LOST = (KeyGone, SealBroken, NotSealed)  # for good; a key store that is away is no reason to give up

INTERRUPTED = "L'envoi a été interrompu : le serveur a pu recevoir le message, renvoyé sous le même identifiant."
TOO_LATE = "L'échéance du message est passée."


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker holds: what to send, and what gives it back."""

    id: str
    token: str
    number: int
    message_id: str
    structure: str | None
    recipient: str
    subject: str = field(repr=False)
    body: str = field(repr=False)
    created_at: datetime
    attachments: tuple[Attachment, ...] = ()


def claim(session: Session, at: datetime, pace: Pace) -> Claimed | None:
    """Take the message that has been due for longest, and open its attempt; None when nothing is due.

    A message whose content cannot be opened any more (its convention's key is destroyed) fails here.
    """
    due = _in(State.QUEUED).where(OutboxMessage.due_at <= at, OutboxMessage.deadline > at)
    while True:
        row = session.scalars(due.order_by(OutboxMessage.due_at, OutboxMessage.id).limit(1)).one_or_none()
        if row is None:
            return None
        try:
            content, attachments = content_of(session, row.id), attachments_of(session, row.id)
        except LOST as lost:
            tell(session, row.id, Answer(What.BLOCKED, lost.message), by=WORKER, at=at)
            move(session, row, Next(State.FAILED), by=WORKER, at=at)
            continue
        return _claimed(session, row, content, attachments, at + pace.lease, at)


def settle(session: Session, claimed: Claimed, answer: Answer, at: datetime, pace: Pace) -> State:
    """Write an attempt's answer and where it leads; return the message's state.

    When the worker's time was over, the message is no longer its own: only a delivery that happened still counts.
    """
    event = session.get_one(OutboxEvent, (claimed.id, claimed.number))
    event.what, event.code, event.answer, event.ended_at = answer.what.value, answer.code, answer.text, at
    row = session.scalars(_one(claimed.id)).one()
    is_mine = row.token == claimed.token
    has_left = answer.what is What.ACCEPTED and row.state in (State.QUEUED, State.EXPIRED)
    if is_mine or has_left:
        move(session, row, after_attempt(answer.what, row.attempts, at, row.deadline, pace), by=WORKER, at=at)
    return State(row.state)


def recover(session: Session, at: datetime, pace: Pace) -> int:
    """Put back the messages whose worker's time is over, and return how many."""
    rows = session.scalars(_in(State.SENDING).where(OutboxMessage.claimed_until <= at)).all()
    for row in rows:
        unknown = Answer(What.UNKNOWN, INTERRUPTED)
        opened = select(OutboxEvent).where(OutboxEvent.message == row.id, OutboxEvent.what == What.SENDING)
        for event in session.scalars(opened.order_by(OutboxEvent.number)):
            event.what, event.answer, event.ended_at = unknown.what.value, unknown.text, at
        move(session, row, Next(State.QUEUED, min(at, row.deadline)), by=WORKER, at=at)
    return len(rows)


def expire(session: Session, at: datetime) -> int:
    """End the messages whose deadline is past, and return how many."""
    rows = session.scalars(_in(State.QUEUED).where(OutboxMessage.deadline <= at)).all()
    for row in rows:
        tell(session, row.id, Answer(What.EXPIRED, TOO_LATE), by=WORKER, at=at)
        move(session, row, Next(State.EXPIRED), by=WORKER, at=at)
    return len(rows)


def move(session: Session, row: OutboxMessage, to: Next, *, by: str, at: datetime) -> None:
    """Bring a message to a state: freed from its worker, told to the trail when nothing more is to be done."""
    row.state, row.token, row.claimed_until = to.state.value, None, None
    if to.due_at is not None:
        row.due_at, row.ended_at = to.due_at, None
        return
    row.ended_at = at
    if row.confidential:
        _forget(session, row.id)
    told = {"kind": row.kind, "attempts": row.attempts}
    trail.record(session, f"outbox.{to.state}", row.id, by=by, structure=row.structure, at=at, **told)


def tell(session: Session, message: str, answer: Answer, *, by: str, at: datetime) -> int:
    """Add a line to the history of a message and return its number; an attempt stays open until it is settled."""
    last = session.scalar(select(func.max(OutboxEvent.number)).where(OutboxEvent.message == message)) or 0
    ended = None if answer.what is What.SENDING else at
    session.add(
        OutboxEvent(
            message=message, number=last + 1, at=at, ended_at=ended, what=answer.what.value, code=answer.code,
            answer=answer.text, by=by,
        )
    )  # fmt: skip
    session.flush()
    return last + 1


def content_of(session: Session, message: str) -> OutboxContent:
    """Return to whom and what a message is; raises KeyGone when its key was destroyed, SealBroken when it was altered.

    Raises KeyGone too when the content went with its convention.
    """
    content = session.get(OutboxContent, message)
    if content is None:
        raise KeyGone("Le contenu de ce message a été détruit avec sa convention.")
    return content


def attachments_of(session: Session, message: str) -> tuple[Attachment, ...]:
    """Return the files of a message, in their order; raises KeyGone, SealBroken."""
    wanted = select(OutboxAttachment).where(OutboxAttachment.message == message).order_by(OutboxAttachment.number)
    return tuple(Attachment(row.name, b64decode(row.content), row.media_type) for row in session.scalars(wanted))


def _forget(session: Session, message: str) -> None:
    session.execute(delete(OutboxAttachment).where(OutboxAttachment.message == message))
    with suppress(*LOST):
        content_of(session, message).body = ""


def _claimed(
    session: Session,
    row: OutboxMessage,
    content: OutboxContent,
    files: tuple[Attachment, ...],
    until: datetime,
    at: datetime,
) -> Claimed:
    row.state, row.token, row.claimed_until = State.SENDING.value, new_id(), until
    row.attempts += 1
    number = tell(session, row.id, Answer(What.SENDING, ""), by=WORKER, at=at)
    return Claimed(
        row.id, row.token, number, row.message_id, row.structure, content.recipient, content.subject, content.body,
        row.created_at, files,
    )  # fmt: skip


def _one(identifier: str) -> Select[OutboxMessage]:
    return select(OutboxMessage).where(OutboxMessage.id == identifier).with_for_update()


def _in(state: State) -> Select[OutboxMessage]:
    # PostgreSQL: what another worker holds is passed over; SQLite: writers take turns (BEGIN IMMEDIATE).
    return select(OutboxMessage).where(OutboxMessage.state == state).with_for_update(skip_locked=True)
