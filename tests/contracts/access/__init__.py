"""Who may call each route: a new route is named here, or the build fails."""

from collections.abc import Mapping

from tests.contracts.access import breach, checking, conventions, ending, foundation
from tests.contracts.access.kinds import Access

ROOMS = (foundation, conventions, breach, checking, ending)
ACCESS: Mapping[str, Access] = {name: access for room in ROOMS for name, access in room.ACCESS.items()}

__all__ = ["ACCESS", "Access"]
