"""Reading the whole trail again: is each line what was sealed, in the order it was, and is none gone?"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core.keys import Keys
from governance.core.trail import chain, checkpoints, pruned
from governance.core.trail.checkpoints import Checkpoint, ForgedCheckpoint, NotACheckpoint
from governance.core.trail.lines import UNREADABLE, Unread, chunks, lines_of, stored
from governance.core.trail.merkle import Frontier
from governance.core.trail.report import Break, Flaw, Report
from governance.core.trail.sealing import pending, sealing_key
from governance.core.trail.tables import TrailCheckpoint

LATE = timedelta(hours=1)


def verify(session: Session, keys: Keys, outside: Sequence[Checkpoint] = ()) -> Report:
    """Read every seal and every entry that remains, and compare them with the checkpoints: ours, and those given."""
    report = Report()
    points = _points(session, keys, report)
    walk = _Walk(sealing_key(keys), report, (*points, *outside))
    for ranks in chunks(session):
        rows = stored(session, ranks)
        passed = sum(1 for _ in takewhile(walk.passes, rows))
        if not rows or passed < len(rows):
            for line in lines_of(session, ranks)[passed:]:
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
        self._earliest = ""  # the instant, as it is hashed, before which an entry is late

    def passes(self, row: Any) -> bool:
        """Say whether a line, as stored, is one of which `step` would tell nothing, and go past it.

        No is no verdict: it is for `step`, which reads what is stored before it compares.
        """
        try:
            is_plain = row.position == self._report.entries + 1 and self._is_plain(row)
        except UNREADABLE:
            return False
        if is_plain:
            if row.id is None:
                self._gone.add(row.position)
            self._go_past(row)
        return is_plain

    def step(self, line: Any) -> None:
        """Check a line, then the checkpoints that stand there."""
        wanted = self._report.entries + 1
        if line.position != wanted:
            self._report.tell(Break(wanted, Flaw.RANK))
            self._previous = None
        flaw = self._flaw(line)
        if flaw is not None:
            self._report.tell(Break(line.position, flaw, getattr(line, "entry_id", None)))
        self._go_past(line)

    def end(self) -> None:
        """Tell what should be there and is not: entries that no pruning announced, ranks after the last."""
        for position, times in self._gone.unannounced():
            self._report.tell(Break(position, Flaw.GONE), times)
        self._report.pruned = self._gone.pruned()
        last = self._report.entries
        if any(position > last for position in self._points):
            self._report.tell(Break(last + 1, Flaw.CUT))

    def _is_plain(self, row: Any) -> bool:
        if self._previous is None or self._seal_flaw(row, _instant(row.sealed_at)):
            return False
        if row.id is None:
            return True
        at = _text(row.at)
        is_same = chain.hashed(chain.joined(row, at, row.details)) == row.leaf
        return is_same and at >= self._earliest and row.action != pruned.ACTION

    def _flaw(self, line: Any) -> Flaw | None:
        if isinstance(line, Unread):
            return Flaw.UNREADABLE
        try:
            return self._seal_flaw(line, line.sealed_at) or self._entry_flaw(line)
        except UNREADABLE:
            return Flaw.UNREADABLE

    def _seal_flaw(self, line: Any, sealed_at: datetime) -> Flaw | None:
        if self._previous is None:  # what stood before is not known: the line before was told
            return None
        made = chain.seal(self._key, self._previous, line.position, line.entry_id, sealed_at, line.leaf)
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

    def _go_past(self, line: Any) -> None:
        self._report.entries = line.position
        self._previous = None if isinstance(line, Unread) else line.seal
        self._compare(line)

    def _compare(self, line: Any) -> None:
        is_whole = self._tree.size == line.position - 1 and not isinstance(line, Unread)
        if is_whole:
            self._tree.add(line.leaf)
        for point in self._points.get(line.position, ()):
            self._report.checkpoints += 1
            if is_whole and (point.root, point.seal) == (self._tree.root(), line.seal):
                self._agreed = point
                self._earliest = (point.at.astimezone(UTC) - LATE).isoformat(timespec="microseconds")
            else:
                since = self._agreed.entries + 1 if self._agreed else 1
                self._report.tell(Break(line.position, Flaw.CHECKPOINT, getattr(line, "entry_id", None), since))


def _instant(stored: str | datetime) -> datetime:
    if isinstance(stored, str):  # SQLite keeps no zone
        return datetime.fromisoformat(stored + "+00:00")
    return stored.astimezone(UTC)


def _text(stored: str | datetime) -> str:
    """Return an instant as it is hashed, 32 signs; raises ValueError for another text."""
    if not isinstance(stored, str):
        return stored.astimezone(UTC).isoformat(timespec="microseconds")
    if len(stored) != 26:
        raise ValueError("not as an instant is stored")
    return stored.replace(" ", "T") + "+00:00"


def _points(session: Session, keys: Keys, report: Report) -> list[Checkpoint]:
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
