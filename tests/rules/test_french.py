"""Deadlines in words: what is left, when, and what sets it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.core import french
from governance.core.french import Urgency

AT = datetime(2026, 4, 29, 10, 0, tzinfo=UTC)  # a Wednesday, noon in Paris
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=40), "dans moins d'une minute"),
        (timedelta(minutes=59, seconds=59), "dans 59 min"),
        (timedelta(hours=3, minutes=12), "dans 3 h 12"),
        (timedelta(hours=5), "dans 5 h"),
        (timedelta(hours=71, minutes=59), "dans 2 j 23 h"),
        (timedelta(days=3), "dans 3 jours"),
        (timedelta(days=40, hours=3), "dans 40 jours"),
        (-timedelta(hours=3, minutes=5), "en retard de 3 h 05"),
        (-timedelta(days=1), "en retard de 1 jour"),
    ],
)
def test_what_is_left_before_an_instant_is_told_to_the_unit_that_matters(left: timedelta, words: str) -> None:
    assert plain(french.remaining(AT + left, AT)) == words


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 4, 29), "aujourd'hui"),
        (date(2026, 4, 30), "demain"),
        (date(2026, 5, 2), "dans 3 jours"),
        (date(2026, 4, 28), "en retard de 1 jour"),
    ],
)
def test_what_is_left_before_a_day_is_counted_in_days(due: date, words: str) -> None:
    assert plain(french.remaining(due, AT)) == words


def test_a_deadline_gives_the_time_left_the_local_date_and_its_article() -> None:
    due = datetime(2026, 5, 1, 15, 30, tzinfo=UTC)

    said = french.deadline(due, due - timedelta(hours=3, minutes=12), "24 h, S0 annexe 4 § 8")

    assert plain(said) == "dans 3 h 12 (ven. 1er mai, 17 h 30) — 24 h, S0 annexe 4 § 8"


def test_a_day_is_that_of_the_reader() -> None:
    at = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)

    assert french.remaining(date(2026, 5, 1), at) == "aujourd'hui"
    assert french.remaining(date(2026, 5, 1), at, ZoneInfo("America/Martinique")) == "demain"


@given(INSTANTS, st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_what_is_past_is_said_late_and_nothing_else_is(at: datetime, left: timedelta) -> None:
    due = at + left

    assert french.remaining(due, at).startswith("en retard") == (left < timedelta())
    assert (french.urgency(due, at) is Urgency.LATE) == (left < timedelta())


@given(st.dates(date(2000, 1, 2), date(2050, 1, 1)), INSTANTS)
def test_a_day_is_late_once_it_is_over_and_not_before(due: date, at: datetime) -> None:
    assert french.remaining(due, at).startswith("en retard") == (french.urgency(due, at) is Urgency.LATE)
