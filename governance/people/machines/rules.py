"""What a machine's key and its access tokens must be."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from governance.core.refusals import Invalid
from governance.people.rules import MACHINE_SCOPES, Permission

LONGEST_OVERLAP = timedelta(days=90)
USUAL_OVERLAP = timedelta(days=7)
TOKEN_LIFE = timedelta(minutes=10)  # short: what is signed cannot be taken back, though the key is looked up each time


@dataclass(frozen=True, slots=True)
class Token:
    """What an access token says: for which key, and which of its scopes."""

    key_id: str
    scopes: frozenset[Permission]


def check_overlap(days: int) -> timedelta:
    """Return how long the former secret still serves; refuse (Invalid) less than none or more than 90 days.

    >>> check_overlap(7)
    datetime.timedelta(days=7)
    """
    if not 0 <= days <= LONGEST_OVERLAP.days:
        raise Invalid(f"L'ancien secret peut servir encore de 0 à {LONGEST_OVERLAP.days} jours.", field="days")
    return timedelta(days=days)


def check_expiry(on: date, today: date) -> None:
    """Refuse (Invalid) a last day that is already past."""
    if on < today:
        raise Invalid("Ce dernier jour est déjà passé.", field="until")


def scopes_in(said: str, held: Collection[Permission]) -> frozenset[Permission]:
    """Return the scopes asked for that the key holds; none asked means all of them (RFC 6749, § 3.3).

    >>> sorted(scopes_in("scan inconnue", {Permission.SCAN, Permission.READ_RECEIPT}))
    [<Permission.SCAN: 'scan'>]
    """
    wanted = set(said.split())
    return frozenset(scope for scope in held if scope in MACHINE_SCOPES and (not wanted or scope.value in wanted))
