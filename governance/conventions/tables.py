"""Conventions registered by a DPO: every text that was ever accepted, as it was received."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.storage import Base, new_id


class ImportedConvention(Base):
    """One text of one convention; a later one adds a row and changes none.

    `binds`: the structure that it binds alone, an amendment of a convention of the product; empty for any.
    """

    __tablename__ = "imported_convention"
    __table_args__ = (UniqueConstraint("code", "binds", "edition"),)
    fate: ClassVar[Fate] = Kept("aussi longtemps que les preuves données sous cette convention", "RGPD, art. 5(2)")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(32))
    edition: Mapped[int]
    toml: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(String(64))
    structure: Mapped[str | None] = mapped_column(String(64))
    binds: Mapped[str] = mapped_column(String(64), default="")
