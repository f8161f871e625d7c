"""Where a convention stands with one caisse: its state, its end, and the facts that people entered."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from governance.conventions.cited import Cited
from governance.conventions.life.denunciation import Clause
from governance.conventions.life.events import Event, Kind, of_kind
from governance.conventions.terms import Convention, Terms
from governance.conventions.values.life import Denunciation

DAY = timedelta(days=1)


class State(StrEnum):
    """How a convention stands."""

    UNDATED = "dates à saisir"
    COMING = "à venir"
    IN_FORCE = "en vigueur"
    TO_CONFIRM = "échéance passée, à confirmer"
    DENOUNCED = "dénoncée"
    TERMINATING = "résiliation en cours"
    ENDED = "terminée"


class Why(StrEnum):
    """What ends a convention."""

    DENOUNCED = "dénonciation"
    NOT_RENEWED = "non-renouvellement"
    BREACH = "résiliation pour manquement"
    NO_REASON = "résiliation sans motif"
    AT_ONCE = "résiliation immédiate"
    STATED = "fin convenue ou saisie"
    WITH_CM = "chute avec la convention métier"


@dataclass(frozen=True, slots=True)
class Ending:
    """An end: its day, whether that day is still in force, and the clause it comes from.

    `is_sure` is false when it depends on a reading or on a date that nobody settled: it then sets nothing off.
    """

    day: date
    why: Why
    rule: str
    cited: Cited[Any]
    at_once: bool = False
    is_sure: bool = True

    @property
    def over_from(self) -> date:
        """Return the first day on which the text is no longer in force."""
        return self.day if self.at_once else self.day + DAY

    def is_over(self, on: date) -> bool:
        """Tell whether it has taken effect on a day."""
        return self.is_sure and on >= self.over_from


@dataclass(frozen=True, slots=True)
class Facts:
    """What people entered: the events that stand for one caisse, and the dates of application of the structure."""

    events: tuple[Event, ...] = ()
    effect: date | None = None
    applied_until: date | None = None

    @property
    def signature(self) -> date | None:
        """Return the day of the signature, as last entered."""
        signed = of_kind(self.events, Kind.SIGNED)
        return max(signed, key=lambda one: one.recorded_at).day if signed else None

    @property
    def notice(self) -> Denunciation | None:
        """Return the notice that somebody read on the signed copy, as last entered."""
        read = of_kind(self.events, Kind.NOTICE)
        return max(read, key=lambda one: one.recorded_at).notice if read else None

    def received(self, letter: Event) -> date | None:
        """Return the day on which a letter was received."""
        return next((one.day for one in of_kind(self.events, Kind.RECEIVED) if one.of == letter.id), None)


@dataclass(frozen=True, slots=True)
class Life:
    """Where a convention stands with a caisse, on a day.

    `term`: the one that comes, or the last known when it has passed. `renewals`: the terms at which it went on.
    `unconfirmed`: a term that passed without anybody knowing whether the convention went on.
    """

    convention: Convention
    caisse: str
    on: date
    facts: Facts
    state: State
    terms: Terms
    clause: Clause
    term: date | None = None
    renewals: tuple[date, ...] = ()
    unconfirmed: date | None = None
    ending: Ending | None = None
    portal: Ending | None = None

    @property
    def is_over(self) -> bool:
        """Tell whether the convention has ended with that caisse."""
        return self.ending is not None and self.ending.is_over(self.on)

    @property
    def is_portal_over(self) -> bool:
        """Tell whether the portal may no longer be used: its own convention ended, or fell with the other (D5)."""
        return self.portal is not None and self.portal.is_over(self.on)
