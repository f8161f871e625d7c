"""One column of a CSV table, one text per row: separator and encoding are found, rows are read one at a time."""

import codecs
import csv
from collections.abc import Iterator
from io import BufferedReader, TextIOWrapper

from app.commands.scanning.items import Item, Unread, Written
from scanners.documents.kinds import looks_utf16

SEPARATORS = (";", ",", "\t", "|")
MAX_LINE = 8_000_000  # characters
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_FALLBACK = "vigie-cp1252"
_HEAD = 4_096


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    # Bytes that are no UTF-8 come from Windows-1252: each is read so, and the rest of the file as UTF-8.
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_FALLBACK, _as_windows)


def column_items(stream: BufferedReader, source: str, column: str) -> Iterator[Item]:
    """Give the text of one column for each row, or why there is none; rows are numbered as lines are."""
    csv.field_size_limit(MAX_LINE)
    lines = _Lines(stream, source)
    separator, index = _found(next(lines, ""), column)
    if index is None:
        yield lines.unread("la colonne demandée n'est pas dans la première ligne")
        return
    lines.where()
    rows = csv.reader(lines, delimiter=separator)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error:
            yield lines.unread("une cellule est trop longue ou illisible")
            continue
        if row:
            yield _item(lines, row, index)
        else:
            lines.where()
    if lines.left_out:
        yield Unread(source, source, 0, 0, f"{lines.left_out} lignes de plus de {MAX_LINE} caractères")


class _Lines:
    """The decoded lines of a table, with their count and size; one too long to be held is left out and counted."""

    def __init__(self, stream: BufferedReader, source: str) -> None:
        encoding, errors = _encoding(stream.peek(_HEAD)[:_HEAD])
        self._text = TextIOWrapper(stream, encoding, errors, newline="")
        self._source = source
        self._size = 0
        self._row = 1
        self.number = 0
        self.left_out = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        while line := self._text.readline(MAX_LINE + 1):
            self.number += 1
            self._size += len(line)
            if len(line) <= MAX_LINE:
                return line
            self.left_out += 1
            while line and not line.endswith("\n"):
                line = self._text.readline(MAX_LINE)
        raise StopIteration

    def where(self) -> tuple[str, str, int, int]:
        """Return a name for the row last read, its file, its first line, and the size read since the last call."""
        (number, self._row), (size, self._size) = (self._row, self.number + 1), (self._size, 0)
        return f"{self._source}:{number}", self._source, number, size

    def unread(self, reason: str) -> Unread:
        """Return that the line last read is not taken in."""
        return Unread(*self.where(), reason)


def _item(lines: _Lines, row: list[str], index: int) -> Item:
    if index >= len(row):
        return lines.unread("la ligne n'a pas cette colonne")
    return Written(*lines.where(), row[index])


def _found(header: str, column: str) -> tuple[str, int | None]:
    """Return the separator under which the header has the column, and the column's rank."""
    for separator in SEPARATORS:
        names = [name.strip() for name in next(csv.reader([header], delimiter=separator), [])]
        if column.strip() in names:
            return separator, names.index(column.strip())
    return SEPARATORS[0], None


def _encoding(head: bytes) -> tuple[str, str]:
    """Return the encoding of a table, and what becomes of bytes that are not of it."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding, _FALLBACK if encoding == "utf-8-sig" else "replace"
    return (order, "replace") if (order := looks_utf16(head)) else ("utf-8", _FALLBACK)
