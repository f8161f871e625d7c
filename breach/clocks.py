"""Clocks of duties: what share of the time has gone, which alarms that makes, and the word for where it stands."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LEVELS = (50, 75, 90, 100)


class State(StrEnum):
    """Where a clock stands, in the words that pages show; worst first."""

    LATE = "limite dépassée"
    ALARM = "alarme : délai prudent dépassé"
    URGENT = "urgent"
    SOON = "à faire sans attendre"
    RUNNING = "en cours"
    OPEN = "à faire, sans délai chiffré"
    WAITING = "ne court pas encore"
    DONE_LATE = "fait en retard"
    DONE = "fait, preuve au dossier"
    WITHDRAWN = "n'est plus dû"


ORDER = {state: rank for rank, state in enumerate(State)}
_HALF, _NEAR = 50, 90


@dataclass(frozen=True, slots=True)
class Clock:
    """The instants of one duty: from when it runs, until when, and whether it stopped."""

    started_at: datetime | None
    alarm_at: datetime | None
    limit_at: datetime | None
    discharged_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def is_stopped(self) -> bool:
        """Say whether nothing more is owed."""
        return self.discharged_at is not None or self.withdrawn_at is not None


def crossing(clock: Clock, level: int) -> datetime | None:
    """Return the instant at which a share (in %) of the prudent time has gone, None for a clock that does not run.

    >>> from datetime import UTC, timedelta
    >>> start = datetime(2026, 5, 1, tzinfo=UTC)
    >>> crossing(Clock(start, start + timedelta(hours=24), None), 75).hour
    18
    """
    if clock.started_at is None or clock.alarm_at is None:
        return None
    return clock.started_at + (clock.alarm_at - clock.started_at) * level / 100


def alarms(clock: Clock, raised: Container[int], at: datetime) -> tuple[int, ...]:
    """Return the levels (50, 75, 90, 100 %) crossed at an instant and not yet raised, lowest first."""
    if clock.is_stopped:
        return ()
    return tuple(level for level in LEVELS if level not in raised and _is_past(crossing(clock, level), at))


def next_crossing(clock: Clock, raised: Container[int]) -> datetime | None:
    """Return when the next alarm is due, None when no more will be."""
    if clock.is_stopped:
        return None
    return next((crossing(clock, level) for level in LEVELS if level not in raised), None)


def state(clock: Clock, at: datetime) -> State:
    """Return where a clock stands at an instant."""
    if clock.withdrawn_at is not None:
        return State.WITHDRAWN
    if clock.discharged_at is not None:
        return State.DONE_LATE if is_late(clock) else State.DONE
    return _running(clock, at)


def is_late(clock: Clock) -> bool:
    """Say whether a duty was done after what its text allows: the reason is then required (RGPD, art. 33, § 1).

    « Immédiatement » leaves no minute to do it in: our own target, later than the fact itself, then tells what is late.
    """
    limits = [one for one in (clock.limit_at, clock.alarm_at) if one is not None]
    return clock.discharged_at is not None and bool(limits) and clock.discharged_at > max(limits)


def _running(clock: Clock, at: datetime) -> State:
    if clock.started_at is None:
        return State.WAITING
    if clock.alarm_at is None:
        return State.OPEN
    if clock.limit_at is not None and at > max(clock.limit_at, clock.alarm_at):
        return State.LATE
    if at > clock.alarm_at:
        return State.ALARM
    passed = [level for level in (_HALF, _NEAR) if _is_past(crossing(clock, level), at)]
    return (State.RUNNING, State.SOON, State.URGENT)[len(passed)]


def _is_past(crossed: datetime | None, at: datetime) -> bool:
    return crossed is not None and crossed <= at
