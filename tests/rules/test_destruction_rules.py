"""When data may be destroyed, on plain values."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.core.refusals import Refusal
from governance.destruction import gates, rules
from governance.destruction.gates import Facts, Statement
from governance.destruction.rules import (
    Answer,
    BadVisa,
    ClockBack,
    GateClosed,
    Group,
    NotTwoPersons,
    Slip,
    StepState,
    StillInForce,
)
from governance.destruction.stores.rules import Allowed, BadStore, Kind, connection

OPENED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LATER = OPENED + timedelta(days=8)
ABLE = frozenset({"dpo", "referent", "administrateur"})
GOOD = Facts(
    date(2026, 10, 31),
    OPENED,
    OPENED + rules.GRACE,
    Slip("BE-1", None, Answer.NOT_NEEDED),
    holds=0,
    matters=(),
    rights=Statement(LATER - timedelta(days=7), 0),
)


def closed(facts: Facts, at: datetime = LATER) -> set[str]:
    return {gate.name for gate in gates.gates(facts, at, at.date()) if not gate.is_open}


def test_every_gate_open_nothing_is_refused() -> None:
    gates.check_open(gates.gates(GOOD, LATER, LATER.date()))

    assert closed(GOOD) == set()


@pytest.mark.parametrize(
    ("facts", "gate"),
    [
        (replace(GOOD, ended_on=None), "ended"),
        (replace(GOOD, ended_on=LATER.date()), "ended"),
        (replace(GOOD, slip=None), "archives"),
        (replace(GOOD, slip=Slip("BE-1", date(2026, 11, 3))), "archives"),
        (replace(GOOD, slip=Slip("BE-1", date(2026, 11, 3), Answer.REFUSED)), "archives"),
        (replace(GOOD, slip=Slip("BE-1", date(2026, 11, 3), Answer.GRANTED, has_file=False)), "archives"),
        (replace(GOOD, holds=1), "holds"),
        (replace(GOOD, matters=("1 violation ouverte",)), "matters"),
        (replace(GOOD, rights=None), "rights"),
        (replace(GOOD, rights=Statement(LATER, 1)), "rights"),
        (replace(GOOD, rights=Statement(LATER - timedelta(days=7, seconds=1), 0)), "rights"),
        (replace(GOOD, grace_ends_at=LATER + timedelta(seconds=1)), "grace"),
    ],
)
def test_each_gate_stops_everything_by_itself_and_says_why(facts: Facts, gate: str) -> None:
    assert closed(facts) == {gate}
    with pytest.raises(GateClosed):
        gates.check_open(gates.gates(facts, LATER, LATER.date()))


def test_K16_the_visa_comes_before_the_clause_that_destroys_everything() -> None:
    waiting = replace(GOOD, slip=Slip("BE-1", date(2026, 11, 3)))

    gate = next(one for one in gates.gates(waiting, LATER, LATER.date()) if one.name == "archives")

    assert not gate.is_open
    assert "L212-2" in gate.article
    assert "L214-3" in gate.why


def test_S3r_what_is_in_force_is_not_destroyed() -> None:
    for ended in (None, date(2026, 11, 10), date(2027, 1, 1)):
        with pytest.raises(StillInForce):
            rules.check_ended(ended, date(2026, 11, 10))

    assert rules.check_ended(date(2026, 11, 9), date(2026, 11, 10)) == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("reference", "on", "field"),
    [
        ("BE-2", date(2026, 11, 5), "reference"),
        ("BE-1", date(2026, 11, 20), "visa_on"),
        ("BE-1", date(2026, 11, 2), "visa_on"),
    ],
)
def test_a_visa_of_another_slip_to_come_or_older_than_its_sending_is_refused(
    reference: str, on: date, field: str
) -> None:
    slip = Slip("BE-1", date(2026, 11, 3))

    with pytest.raises(BadVisa) as refusal:
        rules.check_visa(slip, reference, on, date(2026, 11, 10))

    assert refusal.value.field == field
    rules.check_visa(slip, "be-1 ", date(2026, 11, 5), date(2026, 11, 10))


def test_two_persons_in_two_roles() -> None:
    dpo, other = frozenset({"dpo"}), frozenset({"referent"})

    rules.check_persons([("a", dpo)], ABLE)
    rules.check_persons([("a", dpo), ("b", other)], ABLE)

    for given_twice in ([("a", dpo), ("a", other)], [("a", dpo), ("b", dpo)], [("a", dpo), ("b", frozenset({"x"}))]):
        with pytest.raises(NotTwoPersons):
            rules.check_persons(given_twice, ABLE)


def test_a_clock_set_back_is_refused() -> None:
    rules.check_clock(LATER, OPENED, None)

    with pytest.raises(ClockBack):
        rules.check_clock(OPENED, LATER)


@given(st.lists(st.tuples(st.sampled_from(list(Group)), st.sampled_from(list(StepState))), max_size=12))
def test_a_group_is_tried_only_once_those_before_it_are_done(steps: list[tuple[Group, StepState]]) -> None:
    named = [(str(number), group, state) for number, (group, state) in enumerate(steps)]

    names = rules.ready(named)

    left = [(name, group) for name, group, state in named if state is not StepState.DONE]
    first = min((group for _, group in left), default=None)
    assert set(names) == {name for name, group in left if group == first}


@pytest.mark.parametrize(
    "values",
    [
        {"path": "/etc"},
        {"path": "donnees"},
        {"path": "/srv/ouvert"},
        {"path": "/srv/ouvert/../../etc"},
        {"path": ""},
    ],
)
def test_a_folder_outside_those_that_were_opened_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(BadStore):
        connection(Kind.FOLDER, values, Allowed((Path("/srv/ouvert"),)))

    assert connection(Kind.FOLDER, {"path": "/srv/ouvert/ccas"}, Allowed((Path("/srv/ouvert"),)))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ailleurs/base",
        "postgresql://db.ccas.example/base?host=ailleurs",
        "sqlite:///relative.sqlite",
        "sqlite+pysqlite:////srv/ouvert/a.sqlite",
        "http://[",
    ],
)
def test_a_database_on_a_machine_that_was_not_opened_is_refused(url: str) -> None:
    allowed = Allowed((Path("/srv/ouvert"),), frozenset({"db.ccas.example"}))

    with pytest.raises(Refusal):
        connection(Kind.SQL, {"url": url, "table": "t", "whole": "oui"}, allowed)

    good = {"url": "postgresql://u:p@db.ccas.example:5432/base", "table": "t", "column": "c", "value": "v"}
    assert connection(Kind.SQL, good, allowed)
    assert "p@db" not in repr(connection(Kind.SQL, good, allowed))


@pytest.mark.parametrize(
    ("last_backup", "others", "final"),
    [
        (None, timedelta(), True),
        (LATER, timedelta(), True),
        (LATER + timedelta(seconds=1), timedelta(), False),
        (None, timedelta(days=8), True),
        (None, timedelta(days=8, seconds=1), False),
    ],
)
def test_a_certificate_is_final_once_our_backups_and_the_other_copies_of_the_machine_are_dead(
    last_backup: datetime | None, others: timedelta, final: bool
) -> None:
    assert rules.is_final(OPENED, last_backup, others, LATER) is final
