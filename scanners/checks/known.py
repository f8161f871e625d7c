"""What was read of a file moments ago: the same bytes, sent again with a dossier, are not read again."""

import json
from collections.abc import Mapping
from typing import Any

from scanners.checks.following import Following, seen_of, told_of
from scanners.checks.pictures import pictures_of
from scanners.checks.shelf import Shelf
from scanners.documents.examined import State
from scanners.documents.kinds import extension
from scanners.documents.passages import Reading
from scanners.engine import versions
from scanners.own_words import OwnWords
from scanners.seeing import Attachment, Seen, Watch


class Known:
    """What a structure's files held, under its own words; `following` hears of those that are read."""

    def __init__(self, shelf: Shelf, structure: str, own: OwnWords, following: Following) -> None:
        self._shelf, self._structure, self._following = shelf, structure, following
        self._words = repr((own.added, sorted(own.silenced), versions())).encode()

    def watch(self, *, with_pictures: bool = False) -> Watch:
        """Return what follows a check, and what it may leave out."""
        done = self._pictured if with_pictures else self._kept
        return Watch(self._structure, self._following.told, self._found, done)

    def mark(self, attachment: Attachment) -> str:
        """Return the name under which what was read of a file is kept; nothing can be read back from it."""
        kind = extension(attachment.name).encode()
        return self._shelf.mark(self._structure.encode(), self._words, kind, attachment.data)

    def find(self, attachment: Attachment) -> Mapping[str, Any] | None:
        """Return what was read of a file and the places of its pictures, as JSON tells them."""
        kept = self._shelf.get(f"seen {self.mark(attachment)}")
        return json.loads(kept) if kept is not None else None

    def _found(self, attachment: Attachment) -> Seen | None:
        told = self.find(attachment)
        return seen_of(told["seen"]) if told is not None else None

    def _kept(self, position: int, attachment: Attachment, seen: Seen, reading: Reading) -> None:
        self._keep(attachment, seen, [])
        self._following.finished(position, seen)

    def _pictured(self, position: int, attachment: Attachment, seen: Seen, reading: Reading) -> None:
        mark, shown = self.mark(attachment), []
        for number, (place, made) in enumerate(pictures_of(attachment.data, reading, seen.findings, self._structure)):
            self._shelf.put(f"page {mark} {number}", made)
            shown.append(place)
        self._keep(attachment, seen, shown)
        self._following.finished(position, seen)

    def _keep(self, attachment: Attachment, seen: Seen, shown: list[str]) -> None:
        # An antivirus that did not answer may do so the next time.
        if seen.examined.state is not State.UNREACHABLE:
            said = json.dumps({"seen": told_of(seen), "shown": shown})
            self._shelf.put(f"seen {self.mark(attachment)}", said.encode())
