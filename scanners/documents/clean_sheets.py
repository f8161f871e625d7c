"""Makes copies of workbooks and tables: what the visible cells show, values for formulas, and nothing around them."""

import codecs
import datetime
import io
from typing import Any

import openpyxl
import xlsxwriter

from scanners.documents.masks import Masks
from scanners.documents.package import Package
from scanners.documents.passages import Unreadable
from scanners.documents.sheets import plain_number
from scanners.documents.table import decode

DAMAGED = "Le classeur est abîmé : une copie nettoyée n'a pas pu être faite."


def clean_workbook(data: bytes, masks: Masks) -> bytes:
    """Return a workbook of the visible sheets, rows and columns. Raises `Unreadable`."""
    Package(data)  # refuses what swells once decompressed
    try:
        source = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except Exception as error:  # whatever openpyxl stumbles on
        raise Unreadable(DAMAGED) from error
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as copy:
        formats = _Formats(copy)
        for sheet in source.worksheets:
            if sheet.sheet_state == "visible":
                _copy_sheet(sheet, copy.add_worksheet(masks.masked(sheet.title)[:31]), formats, masks)
    return made.getvalue()


def clean_table(data: bytes, masks: Masks) -> bytes:
    """Return a text whose words are masked, in UTF-8."""
    return masks.masked(decode(data)).encode().join((codecs.BOM_UTF8, b""))


class _Formats:
    """The ways of showing numbers, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._known: dict[str, Any] = {}

    def find(self, code: str) -> Any:
        """Return the format of a code, as « 0.00 »."""
        if code not in self._known:
            self._known[code] = self._book.add_format({"num_format": code})
        return self._known[code]


def _copy_sheet(source: Any, copy: Any, formats: _Formats, masks: Masks) -> None:
    unseen = _hidden_columns(source)
    for row in source.iter_rows():
        if source.row_dimensions[row[0].row].hidden:
            continue
        for cell in row:
            if cell.value is not None and cell.column not in unseen:
                value = _masked(cell.value, masks)
                copy.write(cell.row - 1, cell.column - 1, value, formats.find(cell.number_format))
    for shape in source.column_dimensions.values():
        if shape.width and shape.min and not shape.hidden:
            copy.set_column(shape.min - 1, min(shape.max or shape.min, 16_384) - 1, shape.width)


def _hidden_columns(sheet: Any) -> set[int]:
    return {
        column
        for shape in sheet.column_dimensions.values()
        if shape.hidden
        for column in range(shape.min or 1, (shape.max or shape.min or 1) + 1)
    }


def _masked(value: Any, masks: Masks) -> Any:
    """Return a value, its words masked; a number that is one of the words becomes black too."""
    if isinstance(value, str):
        return masks.masked(value)
    if not isinstance(value, int | float | bool | datetime.date | datetime.time | datetime.timedelta):
        return masks.masked(str(value))
    text = plain_number(str(value))
    hidden = masks.masked(text)
    return value if hidden == text else hidden
