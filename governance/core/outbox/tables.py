"""What is kept of a message: the message itself, its attachments, and everything that happened to it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.outbox.rules import State
from governance.core.storage import Base, new_id

# Not destroyed with a convention: that a notice left, and when, is what one proves afterwards.
EVIDENCE = Kept("12 mois après la fin de l'envoi", "CNIL, délibération 2021-122")

_STATES = ", ".join(f"'{state}'" for state in State)


class OutboxMessage(Base):
    """A message, from the transaction of the fact it announces until nothing more can happen to it.

    `token` and `claimed_until` say which worker holds it while it is being sent; `alarmed_at` that its delay was told.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("(state = 'sending') = (token IS NOT NULL)", name="claimed"),
        CheckConstraint("(token IS NULL) = (claimed_until IS NULL)", name="claimed_until"),
        CheckConstraint("(state IN ('queued', 'sending')) = (ended_at IS NULL)", name="ended"),
        Index("ix_outbox_message_due", "state", "due_at"),
    )
    fate: ClassVar[Fate] = EVIDENCE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    message_id: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    structure: Mapped[str | None] = mapped_column(String(32), index=True)
    convention: Mapped[str | None] = mapped_column(String(32))
    about: Mapped[str | None] = mapped_column(String(64), index=True)
    key: Mapped[str | None] = mapped_column(String(120))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    confidential: Mapped[bool]
    created_at: Mapped[datetime]
    deadline: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    alarmed_at: Mapped[datetime | None]


class OutboxAttachment(Base):
    """A file of a message."""

    __tablename__ = "outbox_attachment"
    fate: ClassVar[Fate] = EVIDENCE

    message: Mapped[str] = mapped_column(ForeignKey("outbox_message.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(164))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class OutboxEvent(Base):
    """Something that happened to a message: an attempt, opened before it is made, or what was learnt since.

    `answer` is the server's own line, or the reason in French; `code` its SMTP code.
    """

    __tablename__ = "outbox_event"
    fate: ClassVar[Fate] = EVIDENCE

    message: Mapped[str] = mapped_column(ForeignKey("outbox_message.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    what: Mapped[str] = mapped_column(String(16))
    code: Mapped[int | None]
    answer: Mapped[str] = mapped_column(String(500), default="")
    by: Mapped[str] = mapped_column(String(64))
