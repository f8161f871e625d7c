"""How the law may count 72 hours, beside the prudent limit: told with its text, never what an alarm waits for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from governance.core.spans import Span, add_hours

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Legal:
    """A reading of règlement 1182/71, art. 3: the hour of the event is not counted, nothing rolls over."""

    starts_at: datetime
    ends_at: datetime


def legal_reading(aware_at: datetime, within: Span) -> Legal:
    """Return when a period starts and ends if the hour of the event is not counted (règlement 1182/71, art. 3, § 1).

    It ends at most an hour after the prudent limit, never before; week-ends and holidays count (§ 4).

    >>> from governance.core.spans import Unit
    >>> legal_reading(datetime(2026, 4, 30, 15, 30, tzinfo=UTC), Span(72, Unit.HOURS)).ends_at.isoformat()
    '2026-05-03T16:00:00+00:00'
    """
    at = aware_at.astimezone(UTC)
    starts = at.replace(minute=0, second=0, microsecond=0) + HOUR
    return Legal(starts, add_hours(starts, within.amount))
