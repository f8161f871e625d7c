"""What may be read of the jobs: which slots are done, and how each job fares."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.jobs.job import Job
from governance.jobs.rules import is_late
from governance.jobs.tables import JobFailure, JobRun, JobWatch


@dataclass(frozen=True, slots=True)
class State:
    """How a job fares at an instant; `failed_at` and `error` only while the last attempt failed."""

    job: Job
    next_slot: datetime
    is_late: bool
    looked_at: datetime | None
    ran_at: datetime | None
    result: str
    failed_at: datetime | None
    error: str


def since(session: Session, job: Job, at: datetime, caught_up: datetime | None = None) -> datetime | None:
    """Return from when on a job owes its slots, within its window whatever the clock says; None when never run.

    That is after the slot a process knows to be caught up, or from the first recorded one.
    """
    if caught_up is not None and caught_up < job.timetable.latest(at):
        first: datetime | None = caught_up + job.timetable.period
    else:
        first = session.scalar(select(func.min(JobRun.slot)).where(JobRun.job == job.name))
    return None if first is None else max(first, job.timetable.latest(at - job.window))


def done(session: Session, job: Job, first: datetime, last: datetime) -> frozenset[datetime]:
    """Return the slots of a job that were done between two slots, both included."""
    slots = select(JobRun.slot).where(JobRun.job == job.name, JobRun.slot >= first, JobRun.slot <= last)
    return frozenset(session.scalars(slots.order_by(JobRun.slot)))


def states(session: Session, jobs: Iterable[Job], at: datetime) -> tuple[State, ...]:
    """Return how each job fares, in the order of the timetable."""
    looked = dict(session.execute(select(JobWatch.job, JobWatch.looked_at)).all())
    return tuple(_state(session, job, looked.get(job.name), at) for job in jobs)


def last_seen(session: Session) -> datetime | None:
    """Return when a leading scheduler was last seen, or None."""
    return session.scalar(select(func.max(JobWatch.looked_at)))


def _state(session: Session, job: Job, looked_at: datetime | None, at: datetime) -> State:
    run = session.scalar(select(JobRun).where(JobRun.job == job.name).order_by(JobRun.id.desc()).limit(1))
    failure = session.scalar(
        select(JobFailure).where(JobFailure.job == job.name).order_by(JobFailure.id.desc()).limit(1)
    )
    is_over = failure is None or (looked_at is not None and looked_at > failure.ended_at)
    return State(
        job,
        job.timetable.following(at),
        is_late(looked_at, at, job.grace),
        looked_at,
        run.started_at if run else None,
        run.result if run else "",
        None if is_over or failure is None else failure.ended_at,
        "" if is_over or failure is None else failure.error,
    )
