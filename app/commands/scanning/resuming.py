"""Results written to a file, and taken up again where an interrupted scan left them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from itertools import islice
from pathlib import Path

from app.commands.scanning.items import Identifier, Item
from app.commands.scanning.outputs import ERRORS
from governance.core.refusals import Conflict, Invalid


class NotThoseResults(Conflict):
    """The file holds the results of other entries."""


class AlreadyThere(Conflict):
    """The file exists, and was not asked to be continued."""


class Begun:
    """What a file of results already holds: how many of each, and which entry the last is about."""

    def __init__(self, path: Path) -> None:
        self.counts: Counter[str] = Counter()
        self.last: Identifier = None
        self.length = 0
        with path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break  # the process died in the middle of this one
                self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            record = json.loads(line)
            self.counts[record.get("verdict", ERRORS)] += 1
            self.last = record["id"]
        except (ValueError, KeyError, AttributeError) as error:
            raise NotThoseResults("Ce fichier ne contient pas les résultats d'une vérification.") from error
        self.length += len(line)

    def left(self, items: Iterable[Item]) -> Iterator[Item]:
        """Give the items that have no result yet; refuse (NotThoseResults) when the last result is about another."""
        source = iter(items)
        done = self.counts.total()
        last = next(islice(source, done - 1, done), None) if done else None
        if done and (last is None or last.id != self.last):
            raise NotThoseResults("Ce fichier contient les résultats d'autres entrées.")
        return source


@contextmanager
def written_to(path: Path | None, *, resume: bool) -> Iterator[Begun | None]:
    """Send what is written to a file, after what it already holds when a scan is resumed; None is standard output.

    Raises AlreadyThere for a file that was not asked to be continued, Invalid when there is none to continue.
    """
    if path is None:
        if resume:
            raise Invalid("--resume demande --output : le fichier à continuer.")
        yield None
        return
    if path.exists() and not resume:
        raise AlreadyThere("Le fichier de résultats existe déjà : --resume le continue.")
    begun = Begun(path) if path.exists() else None
    with path.open("a", encoding="utf-8", errors="backslashreplace") as file, redirect_stdout(file):
        if begun is not None:
            file.truncate(begun.length)
        yield begun
