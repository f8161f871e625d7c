"""Tables, instants and engines: how rows are kept, on SQLite as on PostgreSQL."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from json import JSONEncoder
from typing import Any, ClassVar, TypeVar
from uuid import uuid4

from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from governance.core.fates import Fate
from governance.core.sight import SIGHT, Sight

_MEMORY = "vigie.memory"
_compact = JSONEncoder(separators=(",", ":")).encode
Value = TypeVar("Value")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A point in time: stored in UTC, refused when naive (SQLAlchemy on SQLite silently drops zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table states its fate, or the build fails."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant}
    fate: ClassVar[Fate]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "fate" not in cls.__dict__:
            raise TypeError(f"table {cls.__name__} states no fate")
        super().__init_subclass__(**kwargs)


def new_id() -> str:
    """Return an opaque identifier that tells nothing about its row."""
    return uuid4().hex


def connect(url: str) -> Engine:
    """Return an engine with the durability this product promises (WAL and full synchronisation on SQLite).

    Raises sqlalchemy.exc.ArgumentError when the address cannot be read.
    """
    # A statement that fails must not bring what was typed into a log.
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, json_serializer=_compact)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred BEGIN loses updates or fails half-way (measured: 421 of 600 refused); readers need no lock.
    reading = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def remembered(session: Session, key: Hashable, read: Callable[[], Value]) -> Value:
    """Return what `read` gives, asked once in a session that only reads; asked each time in any other."""
    memory: dict[Hashable, Any] | None = session.info.get(_MEMORY)
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    found: Value = memory[key]
    return found


@contextmanager
def reading(sessions: sessionmaker[Session], sight: Sight | None = None) -> Iterator[Session]:
    """Give a session that only reads: it takes no write lock and is rolled back; without a sight it sees every row.

    What it read once it may remember: see `remembered`.
    """
    with sessions(info={SIGHT: sight, _MEMORY: {}}) as session:
        session.connection(execution_options={"read_only": True})
        yield session
        session.rollback()
