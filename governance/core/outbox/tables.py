"""What is kept of a message: where it stands and what happened to it, its content and its files apart.

What is read to send, to list and to prove is not sealed: a message whose key is destroyed stands in nobody's way.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Destroyed, Fate, Kept
from governance.core.outbox.rules import State
from governance.core.sealing import SealedIn, sealed
from governance.core.storage import Base, new_id

# Not destroyed with a convention: that a notice left, and when, is what one proves afterwards.
EVIDENCE = Kept("12 mois après la fin de l'envoi", "CNIL, délibération 2021-122")

SEALED_IN = SealedIn(structure="structure", convention="convention")

_STATES = ", ".join(f"'{state}'" for state in State)


class OutboxMessage(Base):
    """A message, from the transaction of the fact it announces until nothing more can happen to it.

    `queued_at` is when it was last asked to leave; `token` and `claimed_until` say which worker holds it while it is
    sent; `alarmed_at` that its delay was told.
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
    confidential: Mapped[bool]
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    deadline: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    alarmed_at: Mapped[datetime | None]


class OutboxContent(Base):
    """To whom and what: sealed, and gone with the convention it speaks of."""

    __tablename__ = "outbox_content"
    fate: ClassVar[Fate] = Destroyed()
    sealed_in: ClassVar[SealedIn] = SEALED_IN

    message: Mapped[str] = mapped_column(ForeignKey("outbox_message.id"), primary_key=True)
    structure: Mapped[str | None] = mapped_column(String(32))
    convention: Mapped[str | None] = mapped_column(String(32))
    recipient: Mapped[str] = sealed()
    subject: Mapped[str] = sealed()
    body: Mapped[str] = sealed()


class OutboxAttachment(Base):
    """A file of a message, sealed; its content in base 64."""

    __tablename__ = "outbox_attachment"
    fate: ClassVar[Fate] = Destroyed()
    sealed_in: ClassVar[SealedIn] = SEALED_IN

    message: Mapped[str] = mapped_column(ForeignKey("outbox_message.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    structure: Mapped[str | None] = mapped_column(String(32))
    convention: Mapped[str | None] = mapped_column(String(32))
    media_type: Mapped[str] = mapped_column(String(164))
    name: Mapped[str] = sealed()
    content: Mapped[str] = sealed()


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
