"""What is kept of the decision on the persons (art. 34): every one, with its reasons; never changed."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from breach.dossier.tables import HERE, REGISTER
from governance.core.fates import Fate
from governance.core.sealing import SealedIn, sealed
from governance.core.sight import Owned
from governance.core.storage import Base, new_id


class PersonsDecision(Owned, Base):
    """Whether the persons are told, on which exception, why; the last one counts."""

    __tablename__ = "breach_persons_decision"
    __table_args__ = (UniqueConstraint("breach_id", "number"),)
    fate: ClassVar[Fate] = REGISTER
    sealed_in: ClassVar[SealedIn] = HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    choice: Mapped[str] = mapped_column(String(16))
    exception: Mapped[str | None] = mapped_column(String(16))
    reasons: Mapped[str] = sealed()
