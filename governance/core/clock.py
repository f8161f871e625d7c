"""The only reader of the machine's clock: once per request, job or command."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def day(at: datetime, zone: ZoneInfo = PARIS) -> date:
    """Return the local day of an instant.

    >>> day(datetime(2026, 3, 28, 23, 30, tzinfo=UTC))
    datetime.date(2026, 3, 29)
    """
    return at.astimezone(zone).date()


def running(at: datetime) -> Callable[[], datetime]:
    """Return a clock that starts at an instant and goes on as time passes: for work that lasts."""
    started = monotonic()
    return lambda: at + timedelta(seconds=monotonic() - started)
