"""Files kept for a stated time, breaches and reviews: once it is over each goes whole, and the trail says which."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.core import trail
from governance.core.storage import Base
from governance.core.trail.tables import TrailEntry
from governance.destruction import selection

SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Whole:
    """A file whose time is over: the row at its head, with those of the files that were joined to it."""

    structure: str
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """A kind of file: the table of its head, and the column by which every other row of it names that head.

    `action`: what the trail says of one that went; `over`: which have no time left on a day, none that must still stay.
    """

    table: str
    link: str
    action: str
    over: Callable[[Session, date], Sequence[Whole]]

    def parts(self) -> tuple[Table, ...]:
        """Return what hangs from the head, in the order in which rows can be deleted."""
        head = Base.metadata.tables[self.table].c.id
        return tuple(
            rows.table
            for rows in selection.tables()
            if self.link in rows.table.c and rows.table.c[self.link].references(head)
        )


@dataclass(frozen=True, slots=True)
class Gone:
    """The head of a file that went, by the opaque identifier that the trail keeps."""

    structure: str
    table: str
    id: str


def forget(sessions: sessionmaker[Session], kinds: Collection[Files], on: date, at: datetime) -> int:
    """Remove every file whose time is over, one transaction each; return how many."""
    done = 0
    for kind in kinds:
        while _forget_one(sessions, kind, on, at):
            done += 1
    return done


def remove(session: Session, kind: Files, file: Whole, at: datetime) -> int:
    """Remove what is there of a file, and return how many heads it had.

    The trail says it first: without that, the database lets no answer of a review go.
    """
    table = Base.metadata.tables[kind.table]
    asked = select(table.c.id).where(table.c.id.in_(file.heads)).order_by(table.c.id)
    heads = session.scalars(asked.with_for_update()).all()  # none when another process has just removed it
    for head in heads:
        trail.record(session, kind.action, head, by=SERVICE, structure=file.structure, at=at)
    session.flush()
    for part in kind.parts():
        session.execute(delete(part).where(part.c[kind.link].in_(heads)))
    session.execute(delete(table).where(table.c.id.in_(heads)))
    return len(heads)


def gone(session: Session, kinds: Collection[Files]) -> tuple[Gone, ...]:
    """Return the files that went, as far as the trail goes back."""
    tables = {kind.action: kind.table for kind in kinds}
    told = select(TrailEntry.structure, TrailEntry.action, TrailEntry.subject).where(TrailEntry.action.in_(tables))
    rows = session.execute(told.order_by(TrailEntry.id))
    return tuple(Gone(structure or "", tables[action], subject) for structure, action, subject in rows)


def known(session: Session, table: str, heads: Collection[str]) -> int:
    """Return how many of these files, gone once, are in this database."""
    column = Base.metadata.tables[table].c.id
    return session.scalar(select(func.count()).where(column.in_(heads))) or 0


def _forget_one(sessions: sessionmaker[Session], kind: Files, on: date, at: datetime) -> bool:
    # Asked again for each: a hold set meanwhile keeps the others.
    with sessions.begin() as session:
        file = next(iter(kind.over(session, on)), None)
        return file is not None and remove(session, kind, file, at) > 0
