"""What is kept of the jobs: what was done in each slot, what failed, when each was last seen up to date."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.storage import Base
from governance.jobs.job import RESULT_LIMIT

_LOG = Kept("12 mois", "CNIL, délibération 2021-122")


class JobRun(Base):
    """A slot that was done; the constraint is what makes « once » true, whatever the number of schedulers."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "slot"),)
    fate: ClassVar[Fate] = _LOG

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    job: Mapped[str] = mapped_column(String(40))
    slot: Mapped[datetime]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(String(RESULT_LIMIT), default="")
    kept_until: Mapped[datetime] = mapped_column(index=True)


class JobFailure(Base):
    """An attempt that did nothing: the class of the error and where it came from, never its message."""

    __tablename__ = "job_failure"
    fate: ClassVar[Fate] = _LOG

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    job: Mapped[str] = mapped_column(String(40), index=True)
    slot: Mapped[datetime]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(String(RESULT_LIMIT))
    kept_until: Mapped[datetime] = mapped_column(index=True)


class JobWatch(Base):
    """When a job was last seen with nothing left to do; written by whoever leads."""

    __tablename__ = "job_watch"
    fate: ClassVar[Fate] = Kept("tant que le service tourne", "RGPD, art. 32")

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    looked_at: Mapped[datetime]
