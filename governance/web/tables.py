"""What is kept of the forms and requests that were sent with a key: enough to answer the same again, for two days."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, sealed
from governance.core.storage import Base


class SentRequest(Base):
    """A request that was recorded, under a keyed hash of who sent it, where, with which key; then its answer."""

    __tablename__ = "sent_request"
    fate: ClassVar[Fate] = Kept("2 jours", "RGPD, art. 5, § 1, e")
    sealed_in: ClassVar[SealedIn] = SealedIn()

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    content: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    location: Mapped[str | None] = sealed()
    body: Mapped[str | None] = sealed()
    media_type: Mapped[str | None] = mapped_column(String(80))
