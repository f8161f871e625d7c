"""When a checkpoint is due, and how it is made."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.core.keys import Keys
from governance.core.trail import checkpoints
from governance.core.trail.checkpoints import Checkpoint, ForgedCheckpoint, NotACheckpoint
from governance.core.trail.merkle import Frontier
from governance.core.trail.sealing import seal_all
from governance.core.trail.tables import TrailCheckpoint, TrailSeal

DAILY = timedelta(days=1)
_DIGEST = 32


def is_due(session: Session, at: datetime, every: int) -> bool:
    """Say whether `every` entries, or a day, have passed since the last checkpoint."""
    last = latest(session)
    sealed = session.scalar(select(func.max(TrailSeal.position))) or 0
    if last is None:
        return sealed > 0
    return sealed - last.position >= every or at - last.at >= DAILY


def make(session: Session, keys: Keys, at: datetime) -> TrailCheckpoint | None:
    """Seal what waits, sign a checkpoint of the whole and add it; None when the trail is empty. The caller commits."""
    seal_all(session, keys, at)
    frontier = _start(session, keys)
    leaves = select(TrailSeal.leaf).where(TrailSeal.position > frontier.size).order_by(TrailSeal.position)
    for leaf in session.scalars(leaves):
        frontier.add(leaf)
    seal = session.scalar(select(TrailSeal.seal).where(TrailSeal.position == frontier.size))
    if seal is None:
        return None
    made = Checkpoint(at, frontier.size, frontier.root(), seal)
    row = TrailCheckpoint(at=at, position=made.entries, body=made.body(), signature=checkpoints.sign(keys, made))
    row.peaks = b"".join(frontier.peaks)
    session.add(row)
    session.flush()
    return row


def latest(session: Session) -> TrailCheckpoint | None:
    """Return the last checkpoint, or None."""
    return session.scalars(select(TrailCheckpoint).order_by(TrailCheckpoint.id.desc()).limit(1)).one_or_none()


def _start(session: Session, keys: Keys) -> Frontier:
    """Return the tree of the last checkpoint, unless its row is not what was signed: then everything is read again."""
    last = latest(session)
    if last is None:
        return Frontier()
    peaks = [last.peaks[i : i + _DIGEST] for i in range(0, len(last.peaks), _DIGEST)]
    known = Frontier(last.position, peaks)
    try:
        signed = checkpoints.check(last.body, last.signature, checkpoints.public_key(keys))
    except (ForgedCheckpoint, NotACheckpoint):
        return Frontier()
    is_same = (signed.entries, signed.root) == (known.size, known.root()) and len(peaks) == known.size.bit_count()
    return known if is_same else Frontier()
