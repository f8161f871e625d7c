"""Lays cells side by side in blocks of text, so that a datum cut in two cells is whole and keeps its place."""

from scanners.documents.names import HIDDEN_COLUMN, HIDDEN_ROW, HIDDEN_SHEET
from scanners.documents.passages import Passage, Place, Where, cell_name

_REACH = 8  # empty cells crossed inside a block; farther, another block begins (a sparse sheet is mostly void)
_BLOCK = 4_000  # characters
_FLAT = str.maketrans("\n\t", "  ")


class Grid:
    """Gathers the cells of one sheet; a tab goes one column right, a line feed one row down to the first column."""

    def __init__(self, sheet: str, passages: list[Passage], *, hidden_sheet: bool = False) -> None:
        self._passages = passages
        self._sheet = sheet
        self._hidden_sheet = hidden_sheet
        self._texts: list[str] = []
        self._first = self._column = self._row = self._size = 0
        self._start = self._why = ""

    def add(self, column: int, row: int, text: str, *, hidden_row: bool = False, hidden_column: bool = False) -> None:
        """Add a cell; cells come row by row, left to right."""
        if not text or text.isspace():
            return
        why = self._why_hidden(hidden_row, hidden_column) if hidden_row or hidden_column or self._hidden_sheet else ""
        step = ""
        if self._texts and why == self._why and self._size < _BLOCK:
            if row == self._row and 0 < column - self._column <= _REACH:
                step = "\t" * (column - self._column)
            elif 0 < row - self._row <= _REACH and 0 <= column - self._first <= _REACH:
                step = "\n" * (row - self._row) + "\t" * (column - self._first)
        if not step:
            self.close()
            self._first, self._start, self._why = column, cell_name(column, row), why
        self._column, self._row = column, row
        self._texts.append(step + (text.translate(_FLAT) if "\n" in text or "\t" in text else text))
        self._size += len(text) + len(step)

    def close(self) -> None:
        """End the block that is open, if any."""
        if self._texts:
            place = Place(Where.CELL, sheet=self._sheet, cell=self._start, part=self._why, hidden=bool(self._why))
            self._passages.append(Passage(place, "".join(self._texts)))
        self._texts.clear()
        self._size = 0

    def _why_hidden(self, hidden_row: bool, hidden_column: bool) -> str:
        if self._hidden_sheet:
            return HIDDEN_SHEET
        return HIDDEN_ROW if hidden_row else HIDDEN_COLUMN if hidden_column else ""
