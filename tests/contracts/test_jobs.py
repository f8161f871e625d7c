"""What is true of every job of the timetable."""

import re
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from app.jobs import jobs
from app.settings import Settings
from app.tables import METADATA
from governance.core.keys import Keys
from governance.jobs.actions import AlreadyDone, run_slot
from governance.jobs.job import InSlot, Job, Turn
from tests.conftest import Demonstration

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "taches.md").read_text("utf-8")
SETTINGS = Settings(heartbeat_url="http://127.0.0.1:9/signe")  # nobody listens there: late jobs hold it back anyway
TIMETABLE = jobs(SETTINGS, Keys(b"x" * 32))
OF_THE_SCHEDULER = {"job_run", "job_failure", "job_watch"}


@pytest.fixture(params=[job.name for job in TIMETABLE])
def job(request: pytest.FixtureRequest, database_url: str) -> Job:
    """Give each job of an installation, in turn."""
    timetable = jobs(SETTINGS, Keys(b"x" * 32))
    return next(one for one in timetable if one.name == request.param)


def test_jobs_have_names_of_their_own() -> None:
    names = [job.name for job in TIMETABLE]

    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


@pytest.mark.parametrize("job", TIMETABLE, ids=lambda job: job.name)
def test_a_job_says_what_it_does_and_is_documented(job: Job) -> None:
    assert job.about.endswith(".")
    assert f"| `{job.name}` | {job.title} |" in DOCUMENTED


@pytest.mark.parametrize("job", TIMETABLE, ids=lambda job: job.name)
def test_no_daily_job_falls_where_a_night_may_hold_an_hour_twice(job: Job) -> None:
    if job.timetable.period >= timedelta(days=1):
        assert timedelta(hours=3) <= job.timetable.offset % timedelta(days=1) < timedelta(hours=23)


def test_a_job_done_twice_in_a_slot_has_one_effect(
    job: Job, sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    turn = Turn(job.timetable.latest(at), at)
    did = run_slot(sessions, job, turn)
    once = everything(sessions)

    with pytest.raises(AlreadyDone) if did or isinstance(job.work, InSlot) else nullcontext():
        run_slot(sessions, job, turn)

    assert everything(sessions) == once


def everything(sessions: sessionmaker[Session]) -> dict[str, list[Any]]:
    """Return every row of every table, the scheduler's own apart."""
    with sessions() as session:
        tables = [table for table in METADATA.sorted_tables if table.name not in OF_THE_SCHEDULER]
        return {table.name: sorted(map(repr, session.execute(sa.select(table)))) for table in tables}
