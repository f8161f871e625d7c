"""What the service does for the trail by itself: seal, sign, stamp, verify, forget."""

import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from governance.core.keys import Keys
from governance.core.storage import reading
from governance.core.trail import checkpoints, pruning, sealing, signing, stamping, verifying
from governance.core.trail.report import Report
from governance.core.trail.retention import Retention
from governance.core.trail.stamping import Authority
from governance.core.trail.tables import TrailCheckpoint, TrailVerification
from governance.jobs.job import Turn
from governance.trail.mails import post_alarm, post_checkpoint

EVERY_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class Keeper:
    """How an installation keeps its trail.

    A checkpoint is signed every `every` entries and every day, written in `folder` when there is one (a volume that is
    not the database's), and stamped when there is an authority.
    """

    keys: Keys = field(repr=False)
    retention: Retention = field(default_factory=Retention)
    every: int = EVERY_ENTRIES
    folder: Path | None = None
    authority: Authority | None = None

    def seal(self, sessions: sessionmaker[Session], turn: Turn) -> str:
        """Seal what waits; say nothing: the seals tell, and a run each second would drown the others."""
        sealing.seal_now(sessions, self.keys)
        return ""

    def sign(self, sessions: sessionmaker[Session], turn: Turn) -> str:
        """Sign a checkpoint if one is due."""
        with reading(sessions) as session:
            is_due, last = signing.is_due(session, turn.at, self.every), signing.latest(session)
            held = None if last is None else self._of(last)
        if not is_due:
            self._keep(held)  # its file too, had this process died before it was written
            return ""
        made = self.signed(sessions, turn.at)
        return f"point de contrôle au rang {made.position}" if made else ""

    def signed(self, sessions: sessionmaker[Session], at: datetime) -> "Signed | None":
        """Sign a checkpoint now, send it to the DPOs if it is the first of the day, and write its file.

        None when the trail is empty.
        """
        with sessions.begin() as session:
            row = signing.make(session, self.keys, at)
            if row is None:
                return None
            made = self._of(row)
            post_checkpoint(session, made.document, made.position, at)
        self._keep(made)
        return made

    def stamp(self, sessions: sessionmaker[Session], turn: Turn) -> str:
        """Have the last checkpoint stamped, when there is an authority; raises NoStamp."""
        if self.authority is None:
            return ""
        position = stamping.stamp_latest(sessions, self.authority, turn.at)
        return "" if position is None else f"point de contrôle {position} horodaté"

    def verify(self, sessions: sessionmaker[Session], turn: Turn) -> str:
        """Verify the whole trail, keep what was found, and warn the DPOs when a line is not as sealed."""
        with reading(sessions) as session:
            report = verifying.verify(session, self.keys)
        with sessions.begin() as session:
            session.add(noted(report, turn.at))
            post_alarm(session, report, turn.at)
        return f"{report.entries} entrées vérifiées, {report.broken} rupture(s)"

    def forget(self, session: Session, turn: Turn) -> str:
        """Delete what is past its time."""
        return f"{pruning.prune(session, self.keys, self.retention, turn.at)} entrée(s) purgée(s)"

    def _of(self, row: TrailCheckpoint) -> "Signed":
        return Signed(row.position, row.at, document(row, self.keys))

    def _keep(self, made: "Signed | None") -> None:
        if self.folder is not None and made is not None and not (self.folder / made.file_name).exists():
            write(self.folder, made)


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that was just signed, and its file."""

    position: int
    at: datetime
    document: str

    @property
    def file_name(self) -> str:
        """Return the name of its file: the day and hour, UTC, and the rank."""
        return file_name(self.at, self.position)


def file_name(at: datetime, position: int) -> str:
    """Return the name of a checkpoint's file.

    >>> from datetime import UTC
    >>> file_name(datetime(2026, 11, 22, 17, 30, tzinfo=UTC), 1234)
    'journal-20261122T173000Z-1234.json'
    """
    return f"journal-{at:%Y%m%dT%H%M%SZ}-{position}.json"


def document(row: TrailCheckpoint, keys: Keys, stamp: bytes | None = None) -> str:
    """Return the file of a stored checkpoint."""
    return checkpoints.document(row.body, row.signature, checkpoints.public_key(keys), stamp)


def write(folder: Path, made: Signed) -> Path:
    """Write a checkpoint's file, whole or not at all, and never over another; return where it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / made.file_name
    draft = path.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as file:
        file.write(made.document)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return path


def noted(report: Report, at: datetime) -> TrailVerification:
    """Return the row that keeps what a verification found."""
    first = report.first
    return TrailVerification(
        at=at, entries=report.entries, pending=report.pending, broken=report.broken,
        broken_at=first and first.position, reason=first and first.flaw.value,
    )  # fmt: skip
