"""When people are warned of a day that comes, and of what: once for each threshold, the last one reached."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from governance.conventions.life.marks import Mark, Sort, marks
from governance.conventions.life.standing import Life

STILL_SAID = 7  # days after the day itself: a service that was down says it late rather than never


@dataclass(frozen=True, slots=True)
class Alert:
    """What is said, of which day of which convention, and how many days before it (0: the day itself)."""

    life: Life
    mark: Mark
    days: int

    @property
    def key(self) -> str:
        """Return what makes the alert unique for a convention and a caisse."""
        code, caisse = self.life.convention.code, self.life.caisse
        return f"{code}/{caisse}/{self.mark.rule}/{self.mark.sort.name}/{self.mark.day:%Y%m%d}/{self.days}"


def due_alerts(life: Life) -> Iterator[Alert]:
    """Give the alerts that a day owes: for each mark, the last threshold reached.

    A day that follows from another reading, or that somebody must confirm, is said like any other.
    """
    for mark in marks(life):
        days = due(mark, life.on)
        if days is not None and not (mark.sort is Sort.END and life.is_over):  # the end itself is told with its effects
            yield Alert(life, mark, days)


def due(mark: Mark, on: date) -> int | None:
    """Return the last threshold that a mark reached, None when none is owed."""
    left = (mark.day - on).days
    reached = [days for days in mark.alerts if left <= days]
    return min(reached) if reached and left >= -STILL_SAID else None
