"""Tables that a caisse asks for, and those that were sent: frozen as they were on their day."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, sealed_bytes
from governance.core.sight import SharedWithCaisse
from governance.core.storage import Base, new_id

_PROOF = Kept("la durée de la convention, puis cinq ans", "RGPD, art. 5, § 2 ; code civil, art. 2224")


class SentRoster(SharedWithCaisse, Base):
    """A table that the partner sent to a caisse: its lines as they stood, and when the caisse first fetched it."""

    __tablename__ = "sent_roster"
    __table_args__ = (Index("ix_sent_roster_place", "structure_id", "convention", "caisse", "sent_at"),)
    fate: ClassVar[Fate] = _PROOF
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    as_of: Mapped[date]
    size: Mapped[int]
    content: Mapped[bytes] = sealed_bytes()
    sent_at: Mapped[datetime]
    sent_by: Mapped[str] = mapped_column(String(64))
    fetched_at: Mapped[datetime | None]
    fetched_by: Mapped[str | None] = mapped_column(String(64))


class RosterRequest(SharedWithCaisse, Base):
    """That a caisse asks for the table by a day, once or regularly (A24); one at a time for a relation."""

    __tablename__ = "roster_request"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index(
            "uq_roster_request_open", "structure_id", "convention", "caisse", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip
    fate: ClassVar[Fate] = _PROOF

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    wished_on: Mapped[date]
    every_months: Mapped[int]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(64))
    roster_id: Mapped[str | None] = mapped_column(ForeignKey("sent_roster.id"))
