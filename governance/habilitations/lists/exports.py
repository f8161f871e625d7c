"""Lists as they leave: the declared staff, in the columns that an import recognises, and empty models to fill."""

from governance.habilitations.lists.columns import COLUMNS
from governance.habilitations.lists.lines import ListKind
from governance.habilitations.lists.plans import Known
from governance.habilitations.lists.presenting import TIES
from governance.papers.sheets import Cell


def titles(kind: ListKind) -> tuple[str, ...]:
    """Return the titles of a list's columns, as an import recognises them."""
    return tuple(one.label for one in COLUMNS[kind])


def staff_rows(staff: tuple[Known, ...]) -> list[tuple[Cell, ...]]:
    """Return the declared staff, a cell for each column; imported again, it changes nothing."""
    return [tuple(_cell(one, column.field) for column in COLUMNS[ListKind.STAFF]) for one in staff]


def _cell(one: Known, field: str) -> Cell:
    if field == "tie":
        return TIES[one.tie]
    value: Cell = getattr(one, field)
    return value
