"""The feed of dates: what RFC 5545 asks for, and that a date keeps its name when it moves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from governance.agenda.ical import calendar
from governance.agenda.items import Dated
from governance.agenda.rules import Listed

AT = datetime(2026, 4, 29, 5, 0, tzinfo=UTC)
ADDRESS = "https://vigie.example"
HOSTILE = "Revue; fin,\r\nBEGIN:VALARM\nATTACH:file:///etc/passwd\\ « é » " + "très longue " * 20


def listed(when: date | datetime, title: str = "Fin de S1", key: str = "convention.end:S1") -> Listed:
    return Listed("conventions", "Conventions", Dated(key, title, when, "/conventions/S1", "S1, art. 5"))


def made(*dates: Listed, at: datetime = AT) -> bytes:
    return calendar([("", one) for one in dates], ADDRESS, at)


def test_a_day_is_an_event_of_a_whole_day_and_an_instant_one_in_utc() -> None:
    text = made(listed(date(2026, 5, 1)), listed(datetime(2026, 5, 1, 15, 30, tzinfo=UTC), key="autre")).decode()

    assert "DTSTART;VALUE=DATE:20260501\r\n" in text
    assert "DTEND;VALUE=DATE:20260502\r\n" in text
    assert "DTSTART:20260501T153000Z\r\n" in text
    assert "URL:https://vigie.example/conventions/S1\r\n" in text


def test_a_date_keeps_its_name_when_it_moves() -> None:
    first, then = (Calendar.from_ical(made(listed(day))) for day in (date(2026, 5, 1), date(2026, 6, 1)))

    assert [event["uid"] for event in first.events] == [event["uid"] for event in then.events]


def test_two_dates_never_share_a_name() -> None:
    held = Calendar.from_ical(made(*(listed(date(2026, 5, 1), key=f"revue:{n}") for n in range(50))))

    assert len({str(event["uid"]) for event in held.events}) == 50


def test_the_same_dates_on_the_same_day_are_the_same_bytes_in_whatever_order() -> None:
    one, two = listed(date(2026, 5, 1)), listed(date(2026, 5, 1), key="autre")

    assert made(one, two) == made(two, one, at=AT + timedelta(hours=6))


def test_what_a_person_typed_is_escaped_and_lines_are_folded() -> None:
    text = made(listed(date(2026, 5, 1), title=HOSTILE))
    lines = text.split(b"\r\n")

    assert b"\r\nBEGIN:VALARM" not in text
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_any_title_is_read_again_as_it_was_written(title: str) -> None:
    (event,) = Calendar.from_ical(made(listed(date(2026, 5, 1), title=title))).events

    assert str(event["summary"]) == title


@pytest.mark.parametrize("line", ["VERSION:2.0", "PRODID:-//Vigie//Agenda//FR", "METHOD:PUBLISH", "END:VCALENDAR"])
def test_a_calendar_without_a_date_is_still_a_calendar(line: str) -> None:
    assert f"{line}\r\n" in made().decode()
