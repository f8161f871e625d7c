"""What is kept of the register: each state of an entry, whole, in order, never changed."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from breach.dossier.tables import HERE, REGISTER
from governance.core.fates import Fate
from governance.core.sealing import SealedIn, sealed
from governance.core.sight import Owned
from governance.core.storage import Base, new_id


class RegisterVersion(Owned, Base):
    """An entry as it stood at an instant, as JSON; `digest` is the SHA-256 of what is sealed."""

    __tablename__ = "breach_register"
    __table_args__ = (UniqueConstraint("breach_id", "number"),)
    fate: ClassVar[Fate] = REGISTER
    sealed_in: ClassVar[SealedIn] = HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    entry: Mapped[str] = sealed()
