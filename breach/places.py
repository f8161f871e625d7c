"""Where a structure is, and which caisses its conventions name."""

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from breach.zones import ZONES
from governance.conventions.queries import UnknownConvention, find_convention
from governance.core.clock import PARIS
from governance.people.queries import adoptions


def caisses_of(session: Session, structure: str) -> tuple[tuple[str, str, str], ...]:
    """Return the caisses of a structure's conventions, as (convention, caisse, name), ended ones included.

    What was entrusted under a convention that ended stays protected by it.
    """
    found = (find_convention(session, one.code, structure) for one in adoptions(session, structure))
    return tuple((convention.code, one.code, one.name) for convention in found for one in convention.caisses)


def zone_of(session: Session, structure: str) -> ZoneInfo:
    """Return the zone in which a structure's people read the clock: that of its first caisse, Paris without one."""
    for adoption in adoptions(session, structure):
        for caisse in find_convention(session, adoption.code, structure).caisses:
            return ZONES[caisse.zone]
    return PARIS


def naming(session: Session) -> Callable[[str, str], str]:
    """Return `name_of` for a page, which asks for each caisse once."""
    return cache(lambda convention, caisse: name_of(session, convention, caisse))


def name_of(session: Session, convention: str, caisse: str) -> str:
    """Return a caisse's name, its code when no text names it, nothing for none."""
    if not convention:
        return ""
    try:
        named = find_convention(session, convention).caisse(caisse)
    except UnknownConvention:
        named = None
    return f"{named.name if named else caisse} ({convention})"
