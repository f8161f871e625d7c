"""Reads CSV: its encoding and its separator are found, a quote left open is told."""

import csv
import io
from collections.abc import Iterator

from governance.habilitations.lists.grids import MAX_CELL, MAX_COLUMNS, MAX_LINES, BadFile, Grid, checked, too_many

SEPARATORS = (";", ",", "\t")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_LOOKED_AT = 30  # lines, to find the separator
# What our own exports keep from being a formula, with an apostrophe before it.
_GUARDED = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_STOP = MAX_LINES * 2


def read_delimited(content: bytes) -> Grid:
    """Return the cells of a text; raises BadFile, TooLong."""
    text = decode(content)
    if "\0" in text:
        raise BadFile("Ce fichier n'est ni un classeur Excel (.xlsx) ni un fichier CSV.", field="file")
    said, text = _told_separator(text)
    separator = said or _separator(text)
    lines = {number: cells for number, cells in _lines(text, separator, 2 if said else 1) if any(cells)}
    return checked(Grid(lines))


def decode(content: bytes) -> str:
    """Return the text: by its mark, else UTF-8, else Windows-1252, which is what French spreadsheets write.

    Raises BadFile.

    >>> decode("Prénom".encode("cp1252")), decode("Prénom".encode()), decode("Prénom".encode("utf-8-sig"))
    ('Prénom', 'Prénom', 'Prénom')
    """
    mark, encoding = next((pair for pair in _MARKS if content.startswith(pair[0])), (b"", "utf-8"))
    body = content[len(mark) :]
    for tried in (encoding, *(() if mark else ("cp1252",))):
        try:
            return body.decode(tried)
        except UnicodeDecodeError:
            continue
    raise BadFile(
        "Le fichier n'est écrit ni en UTF-8 ni en Windows-1252. Enregistrez-le en « CSV UTF-8 ».", field="file"
    )


def _told_separator(text: str) -> tuple[str | None, str]:
    """Return the separator that a first line « sep=; » tells (Excel writes it), and the rest."""
    first, _, rest = text.partition("\n")
    said = first.strip()
    return (said[4], rest) if said.lower().startswith("sep=") and said[4:] in SEPARATORS else (None, text)


def _separator(text: str) -> str:
    """Return the separator under which the first lines have the most columns, the same from one to the next."""
    looked = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]

    def merit(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in looked]
        most = max(counts, default=0)
        return (counts.count(most) if most else 0, most)

    return max(SEPARATORS, key=merit)


def _lines(text: str, separator: str, number: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    offset, start = number - 1, number
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            said = f"La ligne {start} ne peut pas être lue : un guillemet n'y est pas refermé, ou pas doublé."
            raise BadFile(said, field="file") from None
        if row is None:
            return
        yield start, tuple(_cell(text, start) for text in _bounded(row, start))
        start = reader.line_num + offset + 1
        if start > _STOP:
            raise too_many(text.count("\n"))


def _bounded(row: list[str], line: int) -> list[str]:
    while row and not row[-1].strip():
        row.pop()
    if len(row) > MAX_COLUMNS:
        raise BadFile(f"La ligne {line} a plus de {MAX_COLUMNS} colonnes.", field="file")
    return row


def _cell(text: str, line: int) -> str:
    clean = " ".join(text.split())
    if clean.startswith("'") and clean[1:].lstrip().startswith(_GUARDED):
        clean = clean[1:]
    if len(clean) > MAX_CELL:
        raise BadFile(f"Une cellule de la ligne {line} dépasse {MAX_CELL} caractères.", field="file")
    return clean
