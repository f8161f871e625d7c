"""The clock on the wall where a structure is: the zone in which its people type and read times."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from governance.conventions.terms import Zone
from governance.core.clock import PARIS
from governance.core.refusals import Invalid

ZONES: Mapping[Zone, ZoneInfo] = {
    Zone.METROPOLE: PARIS,
    Zone.ALSACE_MOSELLE: PARIS,
    Zone.GUADELOUPE: ZoneInfo("America/Guadeloupe"),
    Zone.GUYANE: ZoneInfo("America/Cayenne"),
    Zone.MARTINIQUE: ZoneInfo("America/Martinique"),
    Zone.MAYOTTE: ZoneInfo("Indian/Mayotte"),
    Zone.LA_REUNION: ZoneInfo("Indian/Reunion"),
    Zone.SAINT_BARTHELEMY: ZoneInfo("America/St_Barthelemy"),
    Zone.SAINT_MARTIN: ZoneInfo("America/Marigot"),
}


def find_zone(name: str) -> ZoneInfo:
    """Return a zone by its name in the IANA database; raises Invalid.

    >>> find_zone("Indian/Reunion").key
    'Indian/Reunion'
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("Ce fuseau horaire n'existe pas.", field="zone") from None
