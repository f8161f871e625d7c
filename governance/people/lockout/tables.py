"""What is kept of tries that failed: neither the address typed nor that of the network, a keyed hash of them."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.storage import Base


class FailedTries(Base):
    """The failures in a row upon one account, or from one address."""

    __tablename__ = "failed_tries"
    fate: ClassVar[Fate] = Kept("24 heures après le dernier essai", "RGPD, art. 5, § 1, e")

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
