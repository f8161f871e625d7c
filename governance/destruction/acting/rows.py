"""The rows: named in the ledger before anything goes, deleted, counted again."""

from collections.abc import Iterator

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from governance.core import seals
from governance.core.domains import Domain
from governance.core.storage import reading
from governance.destruction import selection
from governance.destruction.acting import canaries
from governance.destruction.acting.means import Done, Means, Work
from governance.destruction.ledger import Row
from governance.destruction.selection import Rows


def write_ledger(means: Means, work: Work) -> Done:
    """Name what goes, outside the database, before it goes; keep a few canaries to look for afterwards."""
    with reading(means.sessions) as session:
        selection.check_complete(session)
        found = list(identifiers(session, work))
        canaries.keep(session, means, work)
    entry = means.ledger.write(work.name, work.domain, found, work.held, work.at)
    return Done(sum(entry.counts.values()), None, {"entry": entry.number, "root": entry.root})


def delete_rows(means: Means, work: Work, table: str) -> Done:
    """Delete the rows of a table and count what is left."""
    rows = find(table)
    before = work.entry(means).counts.get(table, 0)
    with means.sessions.begin() as session:
        session.execute(delete(rows.table).where(rows.mine(work.domain)))
        after = count(session, rows, work.domain)
    return Done(before, after)


def going(held: frozenset[str]) -> tuple[Rows, ...]:
    """Return the tables whose rows go, in order, without those that a hold keeps."""
    return tuple(rows for rows in selection.destroyed() if rows.table.name not in held)


def find(table: str) -> Rows:
    """Return a table by its name."""
    return next(rows for rows in selection.destroyed() if rows.table.name == table)


def count(session: Session, rows: Rows, domain: Domain) -> int:
    """Return how many rows of a table belong to a convention."""
    asked = select(func.count()).select_from(rows.table).where(rows.mine(domain))
    return int(session.scalar(asked) or 0)


def identifiers(session: Session, work: Work) -> Iterator[Row]:
    """Yield what names each row that goes."""
    for rows in going(work.held):
        columns = rows.identity()
        asked = select(*columns).where(rows.mine(work.domain)).order_by(*columns)
        for row in session.execute(asked).yield_per(10_000):
            yield rows.table.name, named(tuple(row))


def named(key: tuple[object, ...]) -> str:
    """Return the one text that names a row.

    >>> named(("0f3a",)), named(("0f3a", 2))
    ('0f3a', '4:0f3a|1:2')
    """
    return str(key[0]) if len(key) == 1 else seals.joined(str(part) for part in key)
