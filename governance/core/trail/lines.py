"""The lines of the trail as they are read again: each seal with its entry, whatever was done to the tables."""

import struct
from collections.abc import Iterator, Sequence
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
WIDEST = 20_000  # numbers of entries between those of a chunk: they may be late, or missing (`sealing.LATE_NUMBERS`)
UNREADABLE = (
    ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError, struct.error, DBAPIError,
)  # fmt: skip

_BELOW = -(2**62)  # ranks begin at 1: one below was slipped in
_SEALS = (TrailSeal.position, TrailSeal.entry_id, TrailSeal.sealed_at, TrailSeal.leaf, TrailSeal.seal)


def _as_stored(column: QueryableAttribute[Any]) -> Any:
    return cast(column, Text) if isinstance(column.type, JSON) else type_coerce(column, NullType())


_LINES = select(*_SEALS, *ENTRY).outerjoin(TrailEntry, TrailEntry.id == TrailSeal.entry_id)
_STORED_SEALS, _STORED_ENTRY = tuple(map(_as_stored, _SEALS)), tuple(map(_as_stored, ENTRY))
_NO_ENTRY = (None,) * len(ENTRY)


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


def chunks(session: Session) -> Iterator[Ranks]:
    """Give, in order, the ranks that hold the lines there are now, at most two thousand lines at once."""
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
        return [_checked(line) for line in _joined(session, ranks, _SEALS, ENTRY)]
    except UNREADABLE:
        positions = session.scalars(_seals((TrailSeal.position,), ranks)).all()
        return [_one(session, position) for position in positions]


def stored(session: Session, ranks: Ranks) -> list[Any]:
    """Return the same lines as the driver gives them: details are text, and so are SQLite's instants.

    Empty when one of them cannot be read so.
    """
    try:
        return _joined(session, ranks, _STORED_SEALS, _STORED_ENTRY)
    except UNREADABLE:
        return []


def _joined(session: Session, ranks: Ranks, of_seal: Sequence[Any], of_entry: Sequence[Any]) -> list[Line]:
    """Return the seals of some ranks, each with its entry; raises LookupError when those are too far apart.

    Joined here, of two tables read between bounds: PostgreSQL may choose to read a whole table for each chunk.
    """
    connection = session.connection()
    seals = connection.execute(_seals(of_seal, ranks)).all()
    numbers = [seal[1] for seal in seals]
    low, high = min(numbers), max(numbers)
    if high - low > WIDEST:
        raise LookupError("entries far apart")
    wanted = select(*of_entry).where(TrailEntry.id.between(low, high)).order_by(TrailEntry.id)
    entries = {entry[0]: entry for entry in connection.execute(wanted).all()}
    return [Line(*seal, *entries.get(seal[1], _NO_ENTRY)) for seal in seals]


def _seals(columns: Sequence[Any], ranks: Ranks) -> Select[Any]:
    return select(*columns).where(TrailSeal.position.between(*ranks)).order_by(TrailSeal.position)


def _one(session: Session, position: int) -> Line | Unread:
    try:
        return _checked(Line(*session.execute(_LINES.where(TrailSeal.position == position)).one()))
    except UNREADABLE:
        return Unread(position)


def _checked(line: Line) -> Line:
    if not isinstance(line.leaf, bytes) or not isinstance(line.seal, bytes):
        raise TypeError("a hash is bytes")
    return line


def _next(done: int, last: int) -> Select[Any]:
    return select(func.min(TrailSeal.position)).where(TrailSeal.position > done, TrailSeal.position <= last)
