"""The field where one types when something happened."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import InputRequired

from governance.web.fields import LocalInstantField


class Discovery(Form):
    """A form with an instant."""

    at = LocalInstantField("Quand", [InputRequired()])


def filled(typed: str, which: str | None = None, zone: str = "Europe/Paris") -> Discovery:
    form = Discovery(MultiDict({"at": typed} | ({"at-laquelle": which} if which else {})))
    form.at.zone = ZoneInfo(zone)
    return form


def test_a_local_time_becomes_an_instant_in_the_zone_of_the_structure() -> None:
    here, there = filled("2026-11-22T17:30"), filled("2026-11-22T17:30", zone="Indian/Reunion")

    assert here.validate()
    assert there.validate()
    assert (here.at.data, there.at.data) == (
        datetime(2026, 11, 22, 16, 30, tzinfo=UTC),
        datetime(2026, 11, 22, 13, 30, tzinfo=UTC),
    )


def test_a_time_that_came_twice_is_asked_again_with_both() -> None:
    form = filled("2026-10-25T02:30")

    valid = form.validate()
    shown = str(form.at())

    assert not valid
    assert "deux fois" in form.at.errors[0]
    assert 'value="2026-10-25T02:30"' in shown
    assert shown.count('type="radio"') == 2


@pytest.mark.parametrize(("which", "hour"), [("premiere", 0), ("seconde", 1)])
def test_the_answer_says_which(which: str, hour: int) -> None:
    form = filled("2026-10-25T02:30", which)

    assert form.validate()
    assert form.at.data == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)


def test_a_time_that_never_came_is_refused() -> None:
    form = filled("2026-03-29T02:30")

    assert not form.validate()
    assert "n'a pas existé" in form.at.errors[0]


@pytest.mark.parametrize(
    "typed", ["hier", "2026-13-01T00:00", "2026-11-22", "0001-01-01T00:00", "9999-12-31T23:59", "\0"]
)
def test_what_is_no_time_is_refused_or_read_and_never_trips(typed: str) -> None:
    form = filled(typed, zone="Pacific/Tahiti")

    assert form.validate() or form.at.errors


def test_an_empty_field_is_asked_for() -> None:
    form = filled("")

    assert not form.validate()


def test_what_is_typed_is_shown_escaped() -> None:
    form = filled('"><script>')
    form.validate()

    assert "<script>" not in str(form.at())


def test_an_instant_is_shown_as_the_clock_showed_it() -> None:
    form = Discovery(at=None)
    form.at.data = datetime(2026, 7, 14, 7, 30, tzinfo=UTC)

    assert 'value="2026-07-14T09:30"' in str(form.at())
