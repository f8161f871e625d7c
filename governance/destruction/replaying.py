"""A database that was restored knows nothing of what was destroyed since: the ledger is replayed before it serves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, func, inspect, select
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.outbox.restored import hold_back
from governance.core.refusals import Unavailable
from governance.core.storage import reading
from governance.destruction import forgotten, selection
from governance.destruction.acting.means import Means
from governance.destruction.acting.rows import find, going
from governance.destruction.ledger import Entry, Ledger
from governance.destruction.rules import Remainder, State
from governance.destruction.tables import Destruction, ErasureApplied

PART = 5_000
JOB = "service"


class NotReplayed(Unavailable):
    """The database holds what was destroyed: nobody may read it before the ledger is replayed."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did: entries of the ledger, rows removed once more, and those found again afterwards."""

    entries: int
    removed: int
    risen: int
    held_back: int = 0


def check(session: Session, ledger: Ledger) -> None:
    """Refuse (NotReplayed) a database that does not know what the ledger says; raises DamagedLedger."""
    left = missing(session, ledger)
    if left:
        raise NotReplayed(
            f"Cette base est plus ancienne que {len(left)} effacement(s) : lancez « vigie backup replay »."
        )


def missing(session: Session, ledger: Ledger) -> tuple[Entry, ...]:
    """Return the entries that are not true of this database; an act under way here is none of them."""
    entries = ledger.entries()
    if not entries:
        return ()
    known = set(session.scalars(select(ErasureApplied.entry).order_by(ErasureApplied.entry)))

    def is_true(one: Entry) -> bool:
        if forgotten.is_of_time(one):
            return not forgotten.alive(session, ledger, (one,))
        return one.name in known or _is_underway(session, ledger.folder, one)

    return tuple(one for one in entries if not is_true(one))


def replay(means: Means, at: datetime, *, is_restored: bool = False) -> Replayed:
    """Destroy once more, in a restored database, what the ledger says; raises Remainder when anything is left.

    What was still to leave by mail is held back: it may have left since the backup.
    """
    with reading(means.sessions) as session:
        selection.check_complete(session)
        left = missing(session, means.ledger)
    removed = sum(_again(means, entry, at) for entry in left)
    risen = alive(means)
    if risen:
        raise Remainder(f"{risen} ligne(s) détruites sont encore là.")
    with means.sessions.begin() as session:
        back = hold_back(session, at) if left or is_restored else 0
    return Replayed(len(left), removed, risen, back)


def alive(means: Means) -> int:
    """Return how many rows of the whole ledger are in the database."""
    count = 0
    with reading(means.sessions) as session:
        tables = set(inspect(session.connection()).get_table_names())
        of_time = [entry for entry in means.ledger.entries() if forgotten.is_of_time(entry)]
        count += forgotten.alive(session, means.ledger, of_time)
        for entry in means.ledger.entries():
            if entry not in of_time and not _is_underway(session, means.setup.ledger, entry):
                count += sum(_present(session, table, part) for table, part in _parts(means.ledger, entry, tables))
    return count


def _again(means: Means, entry: Entry, at: datetime) -> int:
    removed = 0
    if forgotten.is_of_time(entry):
        with means.sessions.begin() as session:
            return forgotten.again(session, means, entry, at)
    with means.sessions.begin() as session:
        for rows in going(frozenset(entry.held)):
            done = session.execute(delete(rows.table).where(rows.mine(entry.domain)))
            removed += int(getattr(done, "rowcount", 0))
        session.add(ErasureApplied(entry=entry.name, at=at, removed=removed))
        trail.record(
            session, "destruction.replayed", entry.name, by=JOB, structure=entry.domain.structure, at=at, count=removed
        )
    store = means.store
    if not entry.held and str(entry.domain) not in store.contents().destroyed:  # an older store came with the database
        store.destroy(entry.domain, at)
    return removed


def _is_underway(session: Session, folder: Path, entry: Entry) -> bool:
    if (folder / f"{entry.stem}.fini").exists():
        return False
    row = session.get(Destruction, entry.name.rpartition("-")[0])
    return row is not None and row.state == State.UNDERWAY.value


def _parts(ledger: Ledger, entry: Entry, tables: set[str]) -> Iterator[tuple[str, list[str]]]:
    waiting: dict[str, list[str]] = {}
    for table, identifier in ledger.rows(entry):
        if table in tables:
            waiting.setdefault(table, []).append(identifier)
            if len(waiting[table]) == PART:
                yield table, waiting.pop(table)
    yield from waiting.items()


def _present(session: Session, table: str, identifiers: list[str]) -> int:
    key = find(table).identity()
    if len(key) > 1:  # named by several columns: selected by its convention, and by the row it hangs from
        return 0
    return int(session.scalar(select(func.count()).where(key[0].in_(identifiers))) or 0)
