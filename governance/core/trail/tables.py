"""What is kept of each act: entries are added, never changed, and hold no insured person's data."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.storage import Base


class TrailEntry(Base):
    """One act; `role` is what the actor was in the structure, `salt` what hides the entry behind its hash."""

    __tablename__ = "trail_entry"
    fate: ClassVar[Fate] = Kept("12 mois", "CNIL, délibération 2021-122")

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    role: Mapped[str | None] = mapped_column(String(128))
    structure: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    salt: Mapped[str | None] = mapped_column(String(32))
