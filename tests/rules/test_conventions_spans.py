"""Durations and the days they lead to, on the vectors measured in LAW.md 2.2."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.core import spans
from governance.core.spans import BadSpan, Span, Unit

PARIS = ZoneInfo("Europe/Paris")
METROPOLE = frozenset(
    {date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 12, 25), date(2027, 1, 1)}
)
ALSACE_MOSELLE = METROPOLE | {date(2026, 4, 3), date(2026, 12, 26)}


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("24 h", Span(24, Unit.HOURS)),
        ("48h", Span(48, Unit.HOURS)),
        ("15 d", Span(15, Unit.DAYS)),
        ("15 jours", Span(15, Unit.DAYS)),
        ("30 jours calendaires", Span(30, Unit.CALENDAR_DAYS)),
        ("5 jours ouvrés", Span(5, Unit.WORKING_DAYS)),
        ("6 mo", Span(6, Unit.MONTHS)),
        ("1 an", Span(1, Unit.YEARS)),
        ("immédiatement", Span(0, Unit.IMMEDIATE)),
        ("sans délai", Span(0, Unit.IMMEDIATE)),
    ],
)
def test_every_written_duration_keeps_its_unit(written: str, span: Span) -> None:
    assert spans.parse(written) == span


@pytest.mark.parametrize(
    "written", ["", "xx mois", "0 h", "-1 h", "24", "h", "5 jours ouvrables", "1,5 h", "9999 h", "١ h"]
)
def test_a_blank_or_unreadable_duration_is_refused_and_never_zero(written: str) -> None:
    with pytest.raises(BadSpan):
        spans.parse(written)


@given(st.integers(1, 999), st.sampled_from([unit for unit in Unit if unit is not Unit.IMMEDIATE]))
def test_what_is_shown_reads_back_the_same(amount: int, unit: Unit) -> None:
    assert spans.parse(str(Span(amount, unit))) == Span(amount, unit)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (datetime(2026, 3, 28, 20), 24, datetime(2026, 3, 29, 21)),
        (datetime(2026, 10, 24, 20), 24, datetime(2026, 10, 25, 19)),
        (datetime(2026, 4, 30, 17, 30), 24, datetime(2026, 5, 1, 17, 30)),
        (datetime(2026, 4, 30, 17, 30), 48, datetime(2026, 5, 2, 17, 30)),
        (datetime(2026, 4, 30, 17, 30), 72, datetime(2026, 5, 3, 17, 30)),
    ],
)
def test_hours_run_through_nights_holidays_and_clock_changes(start: datetime, hours: int, end: datetime) -> None:
    due = spans.due(start.replace(tzinfo=PARIS), Span(hours, Unit.HOURS))

    assert due.astimezone(PARIS).replace(tzinfo=None) == end


def test_an_immediate_duty_is_due_at_once() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)

    assert spans.due(at, spans.parse("immédiatement")) == at


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        spans.add_hours(datetime(2026, 5, 1), 24)


@pytest.mark.parametrize(
    ("start", "written", "holidays", "end"),
    [
        (date(2026, 4, 30), "5 jours ouvrés", METROPOLE, date(2026, 5, 11)),
        (date(2026, 4, 30), "5 jours calendaires", METROPOLE, date(2026, 5, 5)),
        (date(2026, 4, 2), "5 jours ouvrés", METROPOLE, date(2026, 4, 10)),
        (date(2026, 4, 2), "5 jours ouvrés", ALSACE_MOSELLE, date(2026, 4, 13)),
        (date(2026, 12, 23), "5 jours ouvrés", METROPOLE, date(2026, 12, 31)),
        (date(2026, 12, 23), "5 jours ouvrés", ALSACE_MOSELLE, date(2026, 12, 31)),
        (date(2026, 1, 31), "31 jours calendaires", METROPOLE, date(2026, 3, 3)),
        (date(2026, 1, 31), "30 jours calendaires", METROPOLE, date(2026, 3, 2)),
        (date(2026, 1, 31), "1 mois", METROPOLE, date(2026, 2, 28)),
        (date(2026, 1, 31), "3 mois", METROPOLE, date(2026, 4, 30)),
        (date(2024, 2, 29), "1 an", METROPOLE, date(2025, 2, 28)),
        (date(2026, 8, 31), "6 mois", METROPOLE, date(2027, 2, 28)),
        (date(2026, 8, 31), "immédiatement", METROPOLE, date(2026, 8, 31)),
    ],
)
def test_a_duration_in_days_or_months_ends_where_the_law_says(
    start: date, written: str, holidays: frozenset[date], end: date
) -> None:
    assert spans.after(start, spans.parse(written), holidays) == end


@pytest.mark.parametrize(
    ("end", "written", "start"),
    [
        (date(2026, 5, 15), "15 jours", date(2026, 4, 30)),
        (date(2026, 5, 31), "3 mois", date(2026, 2, 28)),
        (date(2026, 5, 11), "5 jours ouvrés", date(2026, 4, 30)),
    ],
)
def test_a_notice_is_counted_backwards(end: date, written: str, start: date) -> None:
    assert spans.before(end, spans.parse(written), METROPOLE) == start


@pytest.mark.parametrize(
    ("start", "end"), [(date(2026, 1, 31), date(2026, 3, 2)), (date(2026, 4, 1), date(2026, 5, 4))]
)
def test_the_month_of_a_rights_request_rolls_to_the_next_working_day(start: date, end: date) -> None:
    assert spans.roll(spans.add_months(start, 1), METROPOLE) == end


def test_hours_are_never_counted_in_days_nor_days_in_hours() -> None:
    with pytest.raises(BadSpan):
        spans.after(date(2026, 5, 1), spans.parse("24 h"))
    with pytest.raises(BadSpan):
        spans.due(datetime(2026, 5, 1, tzinfo=UTC), spans.parse("1 jour"))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_working_days_end_on_a_working_day_and_count_each_once(start: date, days: int) -> None:
    end = spans.add_working_days(start, days, METROPOLE)
    passed = [
        one for one in range(1, (end - start).days + 1) if spans.is_working_day(spans.add_days(start, one), METROPOLE)
    ]

    assert len(passed) == days
    assert days == 0 or spans.is_working_day(end, METROPOLE)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-240, 240))
def test_months_keep_the_day_or_clamp_to_the_end_of_the_month(start: date, months: int) -> None:
    end = spans.add_months(start, months)

    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == start.day or (end.day < start.day and spans.add_days(end, 1).day == 1)
