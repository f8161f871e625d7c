"""A line of a list, once understood: an account as the portal tells it, a member of staff as the employer does."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.conventions.values.accounts import Profile
from governance.habilitations.agents.rules import Civility, Tie


class ListKind(StrEnum):
    """Which list it is."""

    PORTAL = "portail"
    STAFF = "personnel"


class PortalState(StrEnum):
    """What the portal says of an account."""

    ACTIVE = "actif"
    PENDING = "en_attente"
    INACTIVE = "inactif"


@dataclass(frozen=True, slots=True)
class PortalLine:
    """An account as the portal lists it; `line` is its number in the file."""

    line: int
    email: str
    last_name: str
    first_name: str
    profile: Profile
    state: PortalState = PortalState.ACTIVE
    civility: Civility | None = None
    fonction: str = ""
    phone: str | None = None
    created_on: date | None = None
    last_seen_on: date | None = None
    inactive_on: date | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Return what tells it apart from the other lines."""
        return (self.email, self.profile)


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A member of staff as the employer lists them."""

    line: int
    email: str
    last_name: str
    first_name: str
    civility: Civility | None = None
    fonction: str = ""
    phone: str | None = None
    tie: Tie | None = None
    joined_on: date | None = None
    left_on: date | None = None
    committed_on: date | None = None
    trained_on: date | None = None
    trained_until: date | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Return what tells them apart from the other lines."""
        return (self.email,)


Line = PortalLine | StaffLine


@dataclass(frozen=True, slots=True)
class Mistake:
    """What has to be corrected in the file: where, and why; column as a person calls it."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a file; with mistakes, nothing of it may be kept. `notes` are told and stop nothing."""

    lines: tuple[Line, ...]
    mistakes: tuple[Mistake, ...]
    notes: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]  # as the file calls each, as it was understood
    ignored: tuple[str, ...]
