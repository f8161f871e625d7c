"""What is true of every clock, over twenty years of instants, and the table of examples of the law."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breach.clocks import LEVELS, Clock, State, alarms, crossing, next_crossing, state
from breach.counting import HOUR, legal_reading
from breach.facts import Facts
from breach.law import general_law
from breach.rules import duties
from breach.terms import hold
from governance.conventions.holidays import holidays_of, named
from governance.conventions.shipped import shipped
from governance.conventions.terms import Zone
from governance.conventions.values.breach import Trigger
from governance.core.spans import Span, Unit, add_days, add_months, add_working_days, due, roll

PARIS = ZoneInfo("Europe/Paris")
TWENTY_YEARS = st.datetimes(datetime(2018, 5, 25), datetime(2038, 5, 25), timezones=st.just(UTC))
HELD = [hold(one, caisse.code, date(2026, 1, 1)) for one in shipped().values() for caisse in one.caisses]
EASTER = {2025: date(2025, 4, 20), 2026: date(2026, 4, 5), 2027: date(2027, 3, 28)}
SUNDAYS_OF_CHANGE = [
    datetime(2026, 3, 28, 20, tzinfo=PARIS), datetime(2026, 10, 24, 20, tzinfo=PARIS),
    datetime(2028, 2, 28, 12, tzinfo=PARIS), datetime(2026, 12, 25, 23, 59, tzinfo=PARIS),
]  # fmt: skip


@pytest.mark.parametrize(
    ("started", "hours", "ends"),
    [
        ("2026-03-28 20:00", 24, "2026-03-29 21:00"),
        ("2026-10-24 20:00", 24, "2026-10-25 19:00"),
        ("2026-04-30 17:30", 24, "2026-05-01 17:30"),
        ("2026-04-30 17:30", 48, "2026-05-02 17:30"),
        ("2026-04-30 17:30", 72, "2026-05-03 17:30"),
        ("2028-02-28 17:30", 24, "2028-02-29 17:30"),
        ("2028-02-29 17:30", 24, "2028-03-01 17:30"),
    ],
)
def test_hours_are_counted_in_utc_and_never_roll(started: str, hours: int, ends: str) -> None:
    ended = due(datetime.fromisoformat(started).replace(tzinfo=PARIS), Span(hours, Unit.HOURS))

    assert ended.astimezone(PARIS) == datetime.fromisoformat(ends).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("zone", "on", "ends"),
    [
        (Zone.METROPOLE, date(2026, 4, 30), date(2026, 5, 11)),
        (Zone.METROPOLE, date(2026, 4, 2), date(2026, 4, 10)),
        (Zone.ALSACE_MOSELLE, date(2026, 4, 2), date(2026, 4, 13)),
        (Zone.METROPOLE, date(2026, 12, 23), date(2026, 12, 31)),
        (Zone.ALSACE_MOSELLE, date(2026, 12, 23), date(2026, 12, 31)),
    ],
)
def test_working_days_follow_the_holidays_of_the_caisse(zone: Zone, on: date, ends: date) -> None:
    assert add_working_days(on, 5, holidays_of(zone)) == ends


def test_days_and_months_end_as_the_table_says() -> None:
    holidays = holidays_of(Zone.METROPOLE)

    assert (add_days(date(2026, 1, 31), 31), add_days(date(2026, 1, 31), 30)) == (date(2026, 3, 3), date(2026, 3, 2))
    assert roll(add_months(date(2026, 1, 31), 1), holidays) == date(2026, 3, 2)
    assert roll(add_months(date(2026, 4, 1), 1), holidays) == date(2026, 5, 4)
    assert add_months(date(2026, 1, 31), 3) == date(2026, 4, 30)
    assert add_days(date(2026, 4, 30), 5) == date(2026, 5, 5)


def test_easter_moves_its_holidays_and_ascension_may_fall_two_days_before_another() -> None:
    mondays = {year: EASTER[year] + timedelta(1) for year in EASTER}

    assert all(mondays[year] in holidays_of(Zone.METROPOLE) for year in EASTER)
    assert {date(2027, 5, 6), date(2027, 5, 8)} <= set(named(Zone.METROPOLE, 2027))
    assert EASTER[2027] + timedelta(39) == date(2027, 5, 6)


@given(TWENTY_YEARS, st.booleans(), st.sampled_from([None, True, False]))
def test_no_night_week_end_or_holiday_ever_moves_a_breach_clock(
    suspected: datetime, own_data: bool, in_transfer: bool | None
) -> None:
    facts = Facts(frozenset({Trigger.THEFT}), suspected, suspected, in_transfer, own_data)

    for duty in duties(facts, HELD, general_law()):
        if duty.alarm_at is not None and duty.started_at is not None:
            assert duty.alarm_at - duty.started_at in {timedelta(hours=one) for one in (1, 24, 48, 72)}
            assert duty.alarm_at.tzinfo is UTC


@given(TWENTY_YEARS | st.sampled_from(SUNDAYS_OF_CHANGE), st.sampled_from([24, 48, 72, 96]))
def test_the_prudent_limit_is_never_after_the_legal_one_and_within_an_hour_of_it(at: datetime, hours: int) -> None:
    prudent, legal = due(at, Span(hours, Unit.HOURS)), legal_reading(at, Span(hours, Unit.HOURS)).ends_at

    assert timedelta() < legal - prudent <= HOUR


@given(TWENTY_YEARS, st.integers(0, 4 * 24 * 60), st.sampled_from([24, 48, 72]))
def test_an_alarm_is_raised_once_and_none_is_skipped(started: datetime, minutes: int, hours: int) -> None:
    clock = Clock(started, started + timedelta(hours=hours), None)
    at = started + timedelta(minutes=minutes)

    raised = alarms(clock, (), at)

    assert alarms(clock, raised, at) == ()
    assert (*raised, *alarms(clock, raised, at + timedelta(days=9))) == LEVELS
    assert next_crossing(clock, raised) == next((crossing(clock, one) for one in LEVELS if one not in raised), None)


@given(TWENTY_YEARS, st.integers(0, 200), st.integers(0, 200))
def test_a_clock_only_gets_worse_until_a_proof_stops_it(started: datetime, early: int, later: int) -> None:
    clock = Clock(started, started + timedelta(hours=48), started + timedelta(hours=72))
    order = [State.RUNNING, State.SOON, State.URGENT, State.ALARM, State.LATE]

    first, second = (state(clock, started + timedelta(hours=one)) for one in (min(early, later), max(early, later)))

    assert order.index(first) <= order.index(second)


def test_a_proof_after_the_limit_is_late_and_stays_so() -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    clock = Clock(start, start + timedelta(hours=24), start + timedelta(hours=48))

    late = Clock(clock.started_at, clock.alarm_at, clock.limit_at, start + timedelta(hours=49))
    between = Clock(clock.started_at, clock.alarm_at, clock.limit_at, start + timedelta(hours=30))

    assert (state(late, start), state(between, start)) == (State.DONE_LATE, State.DONE)
