"""Several schedulers, deaths, stops, clocks that jump: nothing missed, nothing done twice."""

import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from governance.jobs.leader import LOCK
from tests.conftest import on_sqlite
from tests.faults.fleet import FAKETIME, Fleet, doubled, faked, fleet, missed

pytestmark = pytest.mark.slow

KILLS = 2
DAY = timedelta(days=1)
CHANGES_OF_HOUR = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))


def test_of_two_schedulers_one_leads_and_is_replaced_when_killed(database_url: str) -> None:
    with fleet(database_url) as both:
        both.wait_for(2)
        leaders = {trace.pid for trace in both.traces()}
        for _ in range(KILLS):
            both.wait_for_more(2)
            both.kill(both.leader())
            both.start()
        both.wait_for_more(2)

    traces = both.traces()
    assert (missed(traces), doubled(traces)) == ([], [])
    assert len(leaders) == 1


def test_a_leader_that_is_stopped_then_awakened_does_nothing_twice(database_url: str) -> None:
    with fleet(database_url) as both:
        both.wait_for(2)
        stopped = both.leader()
        stopped.send_signal(signal.SIGSTOP)
        time.sleep(7)  # longer than the silence after which PostgreSQL gives the lock to another
        taken_over = both.leader() is not stopped
        stopped.send_signal(signal.SIGCONT)
        both.wait_for_more(3)

    traces = both.traces()
    assert (missed(traces), doubled(traces)) == ([], [])
    assert taken_over is database_url.startswith("postgresql")  # the lock of a file waits for its holder


def test_a_leader_whose_connection_is_cut_leads_again_or_is_replaced(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has no connection to cut")
    with fleet(database_url) as both:
        for _ in range(KILLS):
            both.wait_for_more(2)
            cut_leader(both)
        both.wait_for_more(2)

    traces = both.traces()
    assert (missed(traces), doubled(traces)) == ([], [])


def test_what_was_due_while_down_is_caught_up_as_each_job_says(database_url: str) -> None:
    with fleet(database_url, 1) as one:
        one.wait_for(2)
        one.stop()
        before, last = len(one.traces("latest")), one.traces()[-1].slot
        time.sleep(5)
        one.start()
        one.wait_for(1, where=lambda trace: trace.slot > last + timedelta(seconds=5))
        one.wait_for(before + 1, "latest")

    assert (missed(one.traces()), doubled(one.traces())) == ([], [])
    assert doubled(one.traces("latest")) == []
    assert missed(one.traces("latest")) != []


@on_sqlite
@pytest.mark.skipif(not FAKETIME.exists(), reason="libfaketime is not installed")
def test_a_clock_that_jumps_a_day_and_comes_back_stops_nothing_and_repeats_nothing(
    database_url: str, tmp_path: Path
) -> None:
    with faked(database_url, tmp_path, EACH="600") as (both, shift):
        start = datetime.now(UTC)
        both.wait_for(1, "each")
        both.wait_for(2, "latest")
        shift(DAY)
        both.wait_for(3, "latest", lambda trace: trace.slot > start + DAY)
        both.wait_for(140, "each")
        before = len([trace for trace in both.traces("latest") if trace.slot < start + DAY])
        shift(timedelta())
        both.wait_for(before + 3, "latest", lambda trace: trace.slot < start + DAY)

    each, latest = both.traces(), both.traces("latest")
    assert (missed(each, timedelta(minutes=10)), doubled(each), doubled(latest)) == ([], [], [])
    assert len(each) in {145, 146}  # a day of tens of minutes, both ends included


@on_sqlite
@pytest.mark.skipif(not FAKETIME.exists(), reason="libfaketime is not installed")
@pytest.mark.parametrize("change", CHANGES_OF_HOUR, ids=["spring", "autumn"])
def test_a_change_of_hour_in_paris_misses_and_repeats_nothing(
    database_url: str, tmp_path: Path, change: datetime
) -> None:
    def until(at: datetime) -> timedelta:
        return at - datetime.now(UTC)

    with faked(database_url, tmp_path, until(change - timedelta(minutes=2)), TZ="Europe/Paris") as (both, shift):
        both.wait_for(1)
        shift(until(change - timedelta(seconds=3)))
        both.wait_for(2, where=lambda trace: trace.slot < change)
        both.wait_for(2, where=lambda trace: trace.slot > change)

    traces = both.traces()
    assert (missed(traces), doubled(traces)) == ([], [])


def cut_leader(both: Fleet) -> None:
    """End, on the server, the session that holds the lock."""
    statement = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
        "AND (classid::bigint << 32 | objid::bigint) = :lock"
    )
    with both.engine.connect() as connection:
        assert connection.scalar(statement, {"lock": LOCK})
