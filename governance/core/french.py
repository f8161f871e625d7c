"""Days, instants and the time that is left, in French words: the one place that says them, on pages, mails and paper.

« dans 3 h 12 (ven. 1er mai, 17 h 30) — 24 h, S0 annexe 4 § 8 »
"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from governance.core.clock import PARIS
from governance.core.clock import day as local_day

_DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip

_HARD = "\N{NO-BREAK SPACE}"
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


class Urgency(StrEnum):
    """How near a deadline is; words say it, colour only follows."""

    LATE = "retard"
    SOON = "proche"
    LATER = "loin"


def day(on: date) -> str:
    """Return « 22 novembre 2026 », « 1er mai 2026 »."""
    return f"{_number(on)} {MONTHS[on.month - 1]} {on.year}"


def instant(at: datetime, zone: ZoneInfo = PARIS) -> str:
    """Return « 22 novembre 2026, 17 h 30 », in a zone."""
    local = at.astimezone(zone)
    return f"{day(local)}, {local.hour} h {local.minute:02}"


def month(on: date) -> str:
    """Return « mai 2026 »."""
    return f"{MONTHS[on.month - 1]} {on.year}"


def said(when: datetime | date, zone: ZoneInfo = PARIS) -> str:
    """Return « ven. 1er mai, 17 h 30 » for an instant, in a zone, « ven. 1er mai » for a day.

    >>> said(date(2026, 5, 1))
    'ven. 1er mai'
    """
    if not isinstance(when, datetime):
        return f"{_DAYS[when.weekday()]} {_number(when)} {MONTHS[when.month - 1]}"
    local = when.astimezone(zone)
    minutes = f"{_HARD}{local.minute:02}" if local.minute else ""
    return f"{said(local.date())}, {local.hour}{_HARD}h{minutes}"


def remaining(due: datetime | date, at: datetime, zone: ZoneInfo = PARIS) -> str:
    """Return how long is left: « dans 3 h 12 », « demain », « en retard de 2 jours »; a day lasts until its end.

    >>> remaining(date(2026, 4, 30), datetime.fromisoformat("2026-04-29T10:00:00+00:00"))
    'demain'
    """
    if not isinstance(due, datetime):
        return _days_left((due - local_day(at, zone)).days)
    return f"dans {_length(due - at)}" if due >= at else f"en retard de {_length(at - due)}"


def until(when: datetime | date, at: datetime, zone: ZoneInfo = PARIS) -> str:
    """Return how far a date is: « dans 3 jours », « hier », « il y a 2 h »; nobody is late for it."""
    if isinstance(when, datetime):
        return remaining(when, at, zone) if when >= at else f"il y a {_length(at - when)}"
    days = (when - local_day(at, zone)).days
    if days >= 0:
        return _days_left(days)
    return "hier" if days == -1 else f"il y a {_counted(-days)}"


def deadline(due: datetime | date, at: datetime, article: str = "", zone: ZoneInfo = PARIS) -> str:
    """Return the time left, the local date, and what sets it: « dans 3 h 12 (ven. 1er mai, 17 h 30) — article »."""
    sets = f" — {article}" if article else ""
    return f"{remaining(due, at, zone)} ({said(due, zone)}){sets}"


def urgency(due: datetime | date, at: datetime, zone: ZoneInfo = PARIS) -> Urgency:
    """Return how near a deadline is: past, within two days, or further."""
    left = end_of(due, zone) - at
    if left < timedelta():
        return Urgency.LATE
    return Urgency.SOON if left <= 2 * _DAY else Urgency.LATER


def end_of(due: datetime | date, zone: ZoneInfo = PARIS) -> datetime:
    """Return the instant at which a deadline is past: for a day, the midnight that ends it, in a zone."""
    return due if isinstance(due, datetime) else datetime.combine(due + _DAY, time(), zone)


def _days_left(days: int) -> str:
    if days < 0:
        return f"en retard de {_counted(-days)}"
    return {0: "aujourd'hui", 1: "demain"}.get(days, f"dans {_counted(days)}")


def _counted(days: int) -> str:
    return f"{days}{_HARD}jour{'s' if days > 1 else ''}"


def _length(left: timedelta) -> str:
    minutes = left // timedelta(minutes=1)
    if minutes == 0:
        return "moins d'une minute"
    if left < _HOUR:
        return f"{minutes}{_HARD}min"
    hours = left // _HOUR
    if left < _DAY:
        rest = minutes % 60
        return f"{hours}{_HARD}h{_HARD}{rest:02}" if rest else f"{hours}{_HARD}h"
    if left < _WEEK:
        rest = hours % 24
        return f"{hours // 24}{_HARD}j{_HARD}{rest}{_HARD}h" if rest else _counted(hours // 24)
    return _counted(left // _DAY)


def _number(on: date) -> str:
    return "1er" if on.day == 1 else str(on.day)
