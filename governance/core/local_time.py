"""From a local time, as a clock shows it, to the instant: an hour may have come twice that night, or never."""

from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from governance.core.refusals import Invalid


class Which(StrEnum):
    """Which of two, when the clock showed a time twice: before it was set back, or after."""

    FIRST = "premiere"
    SECOND = "seconde"


class Twice(Invalid):
    """The clock showed that time twice that night: which one has to be asked."""


class Never(Invalid):
    """The clock skipped that time that night."""


def instant_of(local: datetime, zone: ZoneInfo, which: Which | None = None, *, field: str | None = None) -> datetime:
    """Return the instant (aware, UTC) of a local time without zone; `which` tells apart a time that came twice.

    Raises Twice when it came twice and `which` is None, Never when it did not come.

    >>> instant_of(datetime(2026, 7, 14, 9, 30), ZoneInfo("Europe/Paris")).isoformat()
    '2026-07-14T07:30:00+00:00'
    """
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    said = f"{local.hour} h {local.minute:02}"
    if first.astimezone(zone).replace(tzinfo=None) != local:
        raise Never(_skipped(said, first.astimezone(zone)), field=field)
    if which is None:
        raise Twice(
            f"{said} est venu deux fois cette nuit-là, avant et après le passage à l'heure d'hiver : dites laquelle.",
            field=field,
        )
    return first if which is Which.FIRST else second


def _skipped(said: str, resumed: datetime) -> str:
    # Read as before the change, a time that was skipped falls as much after the gap.
    return (
        f"{said} n'a pas existé cette nuit-là : l'horloge est passée à l'heure d'été, et {said} est devenu "
        f"{resumed.hour} h {resumed.minute:02}. Indiquez l'heure que montrait l'horloge."
    )
