"""What is kept of a session: enough to recognise its key, not to use it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.storage import Base, new_id


class WebSession(Base):
    """A session of a person: removed when it ends; the trail remembers."""

    __tablename__ = "web_session"
    fate: ClassVar[Fate] = Kept("jusqu'à la fin de la session", "RGPD, art. 5, § 1, e")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    stage: Mapped[str] = mapped_column(String(16))
    method: Mapped[str] = mapped_column(String(32))
    agent: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime]
