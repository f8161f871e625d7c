"""What is told of files while they are read: pages read, and what is found so far, before the last page is."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

from pydantic import TypeAdapter

from scanners.documents.examined import Examined, State
from scanners.documents.kinds import Kind
from scanners.documents.passages import Item, Outcome, Pages, Passage, Reading, Recognised, Sight, Where
from scanners.engine import Scanner
from scanners.own_words import OwnWords
from scanners.seeing import Seen, seen_in

EVERY_SECONDS = 0.5
MOST_LOOKED = 200_000  # characters of a file looked into before its end: the child that reads it waits meanwhile
_SEEN = TypeAdapter(Seen)
_UNREAD = Seen(Examined(State.CLEAN), None, Outcome.IN_PART)


def told_of(seen: Seen) -> dict[str, Any]:
    """Return what was seen as JSON tells it, without the words found."""
    told: dict[str, Any] = _SEEN.dump_python(replace(seen, words=("",) * len(seen.words)), mode="json")
    return told


def seen_of(told: Mapping[str, Any]) -> Seen:
    """Return what was seen from what JSON tells."""
    return _SEEN.validate_python(told)


@dataclass
class _File:
    """What is known of a file so far; `fresh` are the passages that nobody has looked into."""

    pages: int = 0
    read: set[int] = field(default_factory=set)
    kind: Kind | None = None
    fresh: list[Passage] = field(default_factory=list)
    heard: int = 0
    seen: Seen = _UNREAD
    is_done: bool = False

    def hear(self, passage: Passage) -> None:
        """Keep a passage to be looked into, while they are few."""
        self.heard += len(passage.text)
        if self.heard <= MOST_LOOKED:
            self.fresh.append(passage)

    def look(self, scanner: Scanner, own: OwnWords) -> None:
        """Look into what was just read: what is cut between two passages is found when all is read."""
        new = seen_in(Reading(Outcome.READ, self.kind, tuple(self.fresh)), self.seen.examined, scanner, own)
        self.fresh = []
        findings, places = (*self.seen.findings, *new.findings), (*self.seen.places, *new.places)
        self.seen = replace(self.seen, kind=self.kind, findings=findings, places=places)


class Following:
    """Follows the files of a check and tells, a few times a second, where each one is."""

    def __init__(self, count: int, eyes: tuple[Scanner, OwnWords], tell: Callable[[Mapping[str, Any]], None]) -> None:
        self._files = [_File() for _ in range(count)]
        self._eyes, self._tell = eyes, tell
        self._lock, self._last = threading.Lock(), 0.0

    def told(self, position: int, item: Item) -> None:
        """Hear an item of a file."""
        file = self._files[position]
        with self._lock:
            match item:
                case Pages(count):
                    file.pages = count
                case Recognised(kind):
                    file.kind = kind
                case Passage(place):
                    file.hear(item)
                    file.read.update({place.number} if place.where is Where.PAGE else ())
                case Sight(place):
                    file.read.add(place.number)
            if monotonic() - self._last >= EVERY_SECONDS and (file.fresh or file.pages):
                file.look(*self._eyes)
                self._tell(self.value())
                self._last = monotonic()

    def finished(self, position: int, seen: Seen) -> None:
        """Hear that a file is read."""
        with self._lock:
            self._files[position].seen, self._files[position].is_done = seen, True
            self._tell(self.value())

    def value(self) -> dict[str, Any]:
        """Return where each file is, as JSON tells it."""
        return {"files": [_told(one) for one in self._files]}


def _told(file: _File) -> dict[str, Any]:
    pages = max(file.pages, max(file.read, default=0))
    return {"pages": pages, "read": len(file.read), "seen": told_of(file.seen), "is_done": file.is_done}
