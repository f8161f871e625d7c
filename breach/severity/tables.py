"""What is kept of severity: every assessment, by whom, with the conclusion drawn; never changed."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from breach.dossier.tables import HERE, REGISTER
from governance.core.fates import Fate
from governance.core.sealing import SealedIn, sealed
from governance.core.sight import Owned
from governance.core.storage import Base, new_id


class Assessment(Owned, Base):
    """The inputs of one person, in codes, under a named method, and what that person concludes."""

    __tablename__ = "breach_severity"
    __table_args__ = (UniqueConstraint("breach_id", "number"),)
    fate: ClassVar[Fate] = REGISTER
    sealed_in: ClassVar[SealedIn] = HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    method: Mapped[str] = mapped_column(String(20))
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    risk: Mapped[str] = mapped_column(String(16))
    reasons: Mapped[str] = sealed()
    adjustment_reason: Mapped[str] = sealed()
