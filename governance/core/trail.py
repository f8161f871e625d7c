"""What was done, by whom, when: entries are added, never changed, and hold no insured person's data."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.storage import Base


class TrailEntry(Base):
    """One act."""

    __tablename__ = "trail_entry"
    fate: ClassVar[Fate] = Kept("12 mois", "CNIL, délibération 2021-122")

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    structure: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


def record(
    session: Session, action: str, subject: str, *, by: str, structure: str | None, at: datetime, **details: Any
) -> None:
    """Add an entry to the transaction of the act it tells; `details` hold counts and codes only."""
    session.add(TrailEntry(at=at, actor=by, structure=structure, action=action, subject=subject, details=details))
