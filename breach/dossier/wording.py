"""How instants and names are written in what leaves the service: whole, with their year, in the structure's zone."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from breach.severity.rules import Risk
from governance.core import french
from governance.core.clock import PARIS

RISKS: Mapping[Risk, str] = {
    Risk.UNLIKELY: "violation peu susceptible d'engendrer un risque (art. 33(1))",
    Risk.RISK: "risque pour les droits et libertés (art. 33(1))",
    Risk.HIGH: "risque élevé (art. 34(1))",
}


def instant(at: datetime, zone: ZoneInfo = PARIS, *, is_estimated: bool = False) -> str:
    """Return « 1er mai 2026, 17 h 30 (estimé) », as the clock showed it in a zone, named when it is not Paris.

    >>> from datetime import UTC
    >>> instant(datetime(2026, 5, 1, 15, 30, tzinfo=UTC)).replace(chr(160), " ")
    '1er mai 2026, 17 h 30'
    """
    where = "" if zone == PARIS else f", heure de {zone.key.rpartition('/')[2].replace('_', ' ')}"
    return f"{french.instant(at, zone)}{where}{' (estimé)' if is_estimated else ''}"
