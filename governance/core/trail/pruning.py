"""Forgetting what is no longer kept: announced in the trail, behind a checkpoint, and what remains still verifies."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from governance.core.keys import Keys
from governance.core.trail import pruned
from governance.core.trail.recording import record
from governance.core.trail.retention import Retention
from governance.core.trail.sealing import seal_all
from governance.core.trail.tables import TrailCheckpoint, TrailEntry, TrailSeal, TrailVerification

ACTOR = "vigie"


def prune(session: Session, keys: Keys, retention: Retention, at: datetime) -> int:
    """Delete the entries up to the last checkpoint signed before the retention, and return how many.

    The caller commits. Seals stay. The announcement is sealed before anything goes: without it the database refuses,
    and a verification takes each missing entry for a suppression.
    """
    before = retention.cutoff(at)
    session.execute(delete(TrailVerification).where(TrailVerification.at < before))
    through = session.scalar(select(func.max(TrailCheckpoint.position)).where(TrailCheckpoint.at < before))
    if through is None:
        return 0
    behind = select(TrailSeal.entry_id).where(TrailSeal.position <= through)
    doomed = TrailEntry.id.in_(behind)
    count = session.scalar(select(func.count()).select_from(TrailEntry).where(doomed)) or 0
    if count:
        record(
            session, pruned.ACTION, str(through), by=ACTOR, structure=None, at=at,
            entries=count, months=retention.months, before=before.date().isoformat(),
        )  # fmt: skip
        session.flush()
        seal_all(session, keys, at)
        session.execute(delete(TrailEntry).where(doomed).execution_options(synchronize_session=False))
    return count
