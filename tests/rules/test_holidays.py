"""Public holidays of each zone, and the working days they leave."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from governance.conventions.holidays import holidays_of, named, varies_by_commune
from governance.conventions.terms import Zone
from governance.core import spans

ZONES = st.sampled_from(list(Zone))
DAYS = st.dates(date(2000, 1, 1), date(2050, 12, 31))
ABOLITION = {
    Zone.MAYOTTE: (4, 27),
    Zone.MARTINIQUE: (5, 22),
    Zone.GUADELOUPE: (5, 27),
    Zone.SAINT_MARTIN: (5, 28),
    Zone.GUYANE: (6, 10),
    Zone.SAINT_BARTHELEMY: (10, 9),
    Zone.LA_REUNION: (12, 20),
}
FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
AFTER_EASTER = (1, 39, 50)  # lundi de Pâques, Ascension, lundi de Pentecôte
NO_PENTECOST = range(2005, 2008)  # « journée de solidarité »: loi 2004-626, until loi 2008-351


def easter(year: int) -> date:
    """Return Easter Sunday (Oudin's form of the Gregorian computation)."""
    century = year // 100
    golden = year % 19
    corrected = (century - century // 4 - (century - (century - 17) // 25) // 3 + 19 * golden + 15) % 30
    corrected -= (corrected // 28) * (1 - (29 // (corrected + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + corrected + 2 - century + century // 4) % 7
    march = 28 + corrected - weekday
    return date(year, 3, 1) + timedelta(days=march - 1)


def expected(zone: Zone, year: int) -> set[date]:
    """Return the holidays that the code du travail gives, computed without the library."""
    sunday = easter(year)
    moving = [days for days in AFTER_EASTER if not (days == 50 and year in NO_PENTECOST)]
    days = {date(year, *day) for day in FIXED} | {sunday + timedelta(days=n) for n in moving}
    if zone is Zone.ALSACE_MOSELLE:
        days |= {sunday - timedelta(days=2), date(year, 12, 26)}
    return days | ({date(year, *ABOLITION[zone])} if zone in ABOLITION else set())


@pytest.mark.parametrize(
    ("zone", "count"), [(zone, 13 if zone is Zone.ALSACE_MOSELLE else 12 if zone in ABOLITION else 11) for zone in Zone]
)
def test_each_zone_has_the_holidays_the_law_gives_it_and_no_more(zone: Zone, count: int) -> None:
    assert len(named(zone, 2026)) == count


def test_good_friday_and_boxing_day_are_holidays_in_moselle_and_not_in_paris() -> None:
    days = (date(2026, 4, 3), date(2026, 12, 26))

    assert all(day in holidays_of(Zone.ALSACE_MOSELLE) for day in days)
    assert not any(day in holidays_of(Zone.METROPOLE) for day in days)


@given(ZONES, st.integers(2000, 2050))
def test_every_year_agrees_with_the_law_computed_by_hand(zone: Zone, year: int) -> None:
    # Both islands left Guadeloupe in 2007; their own day has changed until 2018.
    assume(year >= 2018 or zone not in (Zone.SAINT_BARTHELEMY, Zone.SAINT_MARTIN))

    assert set(named(zone, year)) == expected(zone, year)


@given(ZONES, DAYS)
def test_a_day_is_a_holiday_when_its_year_names_it(zone: Zone, day: date) -> None:
    assert (day in holidays_of(zone)) == (day in named(zone, day.year))


@given(ZONES, DAYS, st.integers(1, 30))
def test_working_days_end_on_one_and_come_back_to_where_they_began(zone: Zone, start: date, days: int) -> None:
    holidays = holidays_of(zone)
    start = spans.roll(start, holidays)

    end = spans.add_working_days(start, days, holidays)

    assert spans.is_working_day(end, holidays)
    assert spans.add_working_days(end, -days, holidays) == start


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        (Zone.METROPOLE, date(2026, 4, 30), date(2026, 5, 11)),  # LAW 2.2: 1 and 8 May
        (Zone.METROPOLE, date(2026, 4, 2), date(2026, 4, 10)),
        (Zone.ALSACE_MOSELLE, date(2026, 4, 2), date(2026, 4, 13)),
        (Zone.MAYOTTE, date(2026, 4, 24), date(2026, 5, 5)),
    ],
)
def test_five_working_days_skip_the_holidays_of_the_zone(zone: Zone, start: date, end: date) -> None:
    assert spans.after(start, spans.parse("5 jours ouvrés"), holidays_of(zone)) == end


def test_what_is_no_day_is_no_holiday() -> None:
    assert "2026-05-01" not in holidays_of(Zone.METROPOLE)


@pytest.mark.parametrize("zone", list(Zone))
def test_a_zone_whose_holidays_differ_by_commune_says_so(zone: Zone) -> None:
    sentence = varies_by_commune(zone)

    assert (sentence is not None) == (zone is Zone.ALSACE_MOSELLE)
    assert sentence is None or "L3134-13" in sentence
