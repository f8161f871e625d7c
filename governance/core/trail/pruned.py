"""Entries that are gone: those that a pruning announced in the trail itself, and the others."""

from collections.abc import Iterable, Iterator
from typing import Any

from governance.core.trail.checkpoints import Checkpoint
from governance.core.trail.retention import LONGEST_MONTHS, SHORTEST_MONTHS, cutoff

ACTION = "trail.pruned"


class Gone:
    """The ranks whose entry is no more, against what sealed entries announced.

    A pruning removes everything up to a checkpoint that was signed before the retention began, and nothing else.
    """

    def __init__(self, checkpoints: Iterable[Checkpoint]) -> None:
        self._signed = {one.entries: one.at for one in checkpoints}
        self._ranges: list[list[int]] = []
        self._through = 0

    def add(self, position: int) -> None:
        """Remember that the entry of a rank is no more."""
        if self._ranges and self._ranges[-1][1] == position - 1:
            self._ranges[-1][1] = position
        else:
            self._ranges.append([position, position])

    def announce(self, entry: Any, position: int) -> bool:
        """Take an announcement into account; say whether the retention that it states allowed it."""
        through, months = int(entry.subject), entry.details["months"]
        signed = self._signed.get(through)
        if signed is None or through >= position or not SHORTEST_MONTHS <= months <= LONGEST_MONTHS:
            return False
        if signed >= cutoff(entry.at, months):
            return False
        self._through = max(self._through, through)
        return True

    def pruned(self) -> int:
        """Return how many entries are gone as announced."""
        return sum(max(0, min(last, self._through) - first + 1) for first, last in self._ranges)

    def unannounced(self) -> Iterator[tuple[int, int]]:
        """Give the first rank of each run of entries that went without being announced, and how many there are."""
        for first, last in self._ranges:
            start = max(first, self._through + 1)
            if start <= last:
                yield start, last - start + 1
