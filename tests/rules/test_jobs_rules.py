"""When a job is due."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.jobs.job import InSlot, Job, Sweep
from governance.jobs.rules import CatchUp, Timetable, daily, daily_in, due, every, is_late

AT = datetime(2026, 11, 23, 9, 0, 7, tzinfo=UTC)
MINUTE = every(minutes=1)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
TIMETABLES = st.builds(
    Timetable,
    st.integers(1, 200_000).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(0, 86_400).map(lambda seconds: timedelta(seconds=seconds)),
)


def minutes(*ago: int) -> tuple[datetime, ...]:
    return tuple(MINUTE.latest(AT) - timedelta(minutes=one) for one in ago)


@given(TIMETABLES, INSTANTS)
def test_an_instant_stands_between_its_slot_and_the_next(timetable: Timetable, at: datetime) -> None:
    latest, following = timetable.latest(at), timetable.following(at)

    assert latest <= at < following
    assert following - latest == timetable.period
    assert timetable.latest(latest) == latest


def test_a_daily_job_has_one_slot_a_day_across_both_changes_of_hour() -> None:
    timetable = daily(time(3, 40))
    year = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(24 * 365)]

    slots = {timetable.latest(at) for at in year[4:]}

    assert len(slots) == 365
    assert len({slot.astimezone(ZoneInfo("Europe/Paris")).date() for slot in slots}) == 365


def test_a_job_never_run_owes_its_latest_slot_only() -> None:
    assert due(MINUTE, CatchUp.EACH_SLOT, AT, None, ()) == minutes(0)


def test_each_slot_missed_while_down_is_owed_oldest_first() -> None:
    owed = due(MINUTE, CatchUp.EACH_SLOT, AT, minutes(4)[0], minutes(4, 2))

    assert owed == minutes(3, 1, 0)


def test_the_latest_slot_alone_is_owed_when_that_is_the_policy() -> None:
    assert due(MINUTE, CatchUp.LATEST_ONLY, AT, minutes(4)[0], minutes(4)) == minutes(0)


@pytest.mark.parametrize("policy", list(CatchUp))
def test_nothing_is_owed_twice(policy: CatchUp) -> None:
    assert due(MINUTE, policy, AT, minutes(2)[0], minutes(2, 1, 0)) == ()


@pytest.mark.parametrize("policy", list(CatchUp))
def test_a_clock_that_went_ahead_and_came_back_stops_nothing(policy: CatchUp) -> None:
    ahead = MINUTE.latest(AT + timedelta(days=1))

    owed = due(MINUTE, policy, AT, ahead, {ahead})

    assert owed == minutes(0)


def test_a_job_seen_up_to_date_in_the_future_is_late_too() -> None:
    assert is_late(AT + timedelta(days=1), AT, timedelta(minutes=1))
    assert not is_late(AT, AT, timedelta(minutes=1))
    assert is_late(None, AT, timedelta(minutes=1))


def test_a_sweep_cannot_owe_each_slot() -> None:
    with pytest.raises(ValueError, match="latest slot only"):
        Job("x", "X", "X", MINUTE, Sweep(lambda sessions, turn: ""), CatchUp.EACH_SLOT)


def test_a_job_is_late_after_a_minute_or_a_twelfth_of_its_period() -> None:
    def grace(timetable: Timetable) -> timedelta:
        return Job("x", "X", "X", timetable, InSlot(lambda session, turn: "")).grace

    assert grace(every(seconds=1)) == timedelta(minutes=1)
    assert grace(daily(time(4))) == timedelta(hours=2)


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 28, 6, tzinfo=UTC)),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),
        (datetime(2026, 10, 25, 5, 30, tzinfo=UTC), datetime(2026, 10, 24, 5, tzinfo=UTC)),
        (datetime(2026, 10, 25, 6, 30, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),
    ],
)
def test_it_is_seven_in_paris_whatever_the_season(at: datetime, slot: datetime) -> None:
    timetable = daily_in(ZoneInfo("Europe/Paris"), time(7))

    assert timetable.latest(at) == slot
    assert timetable.latest(timetable.following(at)) == timetable.following(at)


@given(INSTANTS)
def test_a_local_slot_comes_once_each_local_day(at: datetime) -> None:
    timetable, paris = daily_in(ZoneInfo("Europe/Paris"), time(7)), ZoneInfo("Europe/Paris")

    last, after = timetable.latest(at), timetable.following(at)

    assert last <= at < after
    assert {slot.astimezone(paris).hour for slot in (last, after)} == {7}
    assert after.astimezone(paris).date() - last.astimezone(paris).date() == timedelta(days=1)


def test_a_local_slot_in_the_night_is_a_mistake_of_the_code() -> None:
    with pytest.raises(ValueError, match="clock change"):
        daily_in(ZoneInfo("Europe/Paris"), time(2, 30))
