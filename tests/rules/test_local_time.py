"""What a clock showed, and when that was."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.core.local_time import Never, Twice, Which, instant_of

PARIS = ZoneInfo("Europe/Paris")
# Where a French structure may be: both hemispheres, with and without a change of hour.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Paris", "America/Miquelon", "America/Guadeloupe", "America/Cayenne", "Indian/Reunion", "Indian/Mayotte",
        "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Marquesas",
    )
]  # fmt: skip
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))
TWICE = datetime(2026, 10, 25, 2, 30)
NEVER = datetime(2026, 3, 29, 2, 30)


@given(INSTANTS, st.sampled_from(ZONES))
def test_every_instant_is_found_again_from_what_the_clock_showed(at: datetime, zone: ZoneInfo) -> None:
    shown = at.astimezone(zone)
    which = Which.SECOND if shown.fold else Which.FIRST

    assert instant_of(shown.replace(tzinfo=None, fold=0), zone, which) == at


def test_a_time_that_came_twice_is_asked_again() -> None:
    with pytest.raises(Twice, match="deux fois"):
        instant_of(TWICE, PARIS)


def test_the_two_times_are_an_hour_apart() -> None:
    first, second = (instant_of(TWICE, PARIS, which) for which in Which)

    assert (first, second - first) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), timedelta(hours=1))


@pytest.mark.parametrize("which", [None, *Which])
def test_a_time_that_never_came_is_refused_whatever_is_chosen(which: Which | None) -> None:
    with pytest.raises(Never, match="2 h 30 est devenu 3 h 30"):
        instant_of(NEVER, PARIS, which)


def test_where_the_hour_never_changes_nothing_is_asked() -> None:
    assert instant_of(TWICE, ZoneInfo("Indian/Reunion")) == datetime(2026, 10, 24, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize("year", range(2025, 2036))
def test_every_minute_of_both_nights_is_certain_asked_or_refused(year: int) -> None:
    asked = refused = 0
    for month, after in ((3, 25), (10, 25)):
        night = next(day for day in (datetime(year, month, n) for n in range(after, 32)) if day.weekday() == 6)
        for minute in range(24 * 60):
            try:
                instant_of(night + timedelta(minutes=minute), PARIS)
            except Twice:
                asked += 1
            except Never:
                refused += 1

    assert (asked, refused) == (60, 60)
