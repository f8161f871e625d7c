"""Whose rows a session sees: every query is filtered here, and PostgreSQL is told, whose policies are the second line.

A page or an operation of the API acts in a session that has a `Sight`: what it does not see, it cannot read, count,
change or remove, whatever the query forgot. A session without one is the service's own (signing in, commands, jobs).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Executable, TableClause, and_, event, or_, text, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, SessionTransaction, UOWTransaction, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ExecutableOption

from governance.core.refusals import Forbidden

SIGHT = "vigie.sight"
EVERYTHING = "*"
NOBODY = ""  # the code of no caisse

_OPTIONS = "vigie.sight.options"
_KINDS: list[type["Owned"]] = []
# Transaction-local: set for the session, it leaks to whoever uses the pooled connection next (measured: 10,000 rows).
_TELL = text(
    "SELECT set_config('vigie.sight', :structures, true), set_config('vigie.signed', :signed, true), "
    "set_config('vigie.caisse', :caisse, true)"
)


@dataclass(frozen=True, slots=True)
class Sight:
    """The structures whose rows are seen; `signed` adds, as (structure, convention), what a caisse shares with them.

    `caisse` is the code of that caisse: where a convention names several, some rows are shared with one of them only.
    """

    structures: frozenset[str]
    signed: frozenset[tuple[str, str]] = frozenset()
    caisse: str | None = None


class Owned:
    """A row that belongs to a structure, and is seen from there only."""

    if TYPE_CHECKING:  # declared by each table, under the name its column has
        __tablename__: str
        structure_id: Mapped[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "__tablename__"):
            _KINDS.append(cls)

    @classmethod
    def seen_by(cls, sight: Sight) -> ColumnElement[bool]:
        """Return the condition under which rows are seen."""
        return cls.structure_id.in_(sorted(sight.structures))


class Shared(Owned):
    """A row that a caisse sees too, when it signed the row's convention."""

    if TYPE_CHECKING:
        convention: Mapped[str]

    @classmethod
    def seen_by(cls, sight: Sight) -> ColumnElement[bool]:
        """Return the condition under which rows are seen."""
        return or_(super().seen_by(sight), cls.signed_by(sight))

    @classmethod
    def signed_by(cls, sight: Sight) -> ColumnElement[bool]:
        """Return the condition under which a caisse sees rows of the structures that signed with it."""
        return tuple_(cls.structure_id, cls.convention).in_(sorted(sight.signed))

    def is_signed_by(self, sight: Sight) -> bool:
        """Say the same of one row."""
        return (self.structure_id, self.convention) in sight.signed


class SharedWithCaisse(Shared):
    """A row that one caisse only sees, among those that signed its convention: the one that it names."""

    if TYPE_CHECKING:
        caisse: Mapped[str]

    @classmethod
    def signed_by(cls, sight: Sight) -> ColumnElement[bool]:
        """Return the condition under which a caisse sees rows of the structures that signed with it."""
        return and_(super().signed_by(sight), cls.caisse == (sight.caisse or NOBODY))

    def is_signed_by(self, sight: Sight) -> bool:
        """Say the same of one row."""
        return super().is_signed_by(sight) and self.caisse == sight.caisse


def _filter(state: ORMExecuteState) -> None:
    sight = state.session.info.get(SIGHT)
    if sight is None or state.is_column_load:
        return
    made: dict[str, ExecutableOption] = state.session.info.setdefault(_OPTIONS, {})
    state.statement = state.statement.options(*_criteria(sight, _tables_of(state.statement), made))


def _criteria(sight: Sight, named: frozenset[str], made: dict[str, ExecutableOption]) -> Iterator[ExecutableOption]:
    """Give the conditions of the tables that are named, each made once in a session: all fifty cost 5 ms."""
    for kind in _KINDS:
        table = kind.__tablename__
        if table in named:
            if table not in made:
                made[table] = with_loader_criteria(kind, kind.seen_by(sight), include_aliases=True)
            yield made[table]


def _tables_of(statement: Executable) -> frozenset[str]:
    """Return the tables that a statement names anywhere, subqueries included.

    A condition for each of fifty tables costs half a millisecond a statement, most of them for nothing.
    """
    parts = visitors.iterate(statement)  # type: ignore[arg-type]  # every statement of the ORM can be walked through
    return frozenset(one.name for one in parts if isinstance(one, TableClause))


def _check_written(session: Session, _: UOWTransaction, __: object) -> None:
    sight = session.info.get(SIGHT)
    if sight is None:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Owned) and not _is_seen(row, sight):
            raise Forbidden("Cette donnée n'est pas celle de votre structure.")


def _is_seen(row: Owned, sight: Sight) -> bool:
    return row.structure_id in sight.structures or (isinstance(row, Shared) and row.is_signed_by(sight))


def _tell(session: Session, _: SessionTransaction, connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    sight: Sight | None = session.info.get(SIGHT)
    structures = EVERYTHING if sight is None else ",".join(sorted(sight.structures))
    signed = "" if sight is None else ",".join(sorted("/".join(pair) for pair in sight.signed))
    caisse = NOBODY if sight is None else sight.caisse or NOBODY
    connection.execute(_TELL, {"structures": structures, "signed": signed, "caisse": caisse})


event.listen(Session, "do_orm_execute", _filter)
event.listen(Session, "before_flush", _check_written)
event.listen(Session, "after_begin", _tell)
