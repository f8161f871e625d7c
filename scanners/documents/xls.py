"""Reads an old Excel workbook: every sheet, hidden ones too, the notes and links, and the raw streams."""

from collections.abc import Iterator
from typing import Any

import xlrd
from xlrd.compdoc import CompDocError

from scanners.documents.grid import Grid
from scanners.documents.ole import TROUBLES, Ole, drawn
from scanners.documents.passages import Item, Missing, Passage, Place, Unreadable, Where, cell_name

LOCKED = "Le fichier est protégé par un mot de passe."
NOTHING = "Cet ancien classeur n'a pas pu être lu : enregistrez-le en .xlsx."
_PART = "Les cellules de cet ancien classeur n'ont pas toutes pu être lues : enregistrez-le en .xlsx."
_FAULTS = (xlrd.XLRDError, CompDocError, AssertionError, NotImplementedError, MemoryError, *TROUBLES)
_EXACT = 10**18


def read_xls(data: bytes) -> Iterator[Item]:
    """Yield what a .xls holds. Raises `Unreadable`."""
    ole = Ole(data)
    passages: list[Passage] = []
    gaps: list[Missing] = []
    for item in _book(data):
        if isinstance(item, Missing):
            gaps.append(item)
        elif isinstance(item, Passage):
            passages.append(item)
    yield from passages
    told = [passage.text for passage in passages]
    for item in (*ole.properties(), *ole.macros()):
        told += [item.text] if isinstance(item, Passage) else []
        yield item
    raw = list(ole.raw("\n".join(told)))
    if not passages and not raw:
        raise Unreadable(NOTHING)
    yield from (*raw, *gaps, *drawn(data))


def _book(data: bytes) -> Iterator[Item]:
    try:
        with open_book(data) as book:
            for sheet in book.sheets():
                yield from _sheet(sheet)
            yield from _names(book)
    except _FAULTS as error:
        if "password" in str(error).lower() or "encrypted" in str(error).lower():
            raise Unreadable(LOCKED) from error
        yield Missing(_PART)


def open_book(data: bytes) -> Any:
    """Return the workbook; how its cells look is read for what it hides, and done without when it is damaged."""
    try:
        return xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=_Silent())
    except _FAULTS:
        return xlrd.open_workbook(file_contents=data, logfile=_Silent())


class _Silent:
    """Where xlrd's remarks go: they may repeat the file."""

    def write(self, _: str) -> None:
        """Say nothing."""

    def flush(self) -> None:
        """Say nothing."""


def _sheet(sheet: Any) -> Iterator[Item]:
    is_hidden = sheet.visibility != 0
    place = Place(Where.PART, part="nom de feuille", hidden=is_hidden)
    yield Passage(place, sheet.name)
    passages: list[Passage] = []
    grid = Grid(sheet.name, passages, hidden_sheet=is_hidden)
    columns = {number for number, shape in sheet.colinfo_map.items() if shape.hidden}
    for row in range(sheet.nrows):
        height = sheet.rowinfo_map.get(row)
        for column in range(sheet.row_len(row)):
            cell = sheet.cell(row, column)
            grid.add(
                column + 1,
                row + 1,
                _written(cell),
                hidden_row=bool(height and height.hidden),
                hidden_column=column in columns,
            )
        yield from passages
        passages.clear()
    grid.close()
    yield from passages
    yield from _around(sheet)


def _around(sheet: Any) -> Iterator[Item]:
    for (row, column), note in sorted(sheet.cell_note_map.items()):
        place = Place(
            Where.CELL, sheet=sheet.name, cell=cell_name(column + 1, row + 1), part="commentaire", hidden=True
        )
        yield Passage(place, f"{note.author or ''}\n{note.text}")
    for link in sheet.hyperlink_list:
        cell = cell_name(link.fcolx + 1, link.frowx + 1)
        said = (link.desc, link.url_or_path, link.textmark, link.quicktip)
        text = "\n".join(one.decode("cp1252", "replace") if isinstance(one, bytes) else str(one) for one in said if one)
        yield Passage(Place(Where.CELL, sheet=sheet.name, cell=cell, part="lien", hidden=True), text)


def _names(book: Any) -> Iterator[Item]:
    for name in book.name_obj_list:
        yield Passage(Place(Where.PART, part="plage nommée", hidden=True), str(name.name))


def _written(cell: Any) -> str:
    """Return a cell as it is read: whole numbers without a point, as fifteen digits are."""
    if cell.ctype in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_BLANK):
        return str(cell.value)
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE) and isinstance(cell.value, float):
        whole = abs(cell.value) < _EXACT and cell.value.is_integer()
        return str(int(cell.value)) if whole else str(cell.value)
    return ""
