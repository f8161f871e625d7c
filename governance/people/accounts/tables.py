"""What is kept of a link to an account: enough to recognise it, not to use it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.storage import Base, new_id


class AccountLink(Base):
    """A link that lets a person choose a password, once, until it expires."""

    __tablename__ = "account_link"
    fate: ClassVar[Fate] = Kept("jusqu'au lien suivant de la personne", "RGPD, art. 5, § 1, e")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
