"""The lines of the trail as they are read again: each seal with its entry, whatever was done to the tables."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from governance.core.trail.sealing import ENTRY
from governance.core.trail.tables import TrailEntry, TrailSeal

CHUNK = 2_000
UNREADABLE = (
    ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError, struct.error, DBAPIError,
)  # fmt: skip

_BELOW = -(2**62)  # ranks begin at 1: one below was slipped in
_SEALS = (TrailSeal.position, TrailSeal.entry_id, TrailSeal.sealed_at, TrailSeal.leaf, TrailSeal.seal)
_LINES = select(*_SEALS, *ENTRY).outerjoin(TrailEntry, TrailEntry.id == TrailSeal.entry_id)


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


def lines(session: Session) -> Iterator[Line | Unread]:
    """Give the lines in order, by chunks; Unread where a row cannot be made of what is stored."""
    last = session.scalar(select(func.max(TrailSeal.position))) or 0
    done = _BELOW
    while rows := list(_chunk(session, done, last)):
        yield from rows
        done = rows[-1].position


def _chunk(session: Session, done: int, last: int) -> Iterator[Line | Unread]:
    try:
        yield from list(map(_line, session.connection().execute(_between(_LINES, done, last).limit(CHUNK)).all()))
    except UNREADABLE:
        positions = session.scalars(_between(select(TrailSeal.position), done, last).limit(CHUNK)).all()
        for position in positions:
            yield _one(session, position)


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


def _between(wanted: Select[Any], done: int, last: int) -> Select[Any]:
    return wanted.where(TrailSeal.position > done, TrailSeal.position <= last).order_by(TrailSeal.position)
