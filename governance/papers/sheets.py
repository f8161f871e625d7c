"""Lists that leave as spreadsheets: text stays text, whatever it begins with."""

import re
from collections.abc import Iterable, Sequence
from csv import writer
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from xlsxwriter import Workbook

from governance.core import french

BOM = "\ufeff"  # without it, spreadsheets read accents in the machine's old code page
SEPARATOR = ";"
WIDEST, NARROWEST = 60, 8
CELL_LIMIT = 32_767  # of the format (ECMA-376); XlsxWriter would leave the cell out
SHEET_LIMIT = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f']")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # OWASP, CSV injection; full-width forms
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0 has no such characters

Cell = str | int | date | datetime | bool | None


def xlsx(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a workbook of one sheet: head kept in sight and filtered, every cell text, no formula, no link."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(target, options) as book:
        # What it says of itself must not depend on when it was made: the document does that.
        book.set_properties({"title": name, "created": datetime(2000, 1, 1)})  # noqa: DTZ001  # the format has no zone
        _fill(book, book.add_worksheet(_sheet_name(name)), columns, [[shown(cell) for cell in row] for row in rows])
    return target.getvalue()


def csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return the rows as spreadsheets of France open them: UTF-8 with its mark, « ; », no formula.

    >>> csv(["Nom"], [["=1+1"]]).decode()
    "\\ufeffNom\\r\\n'=1+1\\r\\n"
    """
    text = StringIO(newline="")
    lines = writer(text, delimiter=SEPARATOR, lineterminator="\r\n")
    lines.writerow([guarded(one) for one in columns])
    lines.writerows([guarded(shown(cell)) for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode("utf-8")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe goes before what would begin one."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def shown(cell: Cell) -> str:
    """Return a cell as people read it: days and instants in French, « oui » or « non », nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, datetime):
        return french.instant(cell)
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return _UNSEEN.sub("\ufffd", str(cell))[:CELL_LIMIT]


def _fill(book: Any, sheet: Any, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for number, title in enumerate(columns):
        sheet.write_string(0, number, title, head)
        longest = max((len(row[number]) for row in rows), default=0)
        sheet.set_column(number, number, min(max(longest, len(title), NARROWEST) + 2, WIDEST))
    for line, row in enumerate(rows, 1):
        for number, cell in enumerate(row):
            if cell:
                sheet.write_string(line, number, cell, text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _sheet_name(name: str) -> str:
    return _NOT_IN_NAMES.sub(" ", name).strip()[:SHEET_LIMIT].strip() or "Feuille"
