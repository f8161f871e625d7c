"""Read marked text: comments whose segments bear the level that the annotation guide gives them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanners.findings import Category, Level

FOLDER = Path(__file__).parent
_BLOCK = re.compile(r"^=== ", re.MULTILINE)
_MARK = re.compile(r"\[(b|v|nir|nirv|lookalike):([^\[\]]*)\]")
_MEANING = {
    "b": (Category.SANTE, Level.BLOQUANT),
    "v": (Category.SANTE, Level.A_VERIFIER),
    "nir": (Category.NIR, Level.BLOQUANT),
    "nirv": (Category.NIR, Level.A_VERIFIER),
    "lookalike": (Category.NIR, None),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked segment, by offsets in the bare text; no level: it must not be found."""

    start: int
    end: int
    category: Category
    level: Level | None


@dataclass(frozen=True, slots=True)
class Comment:
    """A labelled comment."""

    family: str
    voice: str
    text: str
    marks: tuple[Mark, ...]

    def level(self, *categories: Category) -> Level | None:
        """Return the gravest level of the marks of these categories (of all, if none is named)."""
        levels = [m.level for m in self.marks if m.level and (not categories or m.category in categories)]
        return max(levels, key=lambda level: level.weight, default=None)


def unmarked(source: str) -> tuple[str, tuple[Mark, ...]]:
    """Return the bare text of a marked one, and its marks.

    >>> unmarked("NIR [nir:12].")[0]
    'NIR 12.'
    """
    pieces: list[str] = []
    marks: list[Mark] = []
    length = done = 0
    for found in _MARK.finditer(source):
        pieces += [source[done : found.start()], found.group(2)]
        length += found.start() - done
        marks.append(Mark(length, length + len(found.group(2)), *_MEANING[found.group(1)]))
        length += len(found.group(2))
        done = found.end()
    return "".join([*pieces, source[done:]]), tuple(marks)


def comments(part: str) -> Iterator[Comment]:
    """Give the comments of a part of the evaluation (`train`, `dev`, `test`), in order."""
    for path in sorted((FOLDER / part).glob("*.txt")):
        yield from read(path)


def read(path: Path) -> Iterator[Comment]:
    """Give the comments of a file of marked text, in order."""
    for block in _BLOCK.split(path.read_text("utf-8"))[1:]:
        head, _, body = block.partition("\n")
        family, _, voice = head.partition("|")
        yield Comment(family.strip(), voice.strip(), *unmarked(body.rstrip("\n")))
