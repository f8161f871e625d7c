"""The sequencer: it seals the entries that writers added, in one order, one process at a time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, insert, select
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock, storage
from governance.core.keys import Keys
from governance.core.trail import chain
from governance.core.trail.tables import TrailEntry, TrailSeal

BATCH = 1_000

# On PostgreSQL an entry may be committed after one of a higher number. Each pass looks this far back; the pass before a
# checkpoint looks at everything.
LATE_NUMBERS = 10_000

_PURPOSE = "trail"
_LOCK = 0x7669676965_01  # « vigie », and a number of its own

ENTRY = (
    TrailEntry.id,
    TrailEntry.at,
    TrailEntry.actor,
    TrailEntry.role,
    TrailEntry.structure,
    TrailEntry.action,
    TrailEntry.subject,
    TrailEntry.details,
    TrailEntry.salt,
)


def sealing_key(keys: Keys) -> bytes:
    """Return the key that seals entries: derived from the service's secret, never in the database."""
    return keys.derive(_PURPOSE)


def seal_pending(session: Session, keys: Keys, at: datetime, *, thoroughly: bool = False) -> int:
    """Seal at most a thousand entries, oldest number first, and return how many; the caller commits.

    Zero when there is nothing to seal, or when another process is sealing. `thoroughly` looks at every entry.
    """
    if not _is_ours(session):
        return 0
    last = session.execute(_LAST).one_or_none()
    floor = 0 if thoroughly or last is None else _floor(session)
    entries = session.execute(_unsealed(floor).limit(BATCH)).all()
    if entries:
        seals = _sealed(sealing_key(keys), entries, last, at)
        session.execute(insert(TrailSeal), list(seals))
    return len(entries)


def seal_all(session: Session, keys: Keys, at: datetime) -> int:
    """Seal every entry there is, in the caller's transaction, once no other process is sealing; return how many."""
    if _is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    total = 0
    while done := seal_pending(session, keys, at, thoroughly=True):
        total += done
    return total


def seal_now(sessions: sessionmaker[Session], keys: Keys) -> int:
    """Seal what waits, each batch in a transaction of its own, and return how many; no lock is taken for nothing."""
    total = 0
    while _is_waiting(sessions):
        with sessions.begin() as session:
            done = seal_pending(session, keys, clock.now())
        total += done
        if done < BATCH:
            break
    return total


def pending(session: Session, *, thoroughly: bool = True) -> tuple[int, datetime | None]:
    """Return how many entries await their seal, and since when the oldest does; `thoroughly` looks at every entry."""
    waiting = (
        _unsealed(0 if thoroughly else _floor(session))
        .with_only_columns(func.count(), func.min(TrailEntry.at))
        .order_by(None)
    )
    count, oldest = session.execute(waiting).one()
    return count, oldest


_LAST = select(TrailSeal.position, TrailSeal.seal).order_by(TrailSeal.position.desc()).limit(1)


def _is_shared(session: Session) -> bool:
    # SQLite has one writer at a time: its transaction is the lock.
    return session.get_bind().dialect.name == "postgresql"


def _is_ours(session: Session) -> bool:
    return not _is_shared(session) or bool(session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))


def _is_waiting(sessions: sessionmaker[Session]) -> bool:
    with storage.reading(sessions) as session:
        return session.execute(_unsealed(_floor(session)).limit(1)).first() is not None


def _floor(session: Session) -> int:
    return (session.scalar(select(func.max(TrailSeal.entry_id))) or 0) - LATE_NUMBERS


def _unsealed(floor: int) -> Select[Any]:
    sealed = exists().where(TrailSeal.entry_id == TrailEntry.id)
    return select(*ENTRY).where(TrailEntry.id > floor, ~sealed).order_by(TrailEntry.id)


def _sealed(key: bytes, entries: Sequence[Row[Any]], last: Any, at: datetime) -> Iterable[dict[str, Any]]:
    first, previous = (last.position + 1, last.seal) if last is not None else (1, chain.GENESIS)
    for position, entry in enumerate(entries, first):
        leaf = chain.leaf(entry)
        previous = chain.seal(key, previous, position, entry.id, at, leaf)
        yield {"position": position, "entry_id": entry.id, "sealed_at": at, "leaf": leaf, "seal": previous}
