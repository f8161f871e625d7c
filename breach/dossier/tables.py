"""What is kept of the fact base: each version whole, never changed."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, sealed
from governance.core.sight import Owned
from governance.core.storage import Base, new_id

# Longer than the convention: the register proves afterwards what was done (house rule: the common prescription).
REGISTER = Kept("cinq ans après la clôture (durée de la maison)", "RGPD, art. 33, § 5 ; art. 5, § 2")
HERE = SealedIn(structure="structure_id")


class DossierVersion(Owned, Base):
    """The facts that people typed, as JSON, at one instant."""

    __tablename__ = "breach_dossier"
    __table_args__ = (UniqueConstraint("breach_id", "number"),)
    fate: ClassVar[Fate] = REGISTER
    sealed_in: ClassVar[SealedIn] = HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    facts: Mapped[str] = sealed()
