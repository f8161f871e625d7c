"""The scheduler's process: it leads or waits, and does what is due.

APScheduler only ticks, in threads, each job apart from the others: what is due is read from the database.
"""

import logging
import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import monotonic

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.core.storage import reading
from governance.jobs import actions, queries
from governance.jobs.actions import AlreadyDone
from governance.jobs.job import Job, Turn
from governance.jobs.leader import leader_of
from governance.jobs.rules import CatchUp, due
from governance.web import logs

BEAT_SECONDS = 1.0
WATCH_SECONDS = 10.0
JUMP = timedelta(seconds=2)
LONGEST_WAIT = 300.0  # seconds between two attempts of a job that fails
SHORTEST_TICK, LONGEST_TICK = 0.25, 5.0  # seconds


@dataclass
class Progress:
    """What this process knows of a job."""

    job: Job
    looked_at: datetime | None = None  # nothing was owed at this instant
    failures: int = 0
    not_before: float = 0.0  # on the monotonic clock

    @property
    def caught_up(self) -> datetime | None:
        """Return the slot up to which nothing is owed: what is done stays done, whoever leads meanwhile."""
        return None if self.looked_at is None else self.job.timetable.latest(self.looked_at)

    def succeeded(self) -> None:
        """Forget former failures."""
        self.failures, self.not_before = 0, 0.0

    def failed(self) -> None:
        """Wait twice as long after each failure in a row."""
        self.not_before = monotonic() + min(2.0**self.failures, LONGEST_WAIT)
        self.failures += 1


class Scheduler:
    """One process among those that may lead."""

    def __init__(self, sessions: sessionmaker[Session], jobs: tuple[Job, ...]) -> None:
        self._sessions = sessions
        self._leader = leader_of(sessions.kw["bind"])
        self._progress = tuple(Progress(job) for job in jobs)
        self._is_leading = Event()
        self._skew: timedelta | None = None
        self._watched = -WATCH_SECONDS
        self._ticker = _ticker(len(jobs))

    def run(self, stop: Event) -> None:
        """Lead or wait until told to stop; what runs then is let to end."""
        for progress in self._progress:
            self._ticker.add_job(self.tick, _tempo(progress.job), args=[progress])
        self._ticker.start()
        try:
            self.beat(clock.now())
            while not stop.wait(BEAT_SECONDS):
                self.beat(clock.now())
        finally:
            self._is_leading.clear()
            self._ticker.shutdown(wait=True)
            self._leader.resign()

    def beat(self, at: datetime) -> None:
        """Take or keep the lead, follow the clock where it jumps, and say which jobs owe nothing."""
        self._follow(at)
        was, leads = self._is_leading.is_set(), self._leader.leads()
        if leads is not was:
            (self._is_leading.set if leads else self._is_leading.clear)()
            logs.event("jobs.leading" if leads else "jobs.waiting", at=at)
            self._tick_now(at)
        if leads and monotonic() - self._watched >= WATCH_SECONDS:
            self._watch(at)

    def tick(self, progress: Progress) -> None:
        """Do what a job owes, oldest slot first; after a failure the rest waits, and is still owed."""
        if monotonic() < progress.not_before or not self._is_leading.is_set():
            return
        at = clock.now()
        turn = Turn(progress.job.timetable.latest(at), at)
        try:
            for slot in self._owed(progress, at):
                turn = Turn(slot, clock.now())
                if not self._is_leading.is_set():
                    return
                self._do(progress.job, turn)
        except Exception as error:  # whatever a job raises, the others go on
            progress.failed()
            self._tell(progress.job, turn, error)
        else:
            progress.looked_at = at
            progress.succeeded()

    def _owed(self, progress: Progress, at: datetime) -> tuple[datetime, ...]:
        job, known = progress.job, progress.caught_up
        latest = job.timetable.latest(at)
        if known == latest:
            return ()
        with reading(self._sessions) as session:
            since = latest
            if job.catch_up is CatchUp.EACH_SLOT:
                since = min(queries.since(session, job, at, known) or latest, latest)
            done = queries.done(session, job, since, latest)
        return due(job.timetable, job.catch_up, at, since, done)

    def _do(self, job: Job, turn: Turn) -> None:
        try:
            result = actions.run_slot(self._sessions, job, turn)
        except AlreadyDone:
            return
        if result:
            logs.event("jobs.done", at=turn.at, job=job.name, slot=turn.slot.isoformat(), result=result)

    def _tell(self, job: Job, turn: Turn, error: Exception) -> None:
        logs.event("jobs.failed", at=turn.at, job=job.name, error=actions.described(error))
        try:
            actions.note_failure(self._sessions, job, turn, error, clock.now())
        except Exception as unwritten:  # the database is what failed: the log alone tells
            logs.event("jobs.unrecorded", at=turn.at, job=job.name, error=type(unwritten).__name__)

    def _watch(self, at: datetime) -> None:
        looked = {one.job.name: one.looked_at for one in self._progress if one.looked_at is not None}
        try:
            actions.note_watch(self._sessions, looked)
        except Exception as error:
            logs.event("jobs.unrecorded", at=at, error=type(error).__name__)
        else:
            self._watched = monotonic()

    def _follow(self, at: datetime) -> None:
        # APScheduler waits by the wall clock: set back a day, it would sleep for a day.
        skew = at - datetime.fromtimestamp(monotonic(), UTC)
        if self._skew is not None and abs(skew - self._skew) > JUMP:
            logs.event("jobs.clock_jumped", at=at)
            self._tick_now(at)
        self._skew = skew

    def _tick_now(self, at: datetime) -> None:
        for ticking in self._ticker.get_jobs():
            ticking.modify(next_run_time=at)


def stopping() -> Event:
    """Return an event that SIGTERM and SIGINT set; asked for in the main thread.

    A thread sets it: the one that a signal interrupts may hold the event's own lock, and would wait for itself.
    """
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: Thread(target=stop.set).start())
    return stop


def _ticker(threads: int) -> BackgroundScheduler:
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # a tick that meets the former one is no news
    return BackgroundScheduler(
        timezone=UTC,
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(max(1, threads))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )


def _tempo(job: Job) -> IntervalTrigger:
    seconds = job.timetable.period.total_seconds() / 4
    return IntervalTrigger(seconds=min(max(seconds, SHORTEST_TICK), LONGEST_TICK), timezone=UTC)
