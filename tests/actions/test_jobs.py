"""A slot is done once, with its effect or not at all."""

import signal
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.core import trail
from governance.core.trail import TrailEntry
from governance.jobs import actions, queries
from governance.jobs.actions import AlreadyDone, described, run_slot
from governance.jobs.job import InSlot, Job, Sweep, Turn
from governance.jobs.rules import CatchUp, every
from governance.jobs.running import stopping
from governance.jobs.tables import JobFailure, JobRun

Sessions = sessionmaker[Session]


def write(session: Session, turn: Turn) -> str:
    trail.record(session, "essai", turn.slot.isoformat(), by="essai", structure=None, at=turn.at)
    session.flush()
    return "1 ligne"


def write_then_fail(session: Session, turn: Turn) -> str:
    write(session, turn)
    raise RuntimeError("Jeanne Dupont, 2 85 05 78 006 084")


JOB = Job("essai", "Essai", "Écrit une ligne.", every(minutes=1), InSlot(write), CatchUp.EACH_SLOT)
FAILING = Job("essai", "Essai", "Échoue.", every(minutes=1), InSlot(write_then_fail))


def effects(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(TrailEntry)) or 0


def runs(sessions: Sessions) -> list[JobRun]:
    with sessions() as session:
        return list(session.scalars(select(JobRun).order_by(JobRun.id)))


def test_a_slot_done_twice_has_one_effect(sessions: Sessions, at: datetime) -> None:
    run_slot(sessions, JOB, Turn(at, at))

    with pytest.raises(AlreadyDone):
        run_slot(sessions, JOB, Turn(at, at + timedelta(seconds=5)))

    assert effects(sessions) == 1
    assert [(run.job, run.slot, run.started_at, run.result) for run in runs(sessions)] == [("essai", at, at, "1 ligne")]


def test_a_job_that_fails_leaves_neither_effect_nor_slot(sessions: Sessions, at: datetime) -> None:
    with pytest.raises(RuntimeError):
        run_slot(sessions, FAILING, Turn(at, at))

    assert (effects(sessions), runs(sessions)) == (0, [])


def test_a_failure_is_kept_without_what_it_says(sessions: Sessions, at: datetime) -> None:
    try:
        run_slot(sessions, FAILING, Turn(at, at))
    except RuntimeError as error:
        actions.note_failure(sessions, FAILING, Turn(at, at), error, at)

    with sessions() as session:
        kept = session.scalars(select(JobFailure.error)).all()

    assert [one.partition(" ")[0] for one in kept] == ["RuntimeError"]
    assert "Dupont" not in kept[0]


def test_an_error_is_described_by_its_class_and_where_it_came_from() -> None:
    try:
        write_then_fail(None, None)  # type: ignore[arg-type]
    except AttributeError as error:
        said = described(error)

    assert said.startswith("AttributeError (write:")


def test_a_sweep_with_nothing_to_do_leaves_no_row(sessions: Sessions, at: datetime) -> None:
    idle = Job("essai", "Essai", "Rien.", every(seconds=1), Sweep(lambda sessions, turn: ""))

    result = run_slot(sessions, idle, Turn(at, at))

    assert (result, runs(sessions)) == ("", [])


def test_a_sweep_cut_before_its_record_is_done_again_and_a_recorded_one_is_not(
    sessions: Sessions, at: datetime
) -> None:
    cuts = [True, False]

    def sweep(sessions: Sessions, turn: Turn) -> str:
        if cuts.pop(0):
            raise RuntimeError
        return "1 ligne"

    job = Job("essai", "Essai", "Balaie.", every(seconds=1), Sweep(sweep))

    with pytest.raises(RuntimeError):
        run_slot(sessions, job, Turn(at, at))
    said = run_slot(sessions, job, Turn(at, at))
    with pytest.raises(AlreadyDone):
        run_slot(sessions, job, Turn(at, at))

    assert (said, len(runs(sessions))) == ("1 ligne", 1)


def test_slots_are_owed_from_the_first_recorded_one_within_the_window(sessions: Sessions, at: datetime) -> None:
    with sessions() as session:
        never = queries.since(session, JOB, at)
    run_slot(sessions, JOB, Turn(at - timedelta(days=60), at))
    run_slot(sessions, JOB, Turn(at - timedelta(days=2), at))

    with sessions() as session:
        since = queries.since(session, JOB, at)
        done = queries.done(session, JOB, at - JOB.window, at)

    assert (never, since, done) == (None, at - JOB.window, {at - timedelta(days=2)})


def test_a_clock_that_says_months_later_makes_nobody_owe_more_than_the_window(sessions: Sessions, at: datetime) -> None:
    with sessions() as session:
        soon = queries.since(session, JOB, at, at - timedelta(minutes=5))
        months_later = queries.since(session, JOB, at + timedelta(days=245), at)

    assert (soon, months_later) == (at - timedelta(minutes=4), at + timedelta(days=245) - JOB.window)


@pytest.fixture
def _handlers() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_handlers")
def test_an_order_to_stop_is_heard_even_while_the_event_is_looked_at() -> None:
    stop = stopping()

    with stop._cond:  # what waiting for it holds, for an instant each second
        signal.raise_signal(signal.SIGTERM)

    assert stop.wait(60)


def test_a_job_is_late_until_it_is_seen_owing_nothing(sessions: Sessions, at: datetime) -> None:
    with sessions() as session:
        (never,) = queries.states(session, (JOB,), at)
    actions.note_watch(sessions, {"essai": at})

    with sessions() as session:
        (seen,) = queries.states(session, (JOB,), at + timedelta(seconds=30))
        (later,) = queries.states(session, (JOB,), at + timedelta(minutes=2))

    assert (never.is_late, seen.is_late, later.is_late) == (True, False, True)


def test_a_failure_is_told_until_the_job_is_up_to_date_again(sessions: Sessions, at: datetime) -> None:
    actions.note_watch(sessions, {"essai": at})
    actions.note_failure(sessions, JOB, Turn(at, at), RuntimeError(), at + timedelta(seconds=1))
    with sessions() as session:
        (failed,) = queries.states(session, (JOB,), at)
    actions.note_watch(sessions, {"essai": at + timedelta(seconds=9)})

    with sessions() as session:
        (mended,) = queries.states(session, (JOB,), at)

    assert (failed.error, mended.error) == ("RuntimeError ()", "")


def test_old_runs_are_forgotten_after_their_time(sessions: Sessions, at: datetime) -> None:
    run_slot(sessions, JOB, Turn(at, at))
    run_slot(sessions, JOB, Turn(at + timedelta(days=6), at + timedelta(days=6)))

    with sessions.begin() as session:
        said = actions.forget(session, Turn(at, at + timedelta(days=8)))

    assert said == "1 ligne(s) effacée(s)"
    assert [run.slot for run in runs(sessions)] == [at + timedelta(days=6)]
