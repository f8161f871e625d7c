"""A table of habilitations shows accounts as they stood on its day, whatever happened since (A24)."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.conventions.values.accounts import AccountField, Profile
from governance.core.refusals import Invalid
from governance.habilitations.rosters.rules import (
    Former,
    Life,
    Moment,
    check_on,
    check_wish,
    counted,
    from_plain,
    next_wish,
    plain,
    rows_on,
)
from governance.habilitations.rules import State

ZOE = Life(
    Profile.GESTIONNAIRE, "Madame", "Lumière", "Zoé", "Cheffe", "zoe@ccas.example", "0321000000", date(2026, 1, 5),
    date(2026, 1, 9),
    (
        Moment(date(2026, 1, 5), 1, State.REQUESTED), Moment(date(2026, 1, 9), 2, State.GRANTED),
        Moment(date(2026, 1, 12), 3, State.ACTIVE), Moment(date(2026, 6, 1), 4, State.NOTICE),
        Moment(date(2026, 6, 16), 5, State.INACTIVE), Moment(date(2026, 12, 16), 6, State.HIDDEN),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2026, 1, 4), None),
        (date(2026, 1, 5), State.REQUESTED),
        (date(2026, 1, 11), State.GRANTED),
        (date(2026, 1, 12), State.ACTIVE),
        (date(2026, 6, 15), State.NOTICE),
        (date(2026, 6, 16), State.INACTIVE),
        (date(2026, 12, 16), None),
    ],
)
def test_A24_a_table_shows_each_account_in_its_state_of_that_day(on: date, state: State | None) -> None:
    rows = rows_on([ZOE], on)

    assert [row.state for row in rows] == ([] if state is None else [state])


def test_A24_the_day_since_which_is_that_of_the_step_and_what_came_later_is_not_told() -> None:
    (row,) = rows_on([ZOE], date(2026, 1, 6))

    assert (row.since, row.granted_on) == (date(2026, 1, 5), None)


def test_a_step_that_says_the_same_state_again_does_not_change_since_when() -> None:
    again = replace(ZOE, steps=(*ZOE.steps[:3], Moment(date(2026, 2, 1), 4, State.ACTIVE)))

    assert rows_on([again], date(2026, 3, 1))[0].since == date(2026, 1, 12)


def test_A9_data_that_changed_later_are_shown_as_they_were() -> None:
    formers = (
        Former(date(2026, 3, 1), AccountField.FONCTION.value, "Assistante"),
        Former(date(2026, 5, 1), AccountField.FONCTION.value, "Responsable"),
        Former(date(2026, 5, 1), AccountField.NEW_NAME.value, "Durand"),
    )
    life = replace(ZOE, formers=formers)

    told = {on: rows_on([life], on)[0] for on in (date(2026, 2, 1), date(2026, 4, 1), date(2026, 5, 1))}

    assert [row.fonction for row in told.values()] == ["Assistante", "Responsable", "Cheffe"]
    assert [row.last_name for row in told.values()] == ["Durand", "Durand", "Lumière"]


def test_requests_refused_or_withdrawn_are_no_accounts() -> None:
    refused = replace(ZOE, steps=(ZOE.steps[0], Moment(date(2026, 1, 6), 2, State.REFUSED)))

    assert rows_on([refused], date(2026, 1, 7)) == ()


def test_gestionnaires_come_first_then_names_whatever_their_case() -> None:
    others = [replace(ZOE, profile=Profile.TECHNICIEN, last_name=name) for name in ("éberlé", "Adam", "Zola")]

    rows = rows_on([*others, ZOE], date(2026, 2, 1))

    assert [row.last_name for row in rows] == ["Lumière", "Adam", "Zola", "éberlé"]
    assert counted(rows)[Profile.TECHNICIEN, State.ACTIVE] == 3


@given(st.dates(date(2025, 12, 1), date(2027, 2, 1)))
def test_a_table_frozen_as_json_says_the_same_again(on: date) -> None:
    rows = rows_on([ZOE], on)

    assert tuple(from_plain(one) for one in json.loads(json.dumps([plain(row) for row in rows]))) == rows


def test_a_day_to_come_has_no_table() -> None:
    with pytest.raises(Invalid):
        check_on(date(2026, 1, 2), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("wished", "every", "field"),
    [(date(2025, 12, 31), 0, "wished"), (date(2027, 1, 2), 0, "wished"), (date(2026, 1, 1), 5, "every")],
)
def test_A24_a_wish_in_the_past_too_far_or_at_an_unknown_pace_is_refused(wished: date, every: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_wish(wished, every, date(2026, 1, 1))

    assert refused.value.field == field


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from([1, 2, 3, 4, 6, 12]), st.integers(0, 900))
def test_A24_the_next_table_of_a_regular_request_is_always_to_come(wished: date, every: int, late: int) -> None:
    on = date.fromordinal(wished.toordinal() + late)

    following = next_wish(wished, every, on)

    assert following is not None
    assert following > on
    assert next_wish(wished, 0, on) is None
