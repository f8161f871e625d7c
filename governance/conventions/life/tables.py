"""What is kept of the life of a convention: what happened, which is never rewritten, and what its end set off."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, sealed
from governance.core.sight import NOBODY, Shared, SharedWithCaisse, Sight
from governance.core.storage import Base, new_id

# Without them the end would be set off again, and accounts, checks and reviews could no longer be told apart from it.
_PROOF = Kept("tant que la structure utilise le service : sans elle, la fin serait à refaire", "RGPD, art. 5, § 2")
_STANDS = text("undone_at IS NULL")


class ConventionEvent(Shared, Base):
    """One thing that happened to a convention of a structure; the database refuses to rewrite it.

    Sealed under the structure's own key, which the end of a convention does not destroy: it proves that end.
    """

    __tablename__ = "convention_event"
    __table_args__ = (Index("ix_convention_event_place", "structure_id", "convention"),)
    fate: ClassVar[Fate] = _PROOF
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str | None] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(2))
    day: Mapped[date]
    until: Mapped[date | None]
    notice: Mapped[str | None] = mapped_column(String(32))  # a duration, as `spans.parse` reads it
    counted_to: Mapped[str | None] = mapped_column(String(16))
    of: Mapped[str | None] = mapped_column(ForeignKey("convention_event.id"))
    party: Mapped[str | None] = mapped_column(String(16))
    edition: Mapped[int | None]  # of the text that an amendment registered
    reference: Mapped[str] = sealed()
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))

    @classmethod
    def signed_by(cls, sight: Sight) -> ColumnElement[bool]:
        """Return the condition under which a caisse sees events: those of every caisse, and its own letters."""
        return and_(super().signed_by(sight), or_(cls.caisse.is_(None), cls.caisse == (sight.caisse or NOBODY)))

    def is_signed_by(self, sight: Sight) -> bool:
        """Say the same of one row."""
        return super().is_signed_by(sight) and self.caisse in (None, sight.caisse)


class ConventionEnd(SharedWithCaisse, Base):
    """That the end of a text with a caisse was set off: accounts, checks, destruction; or undone since."""

    __tablename__ = "convention_end"
    __table_args__ = (
        Index(
            "uq_convention_end_stands", "structure_id", "convention", "caisse", "text", unique=True,
            sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
        CheckConstraint("undone_at >= set_off_at", name="undone"),
    )  # fmt: skip
    fate: ClassVar[Fate] = _PROOF

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(String(2))
    over_from: Mapped[date]
    why: Mapped[str] = mapped_column(String(48))
    set_off_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
