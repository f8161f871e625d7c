"""What was read of a file: passages of text, the place of each, and honestly what was not read."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from scanners.documents.kinds import Kind
from scanners.documents.names import HIDDEN_COLUMN, HIDDEN_ROW, HIDDEN_SHEET


class Where(StrEnum):
    """How a place is counted."""

    PAGE = "page"
    PARAGRAPH = "paragraphe"
    CELL = "cellule"
    LINE = "ligne"
    PART = "partie"
    METADATA = "metadonnee"


_GRID = ("", HIDDEN_SHEET, HIDDEN_ROW, HIDDEN_COLUMN)  # the parts of a sheet that are laid out in cells


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands in its file. Its words appear in no `repr`, hence in no log even by accident.

    `number` is the page, paragraph or line, from 1 (0: not counted); `part` names in French what is not the body
    (« commentaire », « en-tête »…); `hidden` says that opening the file does not show it.
    """

    where: Where
    number: int = 0
    sheet: str = field(default="", repr=False)
    cell: str = ""
    part: str = ""
    hidden: bool = False

    @property
    def label(self) -> str:
        """Return the place in French.

        >>> Place(Where.PARAGRAPH, 3, part="en-tête").label, Place(Where.CELL, cell="B2", hidden=True).label
        ('en-tête, paragraphe 3', 'cellule B2 (masqué)')
        """
        counted = f"{self.where} {self.number}" if self.number else ""
        sheet = f"feuille « {self.sheet} »" if self.sheet else ""
        cell = f"cellule {self.cell}" if self.cell else ""
        part = self.part or ("" if counted or sheet or cell else "document")
        named = ", ".join(word for word in (sheet, cell, part, counted) if word)
        return f"{named} (masqué)" if self.hidden else named

    def after(self, before: str) -> "Place":
        """Return the place of what follows `before` in a passage that begins here.

        In a table, a tab is the next column and a line feed the next row or line, back to the first column.
        """
        down, across = before.count("\n"), before.rpartition("\n")[2].count("\t")
        if self.where is Where.LINE:
            return replace(self, number=self.number + down)
        if self.where is Where.CELL and self.cell and self.part in _GRID:
            column, row = cell_position(self.cell)
            return replace(self, cell=cell_name(column + across, row + down))
        return self


class Box(NamedTuple):
    """Where the characters `start` to `end` (excluded) of a passage stand on its page, as shares of its sides."""

    start: int
    end: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text and where it begins; when it was read in a picture, each word's box, the way to the picture."""

    place: Place
    text: str = field(default="", repr=False)
    boxes: tuple[Box, ...] = field(default=(), repr=False)
    steps: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Words are drawn here, not written: another child is to read them, following `steps` into the file."""

    place: Place
    steps: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sight:
    """How a picture was read: what its legibility is judged on.

    `confidence` is the mean of its words', 0 to 100; `dpi` and `skew` (degrees) are those of the picture as it came;
    `ink` is the share of points that are not paper.
    """

    place: Place
    words: int
    confidence: float
    dpi: int
    skew: float
    ink: float


@dataclass(frozen=True, slots=True)
class Missing:
    """Something was not read: the French reason, which repeats nothing of the file."""

    reason: str


@dataclass(frozen=True, slots=True)
class Pages:
    """How many pages the document has, read or not."""

    count: int


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the file turned out to be."""

    kind: Kind | None


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a child made: a page's picture, a copy."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Joined:
    """A file that another holds: read as a file is, in the same child; never told outside of it."""

    part: str
    step: str
    data: bytes = field(repr=False)


Item = Passage | Missing | Pages | Recognised | Drawn | Sight | Made | Joined


class Unreadable(Exception):
    """Reading stops here, for a French reason that repeats nothing of the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Outcome(StrEnum):
    """How much of a file was read; only `READ` may ever be called clean."""

    READ = "read"
    IN_PART = "in_part"
    NOT_READ = "not_read"


@dataclass(frozen=True, slots=True)
class Flow:
    """All the passages of a file as one text, and the way back from an offset to its place."""

    text: str = field(default="", repr=False)
    starts: tuple[int, ...] = ()
    places: tuple[Place, ...] = ()

    def place_at(self, offset: int) -> Place:
        """Return the place of the character at `offset` (a Python string offset in `text`)."""
        index = max(bisect_right(self.starts, offset) - 1, 0)
        return self.places[index].after(self.text[self.starts[index] : offset])


@dataclass(frozen=True, slots=True)
class Reading:
    """The honest outcome for one file.

    `missing` says in French what was not read and why; `remarks` what the person should know all the same.
    """

    outcome: Outcome
    kind: Kind | None
    passages: tuple[Passage, ...] = ()
    missing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    pages: int = 0
    sights: tuple[Sight, ...] = ()

    def flow(self) -> Flow:
        """Return the passages as one text: a datum cut between two cells or lines is whole in it."""
        lengths = (len(passage.text) + 1 for passage in self.passages)
        starts = tuple(accumulate(lengths, initial=0))[: len(self.passages)]
        text = "\n".join(passage.text for passage in self.passages)
        return Flow(text, starts, tuple(passage.place for passage in self.passages))


def sentence(place: Place) -> str:
    """Return a place as a sentence begins with it.

    >>> sentence(Place(Where.PAGE, 3, part="image"))
    'Image, page 3'
    """
    return capital(replace(place, hidden=False).label)


def capital(text: str) -> str:
    """Return a text with a capital first.

    >>> capital("image du document")
    'Image du document'
    """
    return text[:1].upper() + text[1:]


def not_read(reason: str, kind: Kind | None = None) -> Reading:
    """Return the reading of a file of which nothing could be read."""
    return Reading(Outcome.NOT_READ, kind, missing=(reason,))


def gather(items: Iterable[Item]) -> Reading:
    """Return the reading that a reader's items make, whatever stops them."""
    kind, pages = None, 0
    passages: list[Passage] = []
    sights: list[Sight] = []
    missing: dict[str, None] = {}
    try:
        for item in items:
            if isinstance(item, Passage):
                passages.append(item)
            elif isinstance(item, Sight):
                sights.append(item)
            elif isinstance(item, Pages):
                pages = item.count
            elif isinstance(item, Recognised):
                kind = item.kind
            elif not isinstance(item, Made):
                missing[_why_unread(item)] = None
    except Unreadable as stopped:
        missing[stopped.reason] = None
    return Reading(_outcome(passages, missing), kind, tuple(passages), tuple(missing), (), pages, tuple(sights))


def _why_unread(item: Missing | Joined | Drawn) -> str:
    """Return why something was not read; what nobody went on to read is not."""
    match item:
        case Missing(reason):
            return reason
        case Joined(part):
            return f"{capital(part)} : le fichier n'a pas été lu."
        case Drawn(place):
            return f"{sentence(place)} : les mots que montre l'image n'ont pas été lus."


def _outcome(passages: list[Passage], missing: dict[str, None]) -> Outcome:
    if not missing:
        return Outcome.READ
    has_body = any(passage.place.where is not Where.METADATA for passage in passages)
    return Outcome.IN_PART if has_body else Outcome.NOT_READ


def cell_name(column: int, row: int) -> str:
    """Return a cell's name from its column and row, both from 1.

    >>> cell_name(28, 3)
    'AB3'
    """
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def cell_position(name: str) -> tuple[int, int]:
    """Return the column and row of a cell's name, (0, 0) when it is none.

    >>> cell_position("AB3"), cell_position("?")
    ((28, 3), (0, 0))
    """
    letters = name.rstrip("0123456789")
    row = name[len(letters) :]
    if not (letters.isascii() and letters.isalpha() and row and len(letters) <= 3 and len(row) <= 7):
        return 0, 0
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column, int(row)
