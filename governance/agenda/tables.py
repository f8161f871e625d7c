"""What is kept of somebody's agenda: the link of its feed, enough to recognise it; how far the morning mail looks."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.storage import Base, new_id

_WHILE_WANTED = Kept("jusqu'à ce que la personne change d'avis", "RGPD, art. 5, § 1, e")


class CalendarLink(Base):
    """The secret link by which a calendar program reads a person's dates; one at a time."""

    __tablename__ = "calendar_link"
    fate: ClassVar[Fate] = _WHILE_WANTED

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class MorningMail(Base):
    """How many days ahead a person's morning mail looks; 0 for no mail. Without a row: the usual."""

    __tablename__ = "morning_mail"
    __table_args__ = (CheckConstraint("days BETWEEN 0 AND 365", name="days"),)
    fate: ClassVar[Fate] = _WHILE_WANTED

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    days: Mapped[int]
    set_at: Mapped[datetime]
