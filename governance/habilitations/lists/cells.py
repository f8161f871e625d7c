"""Hears the parts of a workbook that hold a list: its sheets, its shared strings, the cells of one sheet."""

import re
from dataclasses import dataclass

from governance.habilitations.lists.grids import MAX_CELL, MAX_COLUMNS, MAX_LINES, BadFile, Grid, TooLong, too_many

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_STOP = MAX_LINES * 2
_MERGES = 10_000
_STRINGS = 500_000
_TRUE = frozenset({"1", "true"})
_FLOAT = re.compile(r"-?\d{1,17}(\.\d{1,20})?(E[+-]?\d{1,2})?")

FORMULA = "contient une formule dont le résultat n'est pas enregistré : copiez-en la valeur"
MERGED = "fait partie de cellules fusionnées : défusionnez-les, et remplissez chaque ligne"
ERROR = "contient une erreur de calcul ({})"


def local(name: str) -> str:
    """Return an element's name without its prefix: producers choose their own."""
    return name.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is shown; `link` leads to its part."""

    name: str
    link: str


class Sheets:
    """Hears the workbook: its visible sheets, and from which day it counts."""

    def __init__(self) -> None:
        self.visible: list[Sheet] = []
        self.epoch_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        plain = {local(key): value for key, value in attributes.items()}
        if local(name) == "workbookPr":
            self.epoch_1904 = plain.get("date1904", "") in _TRUE
        if local(name) == "sheet" and plain.get("state", "visible") == "visible":
            self.visible.append(Sheet(plain.get("name", "")[:60], plain.get("id", "")))

    def end(self, name: str) -> None:
        """Hear an element end."""

    def words(self, text: str) -> None:
        """Hear text."""


class Links:
    """Hears relations: what each leads to."""

    def __init__(self) -> None:
        self._targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        if local(name) == "Relationship":
            self._targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def end(self, name: str) -> None:
        """Hear an element end."""

    def words(self, text: str) -> None:
        """Hear text."""

    def path(self, link: str) -> str:
        """Return the path of the part that a relation leads to."""
        target = self._targets.get(link, "").replace("\\", "/")
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


class Strings:
    """Hears the shared strings, without their phonetic guides."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._text: list[str] = []
        self._aside = self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        element = local(name)
        self._aside = self._aside or element == "rPh"
        self._inside = element == "t" and not self._aside

    def end(self, name: str) -> None:
        """Hear an element end."""
        element = local(name)
        self._inside = False
        if element == "rPh":
            self._aside = False
        elif element == "si":
            self.values.append("".join(self._text))
            self._text.clear()
            if len(self.values) > _STRINGS:
                raise TooLong("Le classeur contient trop de textes différents pour être une liste.", field="file")

    def words(self, text: str) -> None:
        """Hear text."""
        if self._inside:
            self._text.append(text)


class Cells:
    """Hears one sheet: the texts of its cells, and which need a word."""

    def __init__(self, strings: list[str]) -> None:
        self.lines: dict[int, dict[int, str]] = {}
        self._strings = strings
        self._odd: dict[tuple[int, int], str] = {}
        self._at = (0, -1)
        self._kind = ""
        self._text: list[str] = []
        self._inside = self._is_formula = self._aside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        element = local(name)
        self._inside = element in {"v", "t"} and not self._aside
        if element == "row":
            self._at = (_number(attributes.get("r", ""), self._at[0] + 1), -1)
        elif element == "c":
            self._at = self._place(attributes.get("r", ""))
            self._kind, self._is_formula = attributes.get("t", "n"), False
            self._text.clear()
        elif element == "f":
            self._is_formula = True
        elif element == "rPh":
            self._aside = True
        elif element == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        """Hear an element end."""
        self._inside = False
        if local(name) == "rPh":
            self._aside = False
        if local(name) == "c":
            self._keep()

    def words(self, text: str) -> None:
        """Hear text."""
        if self._inside:
            self._text.append(text)

    def grid(self, notes: tuple[str, ...], epoch_1904: bool) -> Grid:
        """Return what was heard."""
        lines = {number: _row(cells) for number, cells in sorted(self.lines.items())}
        return Grid(lines, self._odd, notes, epoch_1904)

    def _place(self, reference: str) -> tuple[int, int]:
        found = _REFERENCE.fullmatch(reference)
        line, column = (int(found[2]), _column(found[1])) if found else (self._at[0], self._at[1] + 1)
        return line, column

    def _keep(self) -> None:
        text = self._said("".join(self._text))
        if self._is_formula and not text:
            self._odd[self._at] = FORMULA
        if self._kind == "e":
            self._odd[self._at] = ERROR.format(text[:20])
            text = ""
        if not text:
            return
        if self._at[1] >= MAX_COLUMNS:
            raise BadFile(f"La ligne {self._at[0]} a plus de {MAX_COLUMNS} colonnes.", field="file")
        if len(text) > MAX_CELL:
            raise BadFile(f"Une cellule de la ligne {self._at[0]} dépasse {MAX_CELL} caractères.", field="file")
        self.lines.setdefault(self._at[0], {})[self._at[1]] = text
        if len(self.lines) > _STOP:
            raise too_many(len(self.lines))

    def _said(self, raw: str) -> str:
        if self._kind == "s":
            index = int(raw) if raw.isdecimal() and len(raw) < 8 else -1
            raw = self._strings[index] if 0 <= index < len(self._strings) else ""
        elif self._kind == "b":
            raw = "oui" if raw == "1" else "non"
        elif self._kind == "n":
            raw = _number_said(raw.strip())
        return " ".join(raw.split())

    def _merge(self, reference: str) -> None:
        corners = [_REFERENCE.fullmatch(part) for part in reference.split(":")]
        if len(corners) != 2 or corners[0] is None or corners[1] is None:
            return
        left, top = _column(corners[0][1]), int(corners[0][2])
        right, bottom = _column(corners[1][1]), int(corners[1][2])
        for line in range(top, min(bottom, top + _STOP) + 1):
            for column in range(left, min(right, MAX_COLUMNS) + 1):
                if (line, column) != (top, left) and len(self._odd) < _MERGES:
                    self._odd.setdefault((line, column), MERGED)


def _row(cells: dict[int, str]) -> tuple[str, ...]:
    return tuple(cells.get(column, "") for column in range(max(cells) + 1))


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _number_said(raw: str) -> str:
    """Return a number as a person reads it, whole when it is: Excel writes 3.21E+8 for a telephone."""
    if not _FLOAT.fullmatch(raw):
        return raw
    value = float(raw)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else raw


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else otherwise
