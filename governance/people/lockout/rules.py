"""How many wrong tries are free, and how long one waits after the others."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.core.refusals import Refusal

ACCOUNT = 5
ADDRESS = 20  # a whole structure may stand behind one network address
FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=2)
FORGOTTEN = timedelta(hours=24)


class TooManyTries(Refusal):
    """One has to wait before trying again; the same for an account that does not exist."""

    def __init__(self, left: timedelta) -> None:
        self.seconds = math.ceil(left.total_seconds())
        minutes = max(1, math.ceil(self.seconds / 60))
        super().__init__(f"Trop d'essais refusés : attendez {minutes} min avant de recommencer.")


@dataclass(frozen=True, slots=True)
class Tried:
    """The tries that failed in a row, and when the last was."""

    failures: int
    last: datetime


def wait_after(failures: int, allowed: int) -> timedelta:
    """Return how long one waits after that many failures: nothing at first, then twice as long each time.

    >>> [wait_after(failures, 5).seconds // 60 for failures in (4, 5, 6, 7, 20)]
    [0, 1, 2, 4, 120]
    """
    if failures < allowed:
        return timedelta()
    doublings: int = 2 ** min(failures - allowed, 16)
    return min(FIRST * doublings, LONGEST)


def left(tried: Tried, allowed: int, at: datetime) -> timedelta:
    """Return how long one still has to wait."""
    return max(timedelta(), tried.last + wait_after(tried.failures, allowed) - at)


def is_forgotten(tried: Tried, at: datetime) -> bool:
    """Say whether the last failure is old enough to count no more."""
    return at - tried.last >= FORGOTTEN
