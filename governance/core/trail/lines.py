"""The lines of the trail as they are read again: each seal with its entry, whatever was done to the tables."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Select, Text, cast, func, select, type_coerce
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import QueryableAttribute, Session
from sqlalchemy.types import NullType

from governance.core.trail.sealing import ENTRY
from governance.core.trail.tables import TrailEntry, TrailSeal

CHUNK = 2_000
UNREADABLE = (
    ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError, struct.error, DBAPIError,
)  # fmt: skip

_BELOW = -(2**62)  # ranks begin at 1: one below was slipped in
_SEALS = (TrailSeal.position, TrailSeal.entry_id, TrailSeal.sealed_at, TrailSeal.leaf, TrailSeal.seal)


def _as_stored(column: QueryableAttribute[Any]) -> Any:
    return cast(column, Text) if isinstance(column.type, JSON) else type_coerce(column, NullType())


def _joined(columns: Sequence[Any]) -> Select[Any]:
    return select(*columns).outerjoin(TrailEntry, TrailEntry.id == TrailSeal.entry_id).order_by(TrailSeal.position)


_LINES = _joined((*_SEALS, *ENTRY))
_STORED = _joined([_as_stored(column) for column in (*_SEALS, *ENTRY)])


class Line(NamedTuple):
    """A seal and its entry, whose columns are None once it was pruned; read three times as fast as a row."""

    position: int
    entry_id: int
    sealed_at: datetime
    leaf: bytes
    seal: bytes
    id: int | None
    at: datetime
    actor: str
    role: str | None
    structure: str | None
    action: str
    subject: str
    details: dict[str, Any]
    salt: str | None


@dataclass(frozen=True, slots=True)
class Unread:
    """A line whose values are not of their kind: SQLite keeps what it is given, PostgreSQL instants of no year."""

    position: int


class Ranks(NamedTuple):
    """Ranks that are read at once, both included."""

    first: int
    last: int

    def of(self, wanted: Select[Any]) -> Select[Any]:
        """Return what these ranks hold of what is wanted."""
        return wanted.where(TrailSeal.position.between(*self))


def chunks(session: Session) -> Iterator[Ranks]:
    """Give, in order, the ranks that hold the lines there are now, at most two thousand lines at once.

    Bounds, not a LIMIT: without statistics PostgreSQL sorts all that remains to give its first lines.
    """
    last = session.scalar(select(func.max(TrailSeal.position))) or 0
    done = _BELOW
    while (first := session.scalar(_next(done, last))) is not None:
        done = min(first + CHUNK - 1, last)
        yield Ranks(first, done)


def lines(session: Session) -> Iterator[Line | Unread]:
    """Give the lines in order; Unread where a row cannot be made of what is stored."""
    for ranks in chunks(session):
        yield from lines_of(session, ranks)


def lines_of(session: Session, ranks: Ranks) -> list[Line | Unread]:
    """Return the lines of some ranks, in order."""
    try:
        return list(map(_line, session.connection().execute(ranks.of(_LINES)).all()))
    except UNREADABLE:
        positions = session.scalars(ranks.of(select(TrailSeal.position)).order_by(TrailSeal.position)).all()
        return [_one(session, position) for position in positions]


def stored(session: Session, ranks: Ranks) -> list[Any]:
    """Return the same lines as the driver gives them: details are text, and so are SQLite's instants.

    Empty when one of them cannot be read so.
    """
    try:
        return list(map(Line._make, session.connection().execute(ranks.of(_STORED)).all()))
    except UNREADABLE:
        return []


def _one(session: Session, position: int) -> Line | Unread:
    try:
        return _line(session.execute(_LINES.where(TrailSeal.position == position)).one())
    except UNREADABLE:
        return Unread(position)


def _line(row: Iterable[Any]) -> Line:
    line = Line._make(row)
    if not isinstance(line.leaf, bytes) or not isinstance(line.seal, bytes):
        raise TypeError("a hash is bytes")
    return line


def _next(done: int, last: int) -> Select[Any]:
    return select(func.min(TrailSeal.position)).where(TrailSeal.position > done, TrailSeal.position <= last)
