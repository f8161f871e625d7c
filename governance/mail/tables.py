"""What is kept of the certificates of those one writes to."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, keyed_hash, sealed
from governance.core.sight import Owned
from governance.core.storage import Base, new_id


class MailCertificate(Owned, Base):
    """A certificate (DER, in base 64) that files sent to an address are encrypted to, until it is withdrawn or ends."""

    __tablename__ = "mail_certificate"
    __table_args__ = (CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),)
    fate: ClassVar[Fate] = Kept("tant que la structure utilise le service", "RGPD, art. 5, § 2")
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    address: Mapped[str] = sealed()
    address_hash: Mapped[bytes] = keyed_hash("address")
    certificate: Mapped[str] = sealed()
    subject: Mapped[str] = sealed()
    issuer: Mapped[str] = sealed()
    fingerprint: Mapped[str] = mapped_column(String(64))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    registered_at: Mapped[datetime]
    registered_by: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(64))
