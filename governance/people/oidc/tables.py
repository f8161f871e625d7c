"""What is kept of a person's account at a provider: a fingerprint, enough to know it again."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.storage import Base


class LinkedAccount(Base):
    """A person's account at a provider; `subject` is the SHA-256 of the issuer and of the identifier there."""

    __tablename__ = "linked_account"
    fate: ClassVar[Fate] = Kept("tant que la structure utilise le service", "RGPD, art. 5, § 1, e")

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    linked_at: Mapped[datetime]
