"""What happens to a convention: what, on which day, to which text, with which caisse."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from governance.conventions.values.life import Denunciation


class Text(StrEnum):
    """Which of the two texts something happens to; the second falls with the first (D5)."""

    CM = "CM"
    CU = "CU"

    @property
    def french(self) -> str:
        """Return its name on pages."""
        return {Text.CM: "convention métier", Text.CU: "convention d'utilisation du portail"}[self]


class Party(StrEnum):
    """Which side did it."""

    PARTNER = "partenaire"
    CAISSE = "caisse"


class Kind(StrEnum):
    """What may happen; each is entered by a person, from a document."""

    SIGNED = "signature"
    TERM = "echeance"
    NOTICE = "preavis"
    RENEWED = "renouvellement"
    AMENDED = "avenant"
    DENOUNCED = "denonciation"
    WARNED = "mise-en-demeure"
    RECEIVED = "reception"
    REMEDIED = "reparation"
    TERMINATED = "resiliation"
    ENDED = "fin"
    CANCELLED = "annulation"


LETTERS = frozenset({Kind.DENOUNCED, Kind.WARNED})


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; none is ever changed: a mistake is cancelled by another event, of it.

    `day` is the day of the act, or the term itself for TERM, or the last day in force for ENDED. `caisse` is None for
    all of them. `until` is the new term of a renewal; `of` the letter received, remedied, or the event cancelled.
    """

    id: str
    kind: Kind
    day: date
    recorded_at: datetime
    text: Text = Text.CM
    caisse: str | None = None
    until: date | None = None
    notice: Denunciation | None = None
    of: str | None = None
    party: Party | None = None


def live(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events that stand, oldest act first: neither cancelled, nor about a letter that is."""
    every = sorted(events, key=lambda one: (one.day, one.recorded_at, one.id))
    gone = {one.of for one in every if one.kind is Kind.CANCELLED}
    return tuple(
        one for one in every if one.kind is not Kind.CANCELLED and one.id not in gone and one.of not in gone - {None}
    )


def with_caisse(events: Iterable[Event], caisse: str) -> tuple[Event, ...]:
    """Return the events that bind one caisse: its own, and those of all."""
    return tuple(one for one in events if one.caisse in (None, caisse))


def of_kind(events: Iterable[Event], *kinds: Kind, text: Text | None = None) -> tuple[Event, ...]:
    """Return the events of some kinds, of one text when it is given."""
    return tuple(one for one in events if one.kind in kinds and text in (None, one.text))
