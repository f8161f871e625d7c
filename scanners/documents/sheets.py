"""Hears a workbook: its sheets' names, its shared strings, the cells and what stands around them."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from scanners.documents.grid import Grid
from scanners.documents.package import local
from scanners.documents.passages import Passage, Place, Where, cell_name, cell_position

_PRINTED = frozenset("oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter".split())
_PRINT_CODES = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&\d{1,3}(?=\D)|&[A-Z]')
_RULES = frozenset("formula formula1 formula2 f".split())
_AROUND = frozenset("display tooltip location prompt promptTitle error errorTitle text name codeName".split())
_ON = frozenset(("1", "true"))
_EXACT = 10**18


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as the workbook declares it; `link` is the relation that leads to its part."""

    name: str
    link: str
    hidden: bool


class Workbook:
    """Hears the workbook's part: the sheets, and the names given to ranges."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.sheets: list[Sheet] = []
        self._text: list[str] = []
        self._name = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        element = local(name)
        plain = {local(key): value for key, value in attributes.items()}
        self._text.clear()
        self._name = plain.get("name", "") if element == "definedName" else ""
        if element == "sheet":
            hidden = plain.get("state", "visible") != "visible"
            self.sheets.append(Sheet(plain.get("name", ""), plain.get("id", ""), hidden))
            self._tell(plain.get("name", ""), "nom de feuille", hidden=hidden)

    def end(self, name: str) -> None:
        """Hear an element end."""
        if local(name) == "definedName":
            self._tell(f"{self._name}\n{''.join(self._text)}", "plage nommée", hidden=True)

    def words(self, text: str) -> None:
        """Hear text."""
        self._text.append(text)

    def close(self) -> None:
        """Hear the part end."""

    def _tell(self, text: str, part: str, *, hidden: bool) -> None:
        if text.strip():
            self.passages.append(Passage(Place(Where.PART, part=part, hidden=hidden), text))


class Links:
    """Hears a part of relations: what each leads to."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        if local(name) == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def end(self, name: str) -> None:
        """Hear an element end."""

    def words(self, text: str) -> None:
        """Hear text."""

    def close(self) -> None:
        """Hear the part end."""

    def find(self, link: str) -> str:
        """Return the path of the workbook's part that a relation leads to."""
        target = self.targets.get(link, "").replace("\\", "/")
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


class Strings:
    """Hears the shared strings, told apart from their phonetic guides."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.values: list[str] = []
        self.used: set[int] = set()
        self._text: list[str] = []
        self._aside: list[str] = []
        self._phonetic = self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        element = local(name)
        self._inside = element == "t"
        if element == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        """Hear an element end."""
        element = local(name)
        self._inside = False
        if element == "rPh":
            self._phonetic = False
        elif element == "si":
            aside = "\n" + "".join(self._aside) if self._aside else ""
            self.values.append("".join(self._text) + aside)
            self._text.clear()
            self._aside.clear()

    def words(self, text: str) -> None:
        """Hear text."""
        if self._inside:
            (self._aside if self._phonetic else self._text).append(text)

    def close(self) -> None:
        """Hear the part end."""

    def find(self, index: str) -> str:
        """Return a shared string and remember that a cell shows it."""
        number = int(index) if index.isascii() and index.isdigit() else -1
        if not 0 <= number < len(self.values):
            return ""
        self.used.add(number)
        return self.values[number]

    def forgotten(self) -> list[Passage]:
        """Return the strings that no cell shows: what was typed then erased may remain."""
        place = Place(Where.PART, part="texte d'une cellule effacée", hidden=True)
        left = (text for number, text in enumerate(self.values) if number not in self.used)
        return [Passage(place, text) for text in left if text.strip()]


class Cells:
    """Hears a sheet's part: cells, formulas, printed headers, links, validations, conditions."""

    def __init__(self, sheet: Sheet, strings: Strings) -> None:
        self.passages: list[Passage] = []
        self._sheet, self._strings = sheet, strings
        self._grid = Grid(sheet.name, self.passages, hidden_sheet=sheet.hidden)
        self._columns: dict[str, int] = {}
        self._hidden_columns: set[int] = set()
        self._column = self._row = 0
        self._row_hidden = False
        self._type = "n"
        self._value: list[str] = []
        self._aside: list[str] = []
        self._heard = self._aside
        self._last: list[Passage] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element begin; half a million times for 5 Mo, the frequent ones first."""
        element = local(name)
        if element in ("v", "t"):
            self._heard = self._value
        elif element == "c":
            self._column = self._column_of(attributes.get("r", ""))
            self._type = attributes.get("t", "n")
            self._value.clear()
        elif element == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isascii() and number.isdigit() else self._row + 1
            self._column = 0
            self._row_hidden = attributes.get("hidden") in _ON
        else:
            self._aside.clear()
            if attributes:
                self._around(element, attributes)

    def end(self, name: str) -> None:
        """Hear an element end."""
        element = local(name)
        self._heard = self._aside
        if element == "c":
            self._close_cell()
        elif element in _RULES:
            self._tell_rule("".join(self._aside), element)
        elif element in _PRINTED:
            text = _PRINT_CODES.sub("\n", "".join(self._aside)).replace("&&", "&")
            self._later(text, "en-tête ou pied d'impression")

    def words(self, text: str) -> None:
        """Hear text."""
        self._heard.append(text)

    def close(self) -> None:
        """Make passages of the last cells, then of what stands around them."""
        self._grid.close()
        self.passages.extend(self._last)

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        if letters not in self._columns:
            self._columns[letters] = cell_position(f"{letters}1")[0]
        return self._columns[letters] or self._column + 1

    def _close_cell(self) -> None:
        if not self._value or self._type == "b":
            return
        text = "".join(self._value)
        if self._type == "s":
            text = self._strings.find(text.strip())
        elif self._type == "n":
            text = plain_number(text)
        column = self._column
        if self._row_hidden or self._hidden_columns:
            outside = column in self._hidden_columns
            self._grid.add(column, self._row, text, hidden_row=self._row_hidden, hidden_column=outside)
        else:
            self._grid.add(column, self._row, text)

    def _tell_rule(self, text: str, element: str) -> None:
        if element == "f":
            cell = cell_name(self._column, self._row)
            self._later(text, "formule", cell=cell)
        else:
            self._later(text, "validation ou mise en forme conditionnelle")

    def _around(self, element: str, attributes: dict[str, str]) -> None:
        if element == "col" and attributes.get("hidden") in _ON:
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdigit() and last.isdigit():
                self._hidden_columns.update(range(int(first), min(int(last), 16_384) + 1))
        words = [value for name, value in attributes.items() if local(name) in _AROUND]
        self._later("\n".join(words), "lien, invite ou nom")

    def _later(self, text: str, part: str, cell: str = "") -> None:
        """Keep for the end what would come between two cells."""
        if text.strip():
            self._last.append(
                Passage(Place(Where.CELL, sheet=self._sheet.name, cell=cell, part=part, hidden=True), text)
            )


def plain_number(raw: str) -> str:
    """Return a stored number as it is read: fifteen digits fit a double, « 2.85E14 » is their exact image.

    >>> plain_number("2.85057800608491E14"), plain_number("12.5"), plain_number("n/a")
    ('285057800608491', '12.5', 'n/a')
    """
    if raw.isdigit():
        return raw
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return raw
    is_whole = number.is_finite() and abs(number) < _EXACT and number == number.to_integral_value()
    return str(int(number)) if is_whole else raw
