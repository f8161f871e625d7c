"""Which rows belong to a convention of a structure: a walk over every table that states its fate."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Table, and_, inspect, select
from sqlalchemy.orm import Mapper, Session, configure_mappers

from governance.core.domains import Domain
from governance.core.fates import Destroyed, Fate
from governance.core.refusals import Unavailable
from governance.core.storage import Base

STRUCTURE = ("structure_id", "structure")
CONVENTION = ("convention",)


class NoWay(TypeError):
    """Rows that should be destroyed cannot be told apart from those of another convention: a mistake of code."""


class UnknownTables(Unavailable):
    """The database has tables whose fate is not known here."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table, what becomes of it, and which of its rows belong to a convention (`way`: None when none does)."""

    table: Table
    fate: Fate
    way: "Way | None"

    @property
    def goes(self) -> bool:
        """Say whether its rows go with their convention."""
        return isinstance(self.fate, Destroyed)

    def mine(self, domain: Domain) -> ColumnElement[bool]:
        """Return the condition that rows belong to a convention; raises NoWay."""
        if self.way is None:
            raise NoWay(f"rows of {self.table.name} belong to no convention")
        return self.way.condition(domain)

    def identity(self) -> tuple[Column[Any], ...]:
        """Return the columns that name a row."""
        return tuple(self.table.primary_key.columns)


@dataclass(frozen=True, slots=True)
class Way:
    """How a row leads to its convention: by its own columns, or by the row it hangs from."""

    structure: Column[Any] | None = None
    convention: Column[Any] | None = None
    link: tuple[Column[Any], Column[Any]] | None = None
    above: "Way | None" = None

    def condition(self, domain: Domain) -> ColumnElement[bool]:
        """Return the condition that rows belong to a convention of a structure."""
        if self.link is not None and self.above is not None:
            here, there = self.link
            return here.in_(select(there).where(self.above.condition(domain)))
        return and_(
            cast(Column[Any], self.structure) == domain.structure,
            cast(Column[Any], self.convention) == domain.convention,
        )


def tables() -> tuple[Rows, ...]:
    """Return every table, those that hang from another before it: the order in which rows can be deleted."""
    mappers = _mappers()
    return tuple(
        Rows(table, mappers[table].class_.fate, _way(table, mappers))
        for table in reversed(Base.metadata.sorted_tables)
        if table in mappers
    )


def destroyed() -> tuple[Rows, ...]:
    """Return the tables whose rows go, in the order of their deletion; raises NoWay for one that cannot be selected."""
    found = tuple(one for one in tables() if one.goes)
    for one in found:
        if one.way is None:
            raise NoWay(f"table {one.table.name} is destroyed with a convention, and does not say which")
    return found


def check_complete(session: Session) -> None:
    """Refuse (UnknownTables) a database with a table that this process does not know: its rows would be forgotten."""
    found = set(inspect(session.connection()).get_table_names()) - {"alembic_version"}
    unknown = sorted(found - set(Base.metadata.tables))
    if unknown:
        raise UnknownTables(f"La base a {len(unknown)} table(s) que ce programme ne connaît pas : {unknown[0]}…")


def _mappers() -> dict[Table, Mapper[Any]]:
    configure_mappers()
    return {cast(Table, mapper.local_table): mapper for mapper in Base.registry.mappers}


def _way(table: Table, mappers: dict[Table, Mapper[Any]], seen: frozenset[Table] = frozenset()) -> Way | None:
    own = _own(mappers[table])
    if own is not None:
        return own
    for here, there in _parents(table):
        if there.table in mappers and there.table not in seen | {table}:
            above = _way(there.table, mappers, seen | {table})
            if above is not None:
                return Way(link=(here, there), above=above)
    return None


def _own(mapper: Mapper[Any]) -> Way | None:
    columns: dict[str, Column[Any]] = {one.key: one.columns[0] for one in mapper.column_attrs}  # type: ignore[misc]
    columns |= {one.key: columns[one.name] for one in mapper.synonyms if one.name in columns}
    structure = next((columns[name] for name in STRUCTURE if name in columns), None)
    convention = next((columns[name] for name in CONVENTION if name in columns), None)
    return None if structure is None or convention is None else Way(structure, convention)


def _parents(table: Table) -> Iterator[tuple[Column[Any], Column[Any]]]:
    for column in table.columns:
        for key in column.foreign_keys:
            yield column, key.column


def clash(mapper: Mapper[Any]) -> str:
    """Return why a table's fate and its seal disagree, or nothing.

    What is sealed under a convention's key dies with it, whatever the table states.
    """
    closed = getattr(mapper.class_, "sealed_in", None)
    if closed is None or closed.convention is None or isinstance(mapper.class_.fate, Destroyed):
        return ""
    name = cast(Table, mapper.local_table).name
    return f"{name} is kept, and sealed under the key of a convention, which is destroyed: seal it in the structure's"


def clashes() -> tuple[str, ...]:
    """Return every table whose fate and seal disagree, and every kept one that a destroyed row would be missed by."""
    mappers, gone = _mappers(), {one.table for one in destroyed()}
    found = [clash(inspect(mapper.class_)) for mapper in mappers.values()]
    for table in mappers:
        if table not in gone:
            found += [
                f"{table.name}.{here.name} is kept, and points at {there.table.name}, which is destroyed"
                for here, there in _parents(table)
                if there.table in gone
            ]
    return tuple(sorted(one for one in found if one))
