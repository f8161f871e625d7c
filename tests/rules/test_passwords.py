"""What a password must be, and how long one waits after wrong ones."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.core.refusals import Invalid
from governance.people.lockout.rules import ACCOUNT, FORGOTTEN, LONGEST, Tried, is_forgotten, left, wait_after
from governance.people.strength import BITS, bits, check_password

ODILE = ("Odile Lamarche", "odile.lamarche@ccas-demonville.example", "CCAS de Demonville")
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    [
        "Kz7!mPq2&vLx",  # CNIL, example 1: 12 characters of 4 classes
        "kZ7mPq2vLxR9wT",  # example 2: 14 of 3 classes
        "tabouret girafe lampe nuage moulin cendre violon",  # example 3: a phrase of 7 words
        "Correct-Horse-42",
        "été brumeux, sept clefs rouillées",
    ],
)
def test_a_password_of_eighty_bits_that_nobody_would_guess_is_accepted(password: str) -> None:
    check_password(password, ODILE)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "trop court"),
        ("Kz7!mPq2&vL", "trop court"),
        ("kz7mpq2vlxr9", "trop court"),
        ("Marseille2026!", "qu'on devine"),
        ("Motdepasse2026!", "qu'on devine"),
        ("Azertyuiop123!", "qu'on devine"),
        ("Chouchou-1985!", "qu'on devine"),
        ("Septembre-2026", "qu'on devine"),
        ("aaaaaaaaaaaaaaaaaaaa", "qu'on devine"),
        ("Lamarche-kz7-mPq2", "votre nom"),
        ("kz7-DÉMONVILLE-Pq2", "votre nom"),
        ("A" * 257, "dépasser"),
    ],
)
def test_a_password_is_refused_for_its_reason_without_being_repeated(password: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason) as refusal:
        check_password(password, ODILE)

    assert refusal.value.field == "password"
    assert not password or password not in refusal.value.message


@given(st.text(max_size=300))
def test_any_text_is_accepted_or_refused(password: str) -> None:
    try:
        check_password(password, ODILE)
    except Invalid:
        return
    assert bits(password) >= BITS


def test_the_examples_of_cnil_make_eighty_bits() -> None:
    examples = [bits("Ab3!" * 3), bits("Ab3" * 4 + "Ab"), bits("un mot de plus que les six autres")]

    assert all(round(one) >= 80 for one in examples)


def test_whoever_tries_without_pause_gets_less_than_one_try_an_hour_in_a_day() -> None:
    at, tried, count = START, Tried(0, START), 0

    while at < START + timedelta(hours=24):
        at += left(tried, ACCOUNT, at)
        tried, count = Tried(tried.failures + 1, at), count + 1

    assert count <= 24


@given(st.integers(0, 10_000), st.integers(1, 50))
def test_the_wait_never_shrinks_and_never_exceeds_its_limit(failures: int, allowed: int) -> None:
    wait = wait_after(failures, allowed)

    assert wait <= wait_after(failures + 1, allowed) <= LONGEST
    assert (wait == timedelta()) == (failures < allowed)


def test_failures_are_forgotten_after_a_day_and_no_wait_outlasts_that() -> None:
    tried = Tried(1000, START)

    assert not is_forgotten(tried, START + FORGOTTEN - timedelta(seconds=1))
    assert is_forgotten(tried, START + FORGOTTEN)
    assert LONGEST < FORGOTTEN
