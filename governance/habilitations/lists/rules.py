"""From the bytes of a file to the lines of a list, or to every mistake that it holds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from governance.core.refusals import Invalid
from governance.habilitations.lists.columns import COLUMNS, Column, Header, find_header, named
from governance.habilitations.lists.delimited import read_delimited
from governance.habilitations.lists.grids import MAX_BYTES, MAX_LINES, BadFile, Grid, TooLong, column_name, too_many
from governance.habilitations.lists.lines import Line, ListKind, Mistake, PortalLine, Reading, StaffLine
from governance.habilitations.lists.values import plain
from governance.habilitations.lists.workbook import read_workbook

MISTAKES_KEPT = 200

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = {
    b"%PDF": "un PDF",
    b"\x89PNG": "une image",
    b"\xff\xd8\xff": "une image",
    b"{\\rtf": "un document RTF",
    b"<!DOCTYPE": "une page web",
    b"<html": "une page web",
}
_TYPES: dict[ListKind, type[PortalLine] | type[StaffLine]] = {
    ListKind.PORTAL: PortalLine,
    ListKind.STAFF: StaffLine,
}


def read_list(kind: ListKind, content: bytes) -> Reading:
    """Return what a file says, line by line, with every mistake; raises BadFile or TooLong when it is no list."""
    grid = read_grid(content)
    header = find_header(grid, kind)
    body = {number: cells for number, cells in grid.lines.items() if number > header.line}
    if len(body) > MAX_LINES:
        raise too_many(len(body))
    if not body:
        raise BadFile("Le fichier a des titres de colonnes, et aucune ligne dessous.", field="file")
    lines: list[Line] = []
    mistakes: list[Mistake] = []
    for number, cells in body.items():
        found = list(_mistakes_or_line(kind, header, grid, number, cells))
        lines += [one for one in found if not isinstance(one, Mistake)]
        mistakes += [one for one in found if isinstance(one, Mistake)]
    mistakes += repeated(lines)
    ordered = tuple(sorted(mistakes, key=lambda one: (one.line, one.column)))
    columns = tuple((header.titles[place], named(field, kind)) for field, place in sorted(header.places.items()))
    return Reading(tuple(lines), ordered, (*grid.notes, *homonyms(lines)), columns, header.ignored)


def read_grid(content: bytes) -> Grid:
    """Return the cells of a workbook or of a CSV file, told apart by their first bytes; raises BadFile, TooLong."""
    if not content:
        raise BadFile("Le fichier est vide.", field="file")
    if len(content) > MAX_BYTES:
        raise TooLong(f"Le fichier dépasse {MAX_BYTES // 1_000_000} Mo.", field="file")
    if content.startswith(b"PK"):
        return read_workbook(content)
    if content.startswith(_OLE):
        raise BadFile(
            "C'est un ancien classeur (.xls), ou un classeur protégé par un mot de passe : enregistrez-le en .xlsx, "
            "sans mot de passe, ou en CSV.",
            field="file",
        )
    for start, what in _OTHERS.items():
        if content.startswith(start):
            raise BadFile(f"C'est {what} : exportez la liste en Excel (.xlsx) ou en CSV.", field="file")
    return read_delimited(content)


def repeated(lines: Iterable[Line]) -> Iterator[Mistake]:
    """Give a mistake for each line that repeats another, or gives its address to somebody else."""
    first: dict[tuple[str, ...], Line] = {}
    owner: dict[str, Line] = {}
    for one in lines:
        known, holder = first.setdefault(one.key, one), owner.setdefault(one.email, one)
        if known is not one:
            yield Mistake(one.line, "Adresse e-mail", f"Déjà à la ligne {known.line} : gardez une ligne par compte.")
        elif _name(holder) != _name(one):
            yield Mistake(
                one.line, "Adresse e-mail", f"Cette adresse est celle d'une autre personne à la ligne {holder.line}."
            )


def homonyms(lines: Iterable[Line]) -> tuple[str, ...]:
    """Return a note for each name that several addresses bear: nobody is merged, somebody should look."""
    addresses: dict[tuple[str, str], dict[str, int]] = {}
    for one in lines:
        addresses.setdefault(_name(one), {}).setdefault(one.email, one.line)
    several = (sorted(found.values()) for found in addresses.values() if len(found) > 1)
    return tuple(
        f"Lignes {', '.join(map(str, numbers))} : même nom et même prénom, adresses différentes. Homonymes, ou une "
        "personne inscrite deux fois ?"
        for numbers in several
    )


def _name(one: Line) -> tuple[str, str]:
    return plain(one.last_name), plain(one.first_name)


def _mistakes_or_line(
    kind: ListKind, header: Header, grid: Grid, number: int, cells: tuple[str, ...]
) -> Iterator[Line | Mistake]:
    """Give the line, or each of its mistakes."""
    read: dict[str, Any] = {}
    wrong = False
    for column in COLUMNS[kind]:
        place = header.places.get(column.field)
        if place is None:
            continue
        text = cells[place] if place < len(cells) else ""
        try:
            if not text and (number, place) in grid.odd:
                raise Invalid(f"La cellule {column_name(place)}{number} {grid.odd[number, place]}.")
            read[column.field] = _value(column, text, grid)
        except Invalid as refusal:
            wrong = True
            yield Mistake(number, header.titles[place] or column.label, refusal.message)
    if not wrong:
        yield from _checked(kind, _TYPES[kind](number, **read))


def _value(column: Column, text: str, grid: Grid) -> Any:
    if column.required and not text and column.field != "email":
        raise Invalid("La cellule est vide.")
    return column.read(text, grid.epoch_1904) if column.is_day else column.read(text)


def _checked(kind: ListKind, line: Any) -> Iterator[Line | Mistake]:
    """Give the line, or what two of its cells say against each other."""
    if kind is ListKind.STAFF:
        if line.joined_on and line.left_on and line.left_on < line.joined_on:
            yield Mistake(line.line, named("left_on", kind), "Le départ précède l'arrivée.")
            return
        if line.trained_on and line.trained_until and line.trained_until < line.trained_on:
            yield Mistake(line.line, named("trained_until", kind), "La formation finit avant d'avoir lieu.")
            return
    yield line


def counted(lines: Iterable[Line]) -> Counter[str]:
    """Return how many lines there are of each profile, for the list of the portal."""
    return Counter(one.profile.value for one in lines if isinstance(one, PortalLine))
