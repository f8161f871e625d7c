"""Lays cells side by side in blocks of text, so that a datum cut in two cells is whole and keeps its place."""

from scanners.documents.passages import Passage, Place, Where, cell_name

_REACH = 8  # empty cells crossed inside a block; farther, another block begins (a sparse sheet is mostly void)
_BLOCK = 4_000  # characters
_FLAT = str.maketrans("\n\t", "  ")


class Grid:
    """Gathers the cells of one sheet; a tab goes one column right, a line feed one row down to the first column."""

    def __init__(self, sheet: str, passages: list[Passage]) -> None:
        self._passages = passages
        self._sheet = sheet
        self._texts: list[str] = []
        self._first = self._column = self._row = self._size = 0
        self._start = ""
        self._hidden = False

    def add(self, column: int, row: int, text: str, *, hidden: bool) -> None:
        """Add a cell; cells come row by row, left to right."""
        if not text.strip():
            return
        step = self._step(column, row) if hidden == self._hidden and self._size < _BLOCK else ""
        if not step:
            self.close()
            self._first, self._start, self._hidden = column, cell_name(column, row), hidden
        self._column, self._row = column, row
        self._texts.append(step + text.translate(_FLAT))
        self._size += len(text) + len(step)

    def close(self) -> None:
        """End the block that is open, if any."""
        if self._texts:
            place = Place(Where.CELL, sheet=self._sheet, cell=self._start, hidden=self._hidden)
            self._passages.append(Passage(place, "".join(self._texts)))
        self._texts.clear()
        self._size = 0

    def _step(self, column: int, row: int) -> str:
        """Return the way from the last cell to this one, empty when another block must begin."""
        if not self._texts:
            return ""
        if row == self._row and 0 < column - self._column <= _REACH:
            return "\t" * (column - self._column)
        if 0 < row - self._row <= _REACH and 0 <= column - self._first <= _REACH:
            return "\n" * (row - self._row) + "\t" * (column - self._first)
        return ""
