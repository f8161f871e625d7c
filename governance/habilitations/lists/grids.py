"""A sheet as it was sent: lines of cells, before anything is made of them; and what is never read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from governance.core.refusals import Invalid, TooLarge

MAX_BYTES = 5_000_000
MAX_LINES = 5_000
MAX_COLUMNS = 100
MAX_CELL = 1_000  # characters; an e-mail has 254, a name far fewer
# Office software counts to here; a number beyond is no line of a list.
HEADER_WITHIN = 20


class BadFile(Invalid):
    """The file cannot be read as a list."""


class TooLong(TooLarge):
    """The file is larger than a list may be."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a sheet: the texts of each line that holds any, by the number a person sees beside it.

    `odd` names the cells whose value needs a word, by line and column (from 0): a formula without a result, a merge.
    """

    lines: Mapping[int, tuple[str, ...]]
    odd: Mapping[tuple[int, int], str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    epoch_1904: bool = False


def checked(grid: Grid) -> Grid:
    """Return a grid that is not larger than a list may be; raises TooLong, BadFile."""
    if not grid.lines:
        raise BadFile("Le fichier ne contient aucune ligne.", field="file")
    # The header, and what may stand above it.
    if len(grid.lines) > MAX_LINES + HEADER_WITHIN:
        raise too_many(len(grid.lines) - 1)
    return grid


def too_many(count: int) -> TooLong:
    """Return the refusal of a list of so many lines."""
    return TooLong(
        f"Le fichier a {count} lignes ; une liste en compte {MAX_LINES} au plus. Coupez-le en plusieurs fichiers.",
        field="file",
    )


def column_name(index: int) -> str:
    """Return the letters of a column, as spreadsheets show them.

    >>> [column_name(index) for index in (0, 25, 26, 701)]
    ['A', 'Z', 'AA', 'ZZ']
    """
    letters, left = "", index + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
