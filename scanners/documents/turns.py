"""Who reads next: a few places, given in turn to those who wait; who sends much keeps nobody else waiting."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A number of places; owners who wait are served one after the other, each in the order of their demands."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[object]] = {}  # owners in the order in which they are served

    @contextmanager
    def taken(self, owner: str, seconds: float) -> Iterator[bool]:
        """Hold a place, or give False when none came in that many seconds."""
        has_place = self._take(owner, seconds)
        try:
            yield has_place
        finally:
            if has_place:
                with self._changed:
                    self._free += 1
                    self._changed.notify_all()

    def _take(self, owner: str, seconds: float) -> bool:
        ticket = object()
        with self._changed:
            self._waiting.setdefault(owner, deque()).append(ticket)
            has_place = self._changed.wait_for(lambda: self._free > 0 and self._is_next(ticket), seconds)
            mine = self._waiting.pop(owner)
            mine.remove(ticket)
            if mine:
                # Served: behind the others. Tired of waiting: where one stood matters little.
                self._waiting[owner] = mine
            self._free -= has_place
            self._changed.notify_all()
        return has_place

    def _is_next(self, ticket: object) -> bool:
        return next(iter(self._waiting.values()))[0] is ticket
