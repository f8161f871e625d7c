"""In what order things await, what a morning mail says, how dates are told by month."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.agenda import rules
from governance.agenda.items import Dated, Task
from governance.agenda.rules import BadHorizon, BadMonth, Listed, Place
from governance.core.outbox.letters import LINES
from governance.core.outbox.rules import Message, check

AT = datetime(2026, 4, 29, 5, 0, tzinfo=UTC)  # 7 h in Paris
LINK = "https://vigie.example/a-faire"
KNOWN = st.dates(date(2020, 1, 1), date(2030, 1, 1)) | st.datetimes(
    datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)
)
WHEN = st.none() | KNOWN
TITLES = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=400)


def task(key: str = "un", due: date | datetime | None = None, title: str = "Finir la revue") -> Task:
    return Task(key, title, "Finir", "/revues/1", due, "S0, annexe 4, § 8")


TASKS = st.lists(st.builds(task, st.integers().map(str), WHEN, TITLES), max_size=20)


def listed(key: str, when: date | datetime) -> Listed:
    return Listed("revues", "Revues", Dated(key, "Revue", when, "/revues/1"))


def test_what_is_late_comes_first_and_what_has_no_deadline_last() -> None:
    held = [task("sans"), task("jour", date(2026, 4, 29)), task("tard", AT - timedelta(hours=1)),
            task("heure", AT + timedelta(hours=3))]  # fmt: skip

    assert [one.key for one in rules.by_urgency(held)] == ["tard", "heure", "jour", "sans"]
    assert [group.title for group in rules.groups(rules.by_urgency(held), AT)] == [
        "En retard", "Dans les deux jours", "Sans échéance",
    ]  # fmt: skip
    assert rules.late(held, AT) == 1


def test_a_task_given_twice_is_shown_once() -> None:
    assert len(rules.by_urgency([task("un"), task("un")])) == 1


@given(TASKS)
def test_each_task_stands_in_one_group_and_groups_keep_the_order(held: list[Task]) -> None:
    ordered = rules.by_urgency(held)

    assert [one for group in rules.groups(ordered, AT) for one in group.tasks] == list(ordered)


@pytest.mark.parametrize(
    ("due", "is_held"),
    [
        (AT - timedelta(days=40), True),
        (date(2026, 4, 29), True),
        (date(2026, 5, 1), True),
        (datetime(2026, 5, 1, 21, 59, tzinfo=UTC), True),
        (datetime(2026, 5, 1, 22, 1, tzinfo=UTC), False),
        (date(2026, 5, 2), False),
        (None, False),
    ],
)
def test_a_morning_mail_holds_what_is_late_or_due_in_its_days(due: date | datetime | None, is_held: bool) -> None:
    assert bool(rules.due_within([task(due=due)], 2, AT)) is is_held


def test_a_morning_mail_says_how_many_things_and_the_first_deadline() -> None:
    held = (task("un", date(2026, 5, 1)), task("deux", date(2026, 5, 3)))

    said = rules.morning("Odile Lamarche", [Place("1", "CCAS", held)], LINK, AT)

    assert said is not None
    assert said.subject == "Odile Lamarche\N{NO-BREAK SPACE}: 2 choses à faire, la première avant le ven. 1er mai"
    assert "– Finir la revue : dans 2\N{NO-BREAK SPACE}jours (ven. 1er mai) — S0, annexe 4, § 8" in said.body
    assert said.body.endswith(LINK)


def test_a_morning_mail_names_the_structure_when_there_are_several() -> None:
    places = [Place("1", "CCAS", (task("un", date(2026, 5, 1)),)), Place("2", "CIAS", (task("deux", AT),))]

    said = rules.morning("Odile", places, LINK, AT + timedelta(hours=1))

    assert said is not None
    assert "dont 1 en retard" in said.subject
    assert said.body.index("[CIAS]") < said.body.index("[CCAS]")


def test_nothing_to_do_is_no_mail() -> None:
    assert rules.morning("Odile", [Place("1", "CCAS", ())], LINK, AT) is None


@given(TASKS)
def test_any_tasks_make_a_mail_that_may_leave(held: list[Task]) -> None:
    said = rules.morning("Odile", [Place("1", "CCAS", rules.by_urgency([*held, task()]))], LINK, AT)

    assert said is not None
    check(Message("agenda.morning", "odile@ccas.example", said.subject, said.body, AT + timedelta(hours=5)), AT)
    assert len([line for line in said.body.splitlines() if line]) <= LINES


@given(st.dictionaries(st.integers().map(str), KNOWN, max_size=20))
def test_dates_are_told_in_order_by_the_month_of_the_reader(pairs: dict[str, date | datetime]) -> None:
    months = rules.months(listed(key, when) for key, when in pairs.items())

    assert [month.first for month in months] == sorted({month.first for month in months})
    assert sum(len(month.dates) for month in months) == len(pairs)


def test_an_instant_of_the_last_night_of_a_month_is_told_in_the_month_that_clocks_show() -> None:
    (month,) = rules.months([listed("nuit", datetime(2026, 4, 30, 22, 30, tzinfo=UTC))])

    assert month.first == date(2026, 5, 1)


@pytest.mark.parametrize("text", ["2026-13", "2026", "mai", "0000-01", "2026-05-01", "९९९९-०१"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(BadMonth):
        rules.month_of(text)


@pytest.mark.parametrize("days", [-1, 1, 8, 365])
def test_a_horizon_that_is_not_proposed_is_refused(days: int) -> None:
    with pytest.raises(BadHorizon):
        rules.check_horizon(days)
