"""How a review was done: time for each answer, share answered together; shown to who reviews, and certified."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from statistics import median

PAUSE = 300.0  # seconds: longer without an answer, somebody was elsewhere
HASTY = 2.0  # seconds for an answer given alone, below which nothing was read (our mark, as are those below)
QUICK = 5.0
HASTY_TOGETHER = 0.5  # for each line of a list confirmed together
QUICK_TOGETHER = 1.0


class Pace(StrEnum):
    """How attentive a review can have been, from its times."""

    STEADY = "posee"
    QUICK = "rapide"
    HASTY = "expeditive"


@dataclass(frozen=True, slots=True)
class Act:
    """An act of a reviewer: `shown_at` is when the page they answered from was made; `count` how many answers."""

    by: str
    at: datetime
    shown_at: datetime
    count: int = 1
    together: bool = False


@dataclass(frozen=True, slots=True)
class Meter:
    """What was measured; times in seconds, pauses of more than five minutes counted as five."""

    answers: int
    together: int
    seconds: float
    each: float
    alone: float | None
    pace: Pace

    @property
    def share(self) -> int:
        """Return the share of answers given together, in hundredths."""
        return round(100 * self.together / self.answers) if self.answers else 0


def measure(acts: Sequence[Act]) -> Meter | None:
    """Return how the acts of a review were done, None when there is none.

    >>> from datetime import UTC, timedelta
    >>> start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> one = Act("p", start + timedelta(seconds=20), start, count=60, together=True)
    >>> measure([one]).each, measure([one]).pace.value
    (0.3, 'expeditive')
    """
    if not acts:
        return None
    spent = [one for _, group in groupby(_by_person(acts), lambda act: act.by) for one in _spent(group)]
    answers, total = sum(act.count for act in acts), sum(seconds for _, seconds in spent)
    alone = [seconds / act.count for act, seconds in spent if not act.together]
    lines = sum(act.count for act in acts if act.together)
    on_lists = sum(seconds for act, seconds in spent if act.together)
    middle, rate = median(alone) if alone else None, on_lists / lines if lines else None
    shown = None if middle is None else round(middle, 1)
    return Meter(answers, lines, round(total, 1), round(total / answers, 1), shown, pace(middle, rate))


def pace(alone: float | None, together: float | None) -> Pace:
    """Return the pace of a review: the hastier of answers given alone (median) and together (mean of a line)."""
    if (alone is not None and alone < HASTY) or (together is not None and together < HASTY_TOGETHER):
        return Pace.HASTY
    if (alone is not None and alone < QUICK) or (together is not None and together < QUICK_TOGETHER):
        return Pace.QUICK
    return Pace.STEADY


def _by_person(acts: Sequence[Act]) -> list[Act]:
    return sorted(acts, key=lambda act: (act.by, act.at, act.shown_at))


def _spent(acts: Iterable[Act]) -> list[tuple[Act, float]]:
    """Return the acts of one person with the time each took: since its page was made, or since the act before."""
    timed: list[tuple[Act, float]] = []
    before: datetime | None = None
    for act in acts:
        since = act.shown_at if before is None else max(before, act.shown_at)
        timed.append((act, min(PAUSE, max(0.0, (act.at - since).total_seconds()))))
        before = act.at
    return timed
