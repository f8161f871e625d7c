"""Contacts that people recorded: a change withdraws a row and adds another, so that what was known stays."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, sealed
from governance.core.sight import SharedWithCaisse
from governance.core.storage import Base, new_id


class RecordedContact(SharedWithCaisse, Base):
    """Who is written to, at a caisse or a partner, for a convention; in force until it is withdrawn.

    Sealed in the structure's domain, not in the convention's: who was told of what must be read once its key is gone.
    """

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
        Index("ix_contact_relation", "structure_id", "convention", "caisse"),
    )
    fate: ClassVar[Fate] = Kept("tant que la structure utilise le service", "RGPD, art. 5, § 2")
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    side: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    rank: Mapped[int]
    name: Mapped[str | None] = sealed()
    email: Mapped[str | None] = sealed()
    phone: Mapped[str | None] = sealed()
    address: Mapped[str | None] = sealed()
    verified_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(64))
