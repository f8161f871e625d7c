"""A job as one value: its name, its timetable, what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session, sessionmaker

from governance.jobs.rules import CatchUp, Timetable

RESULT_LIMIT = 200


class Turn(NamedTuple):
    """One execution: the slot it is for, and the instant at which it runs."""

    slot: datetime
    at: datetime


class InSlot(NamedTuple):
    """Work done in the very transaction that takes the slot: either both are kept, or neither.

    The function never commits, and returns what it did: counts and codes, no personal data.
    """

    do: Callable[[Session, Turn], str]


class Sweep(NamedTuple):
    """Work that walks a queue in transactions of its own (a network call must hold none).

    Each item's own row says whether it is done: a sweep cut anywhere is taken up by the next. The function returns what
    it did, or "" when there was nothing to do, which leaves no row: a sweep may run every second.
    """

    do: Callable[[sessionmaker[Session], Turn], str]


@dataclass(frozen=True, slots=True)
class Job:
    """What the service does by itself.

    `name` is typed and logged; `title` and `about` are shown to people, in French. `window` bounds what
    `CatchUp.EACH_SLOT` goes back for.
    """

    name: str
    title: str
    about: str
    timetable: Timetable
    work: InSlot | Sweep
    catch_up: CatchUp = CatchUp.LATEST_ONLY
    window: timedelta = timedelta(days=31)

    def __post_init__(self) -> None:
        # A sweep with nothing to do leaves no row: nothing would tell its slots apart from missed ones.
        if isinstance(self.work, Sweep) and self.catch_up is CatchUp.EACH_SLOT:
            raise ValueError("a sweep owes its latest slot only")

    @property
    def grace(self) -> timedelta:
        """Return how long the job may stay unseen before it is called late: a minute, or a twelfth of its period."""
        return max(timedelta(minutes=1), self.timetable.period / 12)

    @property
    def keep(self) -> timedelta:
        """Return how long a run stays readable: a year, or a week for what may run several times an hour."""
        return timedelta(days=366 if self.timetable.period >= timedelta(hours=1) else 7)
