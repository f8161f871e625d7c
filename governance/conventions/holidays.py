"""Public holidays of the zone a caisse follows, for durations counted in « jours ouvrés ».

The `holidays` library names the days; of its local days only those the code du travail makes holidays are kept. What
is merely usual overseas (Mi-Carême, Vendredi saint, fête de Victor Schœlcher) would push deadlines back without a text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from holidays.countries.france import France

from governance.conventions.terms import Zone

_YEARS_KEPT = 600  # nine zones, over more than sixty years

# The library's code of each zone, and the names of its local days that are holidays by law: code du travail, L3134-13
# for Alsace-Moselle, L3422-2 for the abolition of slavery, whose day each overseas territory has by decree.
_GOOD_FRIDAY, _ABOLITION = "Vendredi saint", "Abolition de l'esclavage"
_LOCAL: Mapping[Zone, tuple[str | None, frozenset[str]]] = {
    Zone.METROPOLE: (None, frozenset()),
    Zone.ALSACE_MOSELLE: ("57", frozenset({_GOOD_FRIDAY, "Saint-Étienne"})),
    Zone.GUADELOUPE: ("971", frozenset({_ABOLITION})),
    Zone.MARTINIQUE: ("972", frozenset({_ABOLITION})),
    Zone.GUYANE: ("973", frozenset({_ABOLITION})),
    Zone.LA_REUNION: ("974", frozenset({_ABOLITION})),
    Zone.MAYOTTE: ("976", frozenset({_ABOLITION})),
    Zone.SAINT_BARTHELEMY: ("BL", frozenset({_ABOLITION})),
    Zone.SAINT_MARTIN: ("MF", frozenset({_ABOLITION})),
}

_BY_COMMUNE: Mapping[Zone, str] = {
    Zone.ALSACE_MOSELLE: (
        "Le Vendredi saint n'est férié que dans les communes qui ont un temple protestant ou une église mixte "
        "(code du travail, art. L3134-13) : il est compté comme férié ; si la commune de la caisse n'en a pas, "
        "les échéances en jours ouvrés qui le traversent tombent un jour plus tôt."
    ),
}


@dataclass(frozen=True, slots=True)
class Holidays:
    """The public holidays of a zone, whatever the year: `day in holidays`."""

    zone: Zone

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in named(self.zone, day.year)


def holidays_of(zone: Zone) -> Holidays:
    """Return the public holidays of a zone (code du travail, L3133-1, L3134-13, L3422-2), for `spans.after`.

    >>> date(2026, 4, 3) in holidays_of(Zone.ALSACE_MOSELLE), date(2026, 4, 3) in holidays_of(Zone.METROPOLE)
    (True, False)
    """
    return Holidays(zone)


@lru_cache(maxsize=_YEARS_KEPT)
def named(zone: Zone, year: int) -> Mapping[date, str]:
    """Return the public holidays of a year, each with its French name, in order.

    >>> list(named(Zone.METROPOLE, 2026).items())[0]
    (datetime.date(2026, 1, 1), "Jour de l'an")
    """
    code, legal = _LOCAL[zone]
    found = dict(France(years=year, expand=False, language="fr"))
    local = France(subdiv=code, years=year, expand=False, language="fr") if code else {}
    # Two holidays may share a day, whose names then follow each other.
    found |= {day: name for day, name in local.items() if not legal.isdisjoint(name.split("; "))}
    return MappingProxyType(dict(sorted(found.items())))


def varies_by_commune(zone: Zone) -> str | None:
    """Return what to tell people of a zone whose holidays are not the same in every commune, or None."""
    return _BY_COMMUNE.get(zone)
