"""In what order tasks await, what the morning mail says of them, how dates are told by month."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from governance.agenda.items import Dated, Task
from governance.core import french
from governance.core.clock import PARIS, day
from governance.core.french import Urgency
from governance.core.outbox.letters import LINE, Letter, letter
from governance.core.refusals import Invalid

USUAL_DAYS = 7
HORIZONS = (0, 2, 7, 30)  # days ahead that a person may choose for the morning mail; none at all
SHOWN_IN_MAIL = 6  # with the rest counted, how to stop and the link: ten lines
TOKEN_BYTES = 32
_NEVER = datetime.max.replace(tzinfo=UTC)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


class BadHorizon(Invalid):
    """The mail cannot look so far ahead."""


class BadMonth(Invalid):
    """This is no month."""


class Place(NamedTuple):
    """What awaits somebody in a structure."""

    structure: str
    name: str
    tasks: tuple[Task, ...]


class Group(NamedTuple):
    """Tasks that are as near as one another, under the words that say it."""

    title: str
    tasks: tuple[Task, ...]


class Month(NamedTuple):
    """A month, and what happens in it, in order."""

    first: date
    dates: tuple["Listed", ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A date, with the package that gives it (its name, and what people call it)."""

    source: str
    label: str
    item: Dated


_TITLES = {Urgency.LATE: "En retard", Urgency.SOON: "Dans les deux jours", Urgency.LATER: "Plus tard"}
_UNDATED = "Sans échéance"


def by_urgency(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Return tasks, the one due first before the others, those without a deadline last; each key once."""
    once = {task.key: task for task in tasks}.values()
    return tuple(sorted(once, key=lambda task: (_end(task), task.title, task.key)))


def groups(tasks: Sequence[Task], at: datetime) -> tuple[Group, ...]:
    """Return sorted tasks under « En retard », « Dans les deux jours », « Plus tard », « Sans échéance »."""
    return tuple(Group(title, tuple(held)) for title, held in groupby(tasks, key=lambda task: _title(task, at)))


def late(tasks: Iterable[Task], at: datetime) -> int:
    """Return how many tasks are past their deadline."""
    return sum(task.due is not None and french.urgency(task.due, at) is Urgency.LATE for task in tasks)


def due_within(tasks: Iterable[Task], days: int, at: datetime, zone: ZoneInfo = PARIS) -> tuple[Task, ...]:
    """Return the tasks that are late or due in so many days, today not counted, in their order."""
    last = french.end_of(day(at, zone) + timedelta(days=days), zone)
    return tuple(task for task in tasks if task.due is not None and french.end_of(task.due, zone) <= last)


def check_horizon(days: int) -> int:
    """Return how many days ahead the morning mail looks, 0 for none; raises BadHorizon."""
    if days not in HORIZONS:
        raise BadHorizon("Choisissez une des durées proposées.", field="days")
    return days


def anything(_: str) -> bool:
    """Refuse nothing."""
    return False


def morning(
    name: str, places: Sequence[Place], link: str, at: datetime, refuses: Callable[[str], bool] = anything
) -> Letter | None:
    """Return the mail of a morning for what awaits someone in their structures, or None when nothing does.

    The structure is named when there are several. Each line is cut to what a mail may hold; one that the control of
    mails refuses says only that there is something to do, and when: the rest still leaves.
    """
    held = [(place, task) for place in places for task in place.tasks]
    held.sort(key=lambda pair: _end(pair[1]))
    if not held:
        return None
    count, past = len(held), late((task for _, task in held), at)
    many = "s" if count > 1 else ""
    must = f"{count} chose{many} à faire"
    must += f", dont {past} en retard" if past else ", la première" if count > 1 else ""
    several = len([place for place in places if place.tasks]) > 1
    said = ((_line(task, at, place.name if several else ""), task) for place, task in held[:SHOWN_IN_MAIL])
    lines = [_bare(task, at) if refuses(line) else line for line, task in said]
    lines += [f"… et {count - SHOWN_IN_MAIL} de plus."] if count > SHOWN_IN_MAIL else []
    first = None if past else held[0][1].due
    return letter(name, must, first, [*lines, "", "Pour régler ou arrêter ce message : Mon compte, Agenda."], link)


def months(dates: Iterable[Listed], zone: ZoneInfo = PARIS) -> tuple[Month, ...]:
    """Return dates in order, by month; each key once."""
    once = {one.item.key: one for one in dates}.values()
    ordered = sorted(once, key=lambda one: (_moment(one.item.when, zone), one.item.title, one.item.key))
    grouped = groupby(ordered, key=lambda one: _day(one.item.when, zone).replace(day=1))
    return tuple(Month(first, tuple(held)) for first, held in grouped)


def month_of(text: str | None) -> date | None:
    """Return the first day of a month written « 2026-05 », or None for nothing; raises BadMonth."""
    if not text:
        return None
    found = _MONTH.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), 1) if found else _refuse_month()
    except ValueError:
        return _refuse_month()


def sources(dates: Collection[Listed]) -> tuple[tuple[str, str], ...]:
    """Return the packages that give dates, with what people call them, by that name."""
    return tuple(sorted({(one.source, one.label) for one in dates}, key=lambda pair: pair[1]))


def code_of(article: str, codes: Collection[str]) -> str | None:
    """Return the convention whose code an article begins with, among those known.

    >>> code_of("S0, annexe 4, § 8", {"S0", "S1"})
    'S0'
    """
    code = article.partition(",")[0].strip()
    return code if code in codes else None


def _end(task: Task) -> datetime:
    return _NEVER if task.due is None else french.end_of(task.due)


def _title(task: Task, at: datetime) -> str:
    return _UNDATED if task.due is None else _TITLES[french.urgency(task.due, at)]


def _line(task: Task, at: datetime, structure: str) -> str:
    due = "" if task.due is None else french.deadline(task.due, at, task.article)
    where = f"[{structure}] " if structure else ""
    text = f"– {where}{task.title} : {due}"
    return text if len(text) <= LINE else text[: LINE - 1] + "…"


def _bare(task: Task, at: datetime) -> str:
    return "– Une chose à faire" if task.due is None else f"– Une chose à faire : {french.deadline(task.due, at)}"


def _moment(when: datetime | date, zone: ZoneInfo) -> datetime:
    return when if isinstance(when, datetime) else datetime(when.year, when.month, when.day, tzinfo=zone)


def _day(when: datetime | date, zone: ZoneInfo) -> date:
    return day(when, zone) if isinstance(when, datetime) else when


def _refuse_month() -> date:
    raise BadMonth("Ce mois n'existe pas : écrivez-le sous la forme 2026-05.", field="mois")
