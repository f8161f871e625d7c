"""One scheduler at a time: a lock that the system itself gives back when its holder dies.

The lock spares work; what guarantees « once » is the constraint of `job_run`.
"""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

LOCK = 0x5647_4A4F_4253  # « VGJOBS »: one scheduler per database
# A leader that is stopped, not dead, keeps its connection: PostgreSQL closes it when it has said nothing for so long.
SILENCE_SECONDS = 4
KEEPALIVES = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 4000,
    "connect_timeout": 3,
}


class Leader(Protocol):
    """A lock that one process of all holds."""

    def leads(self) -> bool:
        """Say whether this process holds the lock, taking it when it is free."""

    def resign(self) -> None:
        """Give the lock back."""


def leader_of(engine: Engine) -> Leader:
    """Return the lock of a database: an advisory lock on PostgreSQL, a lock on a file beside it on SQLite."""
    if engine.dialect.name == "postgresql":
        return Advisory(engine)
    return Flock(Path(f"{engine.url.database}.jobs.lock"))


class Flock:
    """The lock of a file, which the kernel releases with the process; no clock takes part."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def leads(self) -> bool:
        """Say whether this process holds the lock, taking it when it is free."""
        if self._handle is not None:
            return True
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def resign(self) -> None:
        """Give the lock back; the file stays, since removing it could leave two holders."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class Advisory:
    """PostgreSQL's advisory lock, on a connection of its own: a pooled one would keep it after being closed.

    Not through a transaction-mode pooler, where a session is nobody's.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = create_engine(
            engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=KEEPALIVES, hide_parameters=True
        )
        self._connection: Connection | None = None

    def leads(self) -> bool:
        """Say whether this process holds the lock: the server is asked, since it may have ended the session."""
        if self._connection is not None and self._is_alive(self._connection):
            return True
        self.resign()
        try:
            connection = self._engine.connect()
        except SQLAlchemyError:
            return False
        if self._takes(connection):
            self._connection = connection
            return True
        connection.close()
        return False

    def resign(self) -> None:
        """Give the lock back."""
        if self._connection is not None:
            self._connection.invalidate()  # the session ends, whatever state it is in
            self._connection.close()
            self._connection = None

    @staticmethod
    def _is_alive(connection: Connection) -> bool:
        try:
            connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    @staticmethod
    def _takes(connection: Connection) -> bool:
        try:
            connection.execute(text(f"SET idle_session_timeout = '{SILENCE_SECONDS}s'"))
            return bool(connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}))
        except SQLAlchemyError:
            return False
