"""The lists that were sent: looked at, then kept; a later one takes the place of the one before, whose lines go."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, sealed_bytes
from governance.core.sight import Owned
from governance.core.storage import Base, new_id


class ImportedList(Owned, Base):
    """A list of the portal or of the staff: its lines while they serve, then when and by whom it was kept, and counts.

    Sealed in the structure's domain: the staff is the structure's own, whatever becomes of a convention.
    """

    __tablename__ = "imported_list"
    __table_args__ = (
        CheckConstraint("(kept_at IS NULL) = (kept_by IS NULL)", name="kept"),
        CheckConstraint("(convention IS NULL) = (caisse IS NULL)", name="relation"),
        Index("ix_imported_list_place", "structure_id", "kind", "convention", "caisse", "kept_at"),
    )
    fate: ClassVar[Fate] = Kept("tant que la structure utilise le service", "RGPD, art. 5, § 1, e")
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    kind: Mapped[str] = mapped_column(String(16))
    convention: Mapped[str | None] = mapped_column(String(32))
    caisse: Mapped[str | None] = mapped_column(String(32))
    sent_at: Mapped[datetime]
    sent_by: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]  # lines
    content: Mapped[bytes | None] = sealed_bytes()
    kept_at: Mapped[datetime | None]
    kept_by: Mapped[str | None] = mapped_column(String(64))
    counts: Mapped[dict[str, int] | None] = mapped_column(JSON)
