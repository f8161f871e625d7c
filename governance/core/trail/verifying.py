"""Reading the whole trail again: is each line what was sealed, in the order it was, and is none gone?"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core.keys import Keys
from governance.core.trail import chain, checkpoints, pruned
from governance.core.trail.checkpoints import Checkpoint, ForgedCheckpoint, NotACheckpoint
from governance.core.trail.lines import UNREADABLE, Unread, lines
from governance.core.trail.merkle import Frontier
from governance.core.trail.report import Break, Flaw, Report
from governance.core.trail.sealing import pending, sealing_key
from governance.core.trail.tables import TrailCheckpoint

LATE = timedelta(hours=1)


def verify(session: Session, keys: Keys, outside: Sequence[Checkpoint] = ()) -> Report:
    """Read every seal and every entry that remains, and compare them with the checkpoints: ours, and those given."""
    report = Report()
    stored = _stored(session, keys, report)
    walk = _Walk(sealing_key(keys), report, (*stored, *outside))
    for line in lines(session):
        walk.step(line)
    walk.end()
    report.pending, report.pending_since = pending(session)
    return report


class _Walk:
    """One pass over the lines, in order."""

    def __init__(self, key: bytes, report: Report, points: Sequence[Checkpoint]) -> None:
        self._report = report
        self._key = key
        self._previous: bytes | None = chain.GENESIS
        self._tree = Frontier()
        self._gone = pruned.Gone(points)
        self._points: dict[int, list[Checkpoint]] = {}
        for one in points:
            self._points.setdefault(one.entries, []).append(one)
        self._agreed: Checkpoint | None = None

    def step(self, line: Any) -> None:
        """Check a line, then the checkpoints that stand there."""
        wanted = self._report.entries + 1
        if line.position != wanted:
            self._report.tell(Break(wanted, Flaw.RANK))
            self._previous = None
        self._report.entries = line.position
        flaw = self._flaw(line)
        if flaw is not None:
            self._report.tell(Break(line.position, flaw, getattr(line, "entry_id", None)))
        self._previous = None if isinstance(line, Unread) else line.seal
        self._compare(line)

    def end(self) -> None:
        """Tell what should be there and is not: entries that no pruning announced, ranks after the last."""
        for position, times in self._gone.unannounced():
            self._report.tell(Break(position, Flaw.GONE), times)
        self._report.pruned = self._gone.pruned()
        last = self._report.entries
        if any(position > last for position in self._points):
            self._report.tell(Break(last + 1, Flaw.CUT))

    def _flaw(self, line: Any) -> Flaw | None:
        if isinstance(line, Unread):
            return Flaw.UNREADABLE
        try:
            return self._seal_flaw(line) or self._entry_flaw(line)
        except UNREADABLE:
            return Flaw.UNREADABLE

    def _seal_flaw(self, line: Any) -> Flaw | None:
        if self._previous is None:  # what stood before is not known: the line before was told
            return None
        made = chain.seal(self._key, self._previous, line.position, line.entry_id, line.sealed_at, line.leaf)
        return None if made == line.seal else Flaw.SEAL

    def _entry_flaw(self, line: Any) -> Flaw | None:
        if line.id is None:
            self._gone.add(line.position)
            return None
        if chain.leaf(line) != line.leaf:
            return Flaw.CHANGED
        if self._agreed is not None and line.at < self._agreed.at - LATE:
            self._report.late += 1
        if line.action == pruned.ACTION and not self._gone.announce(line, line.position):
            return Flaw.PRUNED_EARLY
        return None

    def _compare(self, line: Any) -> None:
        is_whole = self._tree.size == line.position - 1 and not isinstance(line, Unread)
        if is_whole:
            self._tree.add(line.leaf)
        for point in self._points.get(line.position, ()):
            self._report.checkpoints += 1
            if is_whole and (point.root, point.seal) == (self._tree.root(), line.seal):
                self._agreed = point
            else:
                since = self._agreed.entries + 1 if self._agreed else 1
                self._report.tell(Break(line.position, Flaw.CHECKPOINT, getattr(line, "entry_id", None), since))


def _stored(session: Session, keys: Keys, report: Report) -> list[Checkpoint]:
    found, public = [], checkpoints.public_key(keys)
    for row in session.scalars(select(TrailCheckpoint).order_by(TrailCheckpoint.id)):
        try:
            one = checkpoints.check(row.body, row.signature, public)
        except (ForgedCheckpoint, NotACheckpoint):
            report.tell(Break(row.position, Flaw.FORGED))
            continue
        if (one.entries, one.at) != (row.position, row.at):
            report.tell(Break(row.position, Flaw.FORGED))
        found.append(one)
    return found
