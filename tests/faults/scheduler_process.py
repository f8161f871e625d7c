"""A scheduler of two jobs that leave traces, as a process: `python -m tests.faults.scheduler_process URL [naive]`."""

import os
import sys
from datetime import UTC, datetime, timedelta
from threading import Event

import sqlalchemy as sa
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection
from sqlalchemy.orm import Session, sessionmaker

from governance.core.storage import connect
from governance.jobs.job import InSlot, Job, Turn
from governance.jobs.rules import CatchUp, every
from governance.jobs.running import Scheduler, stopping

# No constraint here: what is done twice must show.
TABLE = "CREATE TABLE trace (job text, slot text, at text, pid int)"
INSERT = sa.text("INSERT INTO trace VALUES (:job, :slot, :at, :pid)")


def leave(session: Session | Connection, job: str, slot: datetime) -> str:
    """Leave a trace of a job done for a slot."""
    values = {"job": job, "slot": slot.isoformat(), "at": datetime.now(UTC).isoformat(), "pid": os.getpid()}
    session.execute(INSERT, values)
    return "1"


def tracing(name: str, catch_up: CatchUp, period: timedelta) -> Job:
    """Return a job that leaves a trace in each of its slots."""

    def do(session: Session, turn: Turn) -> str:
        return leave(session, name, turn.slot)

    return Job(name, name, name, every(seconds=period.total_seconds()), InSlot(do), catch_up, timedelta(days=2))


JOBS = (
    tracing("each", CatchUp.EACH_SLOT, timedelta(seconds=int(os.environ.get("EACH", "1")))),
    tracing("latest", CatchUp.LATEST_ONLY, timedelta(seconds=1)),
)


def naively(sessions: sessionmaker[Session], stop: Event) -> None:
    """Do what many services do: APScheduler in each worker."""
    scheduler = BackgroundScheduler(timezone=UTC)

    def do() -> None:
        with sessions.begin() as session:
            leave(session, "each", datetime.now(UTC).replace(microsecond=0))

    scheduler.add_job(do, "cron", second="*")
    scheduler.start()
    stop.wait()


def main(url: str, *options: str) -> None:
    """Run until told to stop."""
    stop = stopping()
    engine = connect(url)
    with engine.begin() as connection:
        leave(connection, "ready", datetime.now(UTC))
    if "naive" in options:
        naively(sessionmaker(engine), stop)
    else:
        Scheduler(sessionmaker(engine), JOBS).run(stop)


if __name__ == "__main__":
    main(*sys.argv[1:])
