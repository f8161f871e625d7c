"""When a job is due, what is caught up after down time, and when it is late."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from governance.core.clock import PARIS

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CatchUp(StrEnum):
    """What is owed once the service is back."""

    EACH_SLOT = "each slot"
    LATEST_ONLY = "latest only"


@dataclass(frozen=True, slots=True)
class Timetable:
    """Slots at a constant distance, counted in UTC from 1970: no daylight-saving night has one more or one less.

    >>> daily(time(3, 30)).latest(datetime(2026, 10, 25, 2, 0, tzinfo=UTC)).isoformat()
    '2026-10-24T03:30:00+00:00'
    """

    period: timedelta
    offset: timedelta = timedelta()

    def latest(self, at: datetime) -> datetime:
        """Return the slot that last came, at an instant."""
        return at - (at - EPOCH - self.offset) % self.period

    def following(self, at: datetime) -> datetime:
        """Return the slot that comes next, after an instant."""
        return self.latest(at) + self.period


@dataclass(frozen=True, slots=True)
class LocalTimetable(Timetable):
    """A slot a day at a time of a zone's clock: 23 or 25 hours apart twice a year, never missing nor twice.

    >>> winter, summer = datetime(2026, 1, 9, 12, tzinfo=UTC), datetime(2026, 7, 9, 12, tzinfo=UTC)
    >>> [daily_in(ZoneInfo("Europe/Paris"), time(7)).latest(at).hour for at in (winter, summer)]
    [6, 5]
    """

    zone: ZoneInfo = PARIS

    def latest(self, at: datetime) -> datetime:
        """Return the slot that last came, at an instant."""
        today = at.astimezone(self.zone).date()
        slot = self._on(today)
        return slot if slot <= at else self._on(today - timedelta(days=1))

    def following(self, at: datetime) -> datetime:
        """Return the slot that comes next, after an instant."""
        return self._on(self.latest(at).astimezone(self.zone).date() + timedelta(days=1))

    def _on(self, day: date) -> datetime:
        return (datetime.combine(day, time(), UTC) + self.offset).replace(tzinfo=self.zone).astimezone(UTC)


def every(**length: float) -> Timetable:
    """Return a slot each so often: `every(seconds=1)`, `every(hours=6)`."""
    return Timetable(timedelta(**length))


def daily(at: time) -> Timetable:
    """Return a slot a day, at a time of day in UTC."""
    return Timetable(timedelta(days=1), timedelta(hours=at.hour, minutes=at.minute))


def daily_in(zone: ZoneInfo, at: time) -> LocalTimetable:
    """Return a slot a day, at a time of day of a zone, which no clock change may skip or repeat: not in the night.

    Raises ValueError before 4 h, where clocks change.
    """
    if at < time(4):
        raise ValueError("a clock change may skip this hour, or show it twice")
    return LocalTimetable(timedelta(days=1), timedelta(hours=at.hour, minutes=at.minute), zone)


def due(
    timetable: Timetable, catch_up: CatchUp, at: datetime, since: datetime | None, done: Collection[datetime]
) -> tuple[datetime, ...]:
    """Return the slots owed at an instant, oldest first: those from `since` on that are not `done`.

    A job never run (`since` is None) owes its latest slot only. Slots are looked up one by one and never compared with
    the last one done: a clock that went a day ahead and came back must not stop everything for a day.
    """
    latest = timetable.latest(at)
    if catch_up is CatchUp.LATEST_ONLY or since is None:
        return () if latest in done else (latest,)
    first = min(latest, timetable.latest(since))
    count = (latest - first) // timetable.period
    slots = (first + step * timetable.period for step in range(count + 1))
    return tuple(slot for slot in takewhile(lambda slot: slot <= at, slots) if slot not in done)


def is_late(looked_at: datetime | None, at: datetime, grace: timedelta) -> bool:
    """Say whether too long has gone by since a job was last seen with nothing left to do.

    >>> is_late(EPOCH, EPOCH + timedelta(seconds=61), timedelta(minutes=1))
    True
    """
    return looked_at is None or abs(at - looked_at) > grace
