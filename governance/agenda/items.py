"""What a package says awaits someone, and what it says happens on a day.

A package gives both as `Feature(tasks=…, dates=…)`: functions of a session, an actor and an instant, which only read,
return nothing to who holds no permission, and write paths plainly (`/envois`): the morning mail asks them too, from a
job that has no request.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Task:
    """Something that awaits the person asking: what, the button that begins it, and until when.

    `key` is opaque and stable (`breach.duty:1f0c…`); `title` holds no personal data of insured persons; `href` is the
    page's path; `article` is the convention's or the law's, with its code (« S0, annexe 4, § 8 »).
    """

    key: str
    title: str
    verb: str
    href: str
    due: datetime | date | None = None
    article: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """A day or an instant that matters, for the agenda and its iCalendar feed (RFC 5545); fields as in `Task`."""

    key: str
    title: str
    when: datetime | date
    href: str
    article: str = ""
