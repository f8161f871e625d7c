"""Whether a denunciation stops a renewal: under each reading of its clause, never by guessing a blank (D3, K11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from governance.conventions.cited import Reason, Status
from governance.conventions.terms import Terms
from governance.conventions.values.life import Denunciation, Reading, Start
from governance.core.spans import before

DAY = timedelta(days=1)


class Verdict(IntEnum):
    """What a denunciation does to a term, the strongest last."""

    LATE = 0
    UNSURE = 1
    SURE = 2


@dataclass(frozen=True, slots=True)
class Clause:
    """The notice that a denunciation owes: its readings, the prudent one, or neither.

    `is_free`: the text asks for no notice. No reading and not free: the notice is unknown.
    """

    readings: tuple[Denunciation, ...] = ()
    prudent: Denunciation | None = None
    is_free: bool = False

    @property
    def is_unknown(self) -> bool:
        """Tell whether somebody must read the notice on the signed copy."""
        return not self.readings and not self.is_free


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a denunciation counts for a term, under one reading; `opens` is None when it may come early."""

    reading: Denunciation
    opens: date | None
    closes: date
    is_prudent: bool = False


def clause_of(terms: Terms, entered: Denunciation | None = None) -> Clause:
    """Return the notice in force; what a person read on the signed copy fills a blank, and changes no text.

    S3 keeps both of its readings; S0 (« xx mois/jours ») has none until somebody types it.
    """
    cited = terms.D3
    if cited.value is not None:
        return Clause(cited.value, (cited.operative or cited.value)[0])
    if entered is not None:
        return Clause((entered,), entered)
    return Clause(is_free=cited.status is Status.ABSENT and cited.reason is Reason.SILENT)


def windows(clause: Clause, term: date) -> tuple[Window, ...]:
    """Return the window of each reading for a term, the prudent one first.

    « received before anniversary − 3 months »: the last safe day is the eve of that limit (K11).
    """
    prudent = () if clause.prudent is None else (_window(clause.prudent, term, is_prudent=True),)
    others = (_window(one, term) for one in clause.readings)
    return (*prudent, *(one for one in others if all(one.reading.reading != kept.reading.reading for kept in prudent)))


def judge(sent: date, received: date | None, term: date, clause: Clause) -> Verdict:
    """Say what a denunciation does to a term; a receipt that nobody entered makes it unsure, never valid."""
    if sent > term:
        return Verdict.LATE
    if clause.is_free:
        return Verdict.SURE
    if clause.prudent is None:
        return Verdict.UNSURE
    limit = before(term, clause.prudent.notice)
    counted = sent if clause.prudent.counted_to is Start.SENDING else received
    if counted is not None and counted < limit:
        return Verdict.SURE
    may_count = counted == limit or (counted is None and sent <= limit)
    return Verdict.UNSURE if may_count or _is_within(clause.readings) else Verdict.LATE


def _is_within(readings: Iterable[Denunciation]) -> bool:
    return any(one.reading is Reading.WITHIN for one in readings)


def _window(reading: Denunciation, term: date, is_prudent: bool = False) -> Window:
    limit = before(term, reading.notice)
    if reading.reading is Reading.WITHIN:
        return Window(reading, limit, term, is_prudent)
    return Window(reading, None, limit - DAY, is_prudent)
