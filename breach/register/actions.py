"""What is done with the register: keep each new state of an entry, and give it to whom asks."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from breach.queries import find_row
from breach.register.queries import entry_of, last_version
from breach.register.rules import digest, written
from breach.register.tables import RegisterVersion
from breach.tables import Breach
from governance.core import trail
from governance.core.trail.tables import TrailEntry
from governance.people.rules import Actor, Permission, require

SERVICE = "vigie"
ACTS = "breach."
# An act that began before the last state was kept may have been committed after it: it is looked for again.
OVERLAP = timedelta(hours=1)


def keep(session: Session, breach_id: str, *, by: str, at: datetime) -> bool:
    """Keep the state of an entry if it is not the last one kept; False when nothing changed, or for an exercise."""
    session.flush()
    row = find_row(session, breach_id)
    if row.exercise:
        return False
    entry, last = entry_of(session, row), last_version(session, breach_id)
    mark = digest(entry)
    if last is not None and last.digest == mark:
        return False
    number = 1 if last is None else last.number + 1
    kept = RegisterVersion(structure_id=row.structure_id, breach_id=breach_id, number=number, at=at, by=by)
    kept.digest, kept.entry = mark, written(entry)
    session.add(kept)
    session.flush()
    return True


def keep_changed(session: Session, *, at: datetime) -> int:
    """Keep the new state of every entry that an act has touched since the last one kept; return how many."""
    since = session.scalar(select(func.max(RegisterVersion.at)))
    touched = select(TrailEntry.subject).where(TrailEntry.action.startswith(ACTS))
    if since is not None:
        touched = touched.where(TrailEntry.at >= since - OVERLAP)
    rows = session.scalars(
        select(Breach.id).where(Breach.id.in_(touched), Breach.exercise.is_(False)).order_by(Breach.id)
    )
    return sum(keep(session, one, by=SERVICE, at=at) for one in rows.all())


def note_export(session: Session, kind: str, count: int, *, by: Actor, at: datetime) -> None:
    """Tell the trail that the register was given as a file; raises Forbidden."""
    require(Permission.READ_BREACH, by, by.structure)
    trail.record(session, "register.exported", kind, by=by, structure=by.structure, at=at, count=count)
