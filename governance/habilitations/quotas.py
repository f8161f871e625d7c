"""How many accounts a structure may hold, by its size (A2, A3, A4): bands whose ends count."""

from dataclasses import dataclass
from enum import StrEnum

from governance.conventions.cited import Cited
from governance.conventions.values.accounts import Profile, Quota, Unlimited
from governance.core.refusals import Conflict, Invalid


class Standing(StrEnum):
    """How a count stands before its ceiling."""

    UNKNOWN = "taille_inconnue"
    FREE = "sans_plafond"
    ROOM = "place"
    FULL = "complet"
    OVER = "au_dela"


class OverQuota(Conflict):
    """The convention allows no more accounts of this profile for a structure of this size."""


class NoSize(Invalid):
    """The ceiling depends on a size that nobody has told."""


@dataclass(frozen=True, slots=True)
class Room:
    """The accounts of a profile that are held, and how many may be; `warns` above a number that blocks nothing."""

    profile: Profile
    held: int
    members: int | None
    ceiling: int | Unlimited | None
    standing: Standing
    warns: bool = False
    exact: bool = False
    minimum: int | None = None


def room(profile: Profile, cited: Cited[Quota], members: int | None, held: int) -> Room:
    """Return how a count stands: persons are counted, once each (CONVENTIONS.md 1.8); where a text is silent, no limit.

    >>> from governance.conventions.shipped import shipped
    >>> from datetime import date
    >>> room(Profile.GESTIONNAIRE, shipped()["S3"].on(date(2026, 1, 1)).A2, 11, 3).standing
    <Standing.FULL: 'complet'>
    """
    rule = cited.operative
    if rule is None:
        return Room(profile, held, members, None, Standing.FREE)
    warns = rule.warn_above is not None and held > rule.warn_above
    ceiling = None if members is None and len(rule.bands) > 1 else rule.ceiling(members or 1)
    standing = _standing(ceiling, held)
    return Room(profile, held, members, ceiling, standing, warns, rule.exact_count, rule.minimum)


def _standing(ceiling: int | Unlimited | None, held: int) -> Standing:
    if ceiling is None:
        return Standing.UNKNOWN
    if isinstance(ceiling, Unlimited):
        return Standing.FREE
    return Standing.ROOM if held < ceiling else Standing.FULL if held == ceiling else Standing.OVER


def check_room(found: Room, article: str) -> None:
    """Refuse one account more: OverQuota when the ceiling is reached, NoSize when it is unknown."""
    if found.standing is Standing.UNKNOWN:
        raise NoSize(
            "Le nombre de comptes permis dépend de la taille de la structure : dites d'abord combien elle compte de "
            f"membres ({article})."
        )
    if found.standing in {Standing.FULL, Standing.OVER}:
        raise OverQuota(
            f"La convention permet {found.ceiling} comptes de {found.profile} à votre structure, et {found.held} sont "
            f"ouverts ou demandés ({article})."
        )
