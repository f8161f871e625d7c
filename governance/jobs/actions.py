"""Doing a slot: at most once, recorded in the transaction of its effect."""

import traceback
from collections.abc import Mapping
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from governance.core.refusals import Conflict
from governance.core.storage import reading
from governance.jobs import queries
from governance.jobs.job import RESULT_LIMIT, InSlot, Job, Turn
from governance.jobs.tables import JobFailure, JobRun, JobWatch

_FRAMES = 3
# A process that is stopped, not dead, keeps its transaction open: PostgreSQL ends it, and the slot is free again.
_IDLE_LIMIT = "SET LOCAL idle_in_transaction_session_timeout = '5s'"


class AlreadyDone(Conflict):
    """The slot was done, by this scheduler or by another."""


def run_slot(sessions: sessionmaker[Session], job: Job, turn: Turn) -> str:
    """Do a job for a slot and return what it did; raises AlreadyDone, and whatever the job raises, undone.

    A sweep is recorded once over, and only when it found something to do: cut before that, it is done again.
    """
    begun = monotonic()
    if isinstance(job.work, InSlot):
        with sessions.begin() as session:
            run = _take(session, job, turn)
            run.result = job.work.do(session, turn)[:RESULT_LIMIT]
            run.ended_at = turn.at + timedelta(seconds=monotonic() - begun)
            return run.result
    _check_free(sessions, job, turn)
    result = job.work.do(sessions, turn)[:RESULT_LIMIT]
    if result:
        _record(sessions, job, turn, result, begun)
    return result


def note_failure(
    sessions: sessionmaker[Session], job: Job, turn: Turn, error: BaseException, ended_at: datetime
) -> None:
    """Record an attempt that failed."""
    row = JobFailure(job=job.name, slot=turn.slot, started_at=turn.at, ended_at=ended_at, error=described(error))
    row.kept_until = turn.at + job.keep
    with sessions.begin() as session:
        session.add(row)


def described(error: BaseException) -> str:
    """Return the class of an error and where it came from: its message may hold what was typed."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} ({where})"[:RESULT_LIMIT]


def note_watch(sessions: sessionmaker[Session], looked: Mapping[str, datetime]) -> None:
    """Record at which instant each job was last seen owing nothing."""
    with sessions.begin() as session:
        for name in sorted(looked):
            session.merge(JobWatch(job=name, looked_at=looked[name]))


def forget(session: Session, turn: Turn) -> str:
    """Remove the runs and failures past their time; return how many."""
    past = (delete(table).where(table.kept_until < turn.at) for table in (JobRun, JobFailure))
    removed = sum(session.execute(one).rowcount for one in past)  # type: ignore[attr-defined]
    return f"{removed} ligne(s) effacée(s)"


def _check_free(sessions: sessionmaker[Session], job: Job, turn: Turn) -> None:
    with reading(sessions) as session:
        if queries.done(session, job, turn.slot, turn.slot):
            raise AlreadyDone("Ce créneau est déjà fait.")


def _take(session: Session, job: Job, turn: Turn) -> JobRun:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(_IDLE_LIMIT))
    run = JobRun(job=job.name, slot=turn.slot, started_at=turn.at, kept_until=turn.at + job.keep)
    session.add(run)
    try:
        session.flush()
    except IntegrityError:
        raise AlreadyDone("Ce créneau est déjà fait.") from None
    return run


def _record(sessions: sessionmaker[Session], job: Job, turn: Turn, result: str, begun: float) -> None:
    ended = turn.at + timedelta(seconds=monotonic() - begun)
    try:
        with sessions.begin() as session:
            run = _take(session, job, turn)
            run.ended_at, run.result = ended, result
    except AlreadyDone:
        return  # two sweeps met in one slot: each item was still done once
