"""How long a session lasts, how fresh its proof is, and what is said of the browser it was opened with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from governance.core.refusals import Forbidden

# What proves two factors by itself: nothing more is asked, even of who has set none up here.
STRONG = frozenset({"passkey", "oidc-2"})

# Between the password and the second factor: time to find one's telephone, no more.
HALF_WAY = timedelta(minutes=15)

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


class Stage(StrEnum):
    """How far a session has come: only an open one lets anybody act."""

    CODE = "code"  # the password was right, the second factor is awaited
    ENROLMENT = "enrolment"  # the role requires a second factor that is still to be set up: never kept, always asked
    OPEN = "open"


class NotFresh(Forbidden):
    """The act is a dangerous one, and who they are was proved too long ago."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session may stay unused, how long it may last, and whether roles may require a second factor."""

    idle: timedelta
    life: timedelta
    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """When a session was opened and last seen."""

    opened: datetime
    seen: datetime


def is_live(stage: Stage, times: Times, limits: Limits, at: datetime) -> bool:
    """Say whether a session still holds."""
    life = limits.life if stage is Stage.OPEN else HALF_WAY
    return at - times.seen <= limits.idle and at - times.opened <= life


def is_fresh(proved_at: datetime, within: timedelta, at: datetime) -> bool:
    """Say whether the person proved who they are recently enough."""
    return at - proved_at <= within


def agent_family(user_agent: str) -> str:
    """Return the family of a browser and of its system, never a version, which would tell people apart.

    >>> agent_family("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox, Linux'
    >>> agent_family("curl/8")
    'Navigateur inconnu'
    """
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    return ", ".join(part for part in (browser, system) if part) or "Navigateur inconnu"
