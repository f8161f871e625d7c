"""Durations as contracts write them, and the days or instants they lead to."""

import re
from calendar import monthrange
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from governance.core.refusals import Invalid

SATURDAY = 5
MONTHS_A_YEAR = 12


class Unit(StrEnum):
    """What a duration is counted in; « jours » without a word is kept apart from « jours calendaires »."""

    IMMEDIATE = "immédiatement"
    HOURS = "h"
    DAYS = "jours"
    CALENDAR_DAYS = "jours calendaires"
    WORKING_DAYS = "jours ouvrés"
    MONTHS = "mois"
    YEARS = "ans"


WORDS = {
    "h": Unit.HOURS,
    "heure": Unit.HOURS,
    "heures": Unit.HOURS,
    "d": Unit.DAYS,
    "j": Unit.DAYS,
    "jour": Unit.DAYS,
    "jours": Unit.DAYS,
    "jour calendaire": Unit.CALENDAR_DAYS,
    "jours calendaires": Unit.CALENDAR_DAYS,
    "jour ouvré": Unit.WORKING_DAYS,
    "jours ouvrés": Unit.WORKING_DAYS,
    "mo": Unit.MONTHS,
    "mois": Unit.MONTHS,
    "y": Unit.YEARS,
    "an": Unit.YEARS,
    "ans": Unit.YEARS,
}
SINGULAR = {
    Unit.DAYS: "jour",
    Unit.CALENDAR_DAYS: "jour calendaire",
    Unit.WORKING_DAYS: "jour ouvré",
    Unit.YEARS: "an",
}
AT_ONCE = ("immédiatement", "immédiat", "sans délai")
WRITTEN = re.compile(r"([1-9][0-9]{0,2}) ?([a-zé]+(?: [a-zé]+)?)")


class BadSpan(Invalid):
    """This is no duration."""


@dataclass(frozen=True, slots=True)
class Span:
    """A duration and its unit; « immédiatement » has no amount.

    >>> str(Span(5, Unit.WORKING_DAYS)), str(Span(1, Unit.YEARS))
    ('5 jours ouvrés', '1 an')
    """

    amount: int
    unit: Unit

    def __str__(self) -> str:
        if self.unit is Unit.IMMEDIATE:
            return str(self.unit)
        return f"{self.amount} {SINGULAR.get(self.unit, self.unit) if self.amount == 1 else self.unit}"


def parse(text: str) -> Span:
    """Return the duration that a text writes (« 24 h », « 5 jours ouvrés », « 6 mois »…); raises BadSpan.

    >>> parse("30 jours calendaires")
    Span(amount=30, unit=<Unit.CALENDAR_DAYS: 'jours calendaires'>)
    """
    written = text.strip().lower()
    if written in AT_ONCE:
        return Span(0, Unit.IMMEDIATE)
    found = WRITTEN.fullmatch(written)
    if found is None or found[2] not in WORDS:
        raise BadSpan("Durée illisible : écrivez « 24 h », « 5 jours ouvrés », « 6 mois », « immédiatement »…")
    return Span(int(found[1]), WORDS[found[2]])


def add_hours(at: datetime, hours: int) -> datetime:
    """Return the instant so many hours later, in UTC: nights, week-ends and holidays count (LAW.md 2.2).

    Raises ValueError when the instant is naive.
    """
    if at.tzinfo is None:
        raise ValueError("an instant must be aware")
    return at.astimezone(UTC) + timedelta(hours=hours)


def add_days(on: date, days: int) -> date:
    """Return the day so many calendar days later; the first day does not count."""
    return on + timedelta(days=days)


def add_months(on: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day (règlement 1182/71, art. 3(2)(c)).

    >>> add_months(date(2026, 1, 31), 1), add_months(date(2026, 1, 31), 3)
    (datetime.date(2026, 2, 28), datetime.date(2026, 4, 30))
    """
    years, month = divmod(on.year * MONTHS_A_YEAR + on.month - 1 + months, MONTHS_A_YEAR)
    return date(years, month + 1, min(on.day, monthrange(years, month + 1)[1]))


def is_working_day(on: date, holidays: Container[date]) -> bool:
    """Tell whether a day is « ouvré »: Monday to Friday, and no holiday of the caisse's zone."""
    return on.weekday() < SATURDAY and on not in holidays


def roll(on: date, holidays: Container[date]) -> date:
    """Return the day itself, or the next working day (règlement 1182/71, art. 3(4); never for contracts)."""
    while not is_working_day(on, holidays):
        on += timedelta(days=1)
    return on


def add_working_days(on: date, days: int, holidays: Container[date]) -> date:
    """Return the last of so many working days after a day, or before it when `days` is negative."""
    step = timedelta(days=1 if days > 0 else -1)
    left = abs(days)
    while left:
        on += step
        left -= is_working_day(on, holidays)
    return on


def after(on: date, span: Span, holidays: Container[date] = frozenset()) -> date:
    """Return the day on which a duration ends; raises BadSpan for hours, which run from an instant."""
    return _shift(on, span, 1, holidays)


def before(on: date, span: Span, holidays: Container[date] = frozenset()) -> date:
    """Return the day from which a duration leads to `on`, counted backwards; raises BadSpan for hours."""
    return _shift(on, span, -1, holidays)


def due(at: datetime, span: Span) -> datetime:
    """Return the instant at which a duration in hours ends, or `at` itself when it is immediate; raises BadSpan."""
    if span.unit is Unit.IMMEDIATE or span.unit is Unit.HOURS:
        return add_hours(at, span.amount)
    raise BadSpan("Cette durée se compte à partir d'un jour, non d'un instant.")


def _shift(on: date, span: Span, way: int, holidays: Container[date]) -> date:
    amount = way * span.amount
    match span.unit:
        case Unit.DAYS | Unit.CALENDAR_DAYS:
            return add_days(on, amount)
        case Unit.WORKING_DAYS:
            return add_working_days(on, amount, holidays)
        case Unit.MONTHS:
            return add_months(on, amount)
        case Unit.YEARS:
            return add_months(on, amount * MONTHS_A_YEAR)
        case Unit.IMMEDIATE:
            return on
        case Unit.HOURS:
            raise BadSpan("Une durée en heures se compte à partir d'un instant, non d'un jour.")
