"""How false alarms are shown, to who tells them and to the DPO: what was seen and in which company, never the words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from scanners.detectors import likely, phrases
from scanners.detectors.health import shipped
from scanners.doubts import COMPANY, Decision, Disputes, Standing, is_refusal
from scanners.findings import Level
from scanners.rules import Verdict
from scanners.tables import Doubt
from scanners.text import Text

_LIKELY = {likely.RULE: likely.WHY, phrases.RULE: phrases.WHY}


@dataclass(frozen=True, slots=True)
class DoubtView:
    """A false alarm as pages list it; `why` is what the remark said, `level` what it asked for."""

    id: str
    level: Level
    why: str
    rule: str
    company: str
    times: int
    first_at: datetime
    last_at: datetime
    decision: Decision | None
    decided_at: datetime | None

    @classmethod
    def of(cls, row: Doubt) -> "DoubtView":
        """Return the view of a row."""
        return cls(
            row.id, Level.BLOQUANT if row.is_blocking else Level.A_VERIFIER, row.why or _why(row.rule), row.rule,
            COMPANY[row.company], row.times, row.first_at, row.last_at,
            Decision(row.decision) if row.decision is not None else None, row.decided_at,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DoubtsView:
    """The false alarms of a structure: those that await its DPO, those no longer raised, those still raised."""

    waiting: tuple[DoubtView, ...]
    accepted: tuple[DoubtView, ...]
    refused: tuple[DoubtView, ...]

    @classmethod
    def of(cls, rows: Iterable[Doubt]) -> "DoubtsView":
        """Return the view of the rows, each list in their order."""
        views = [DoubtView.of(row) for row in rows]
        states = (None, Decision.ACCEPTED, Decision.REFUSED)
        return cls(*(tuple(one for one in views if one.decision is state) for state in states))


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A refusal that may be called a mistake, by its place in the comment; or that was, and where that stands."""

    place: str
    standing: Standing | None


def disputes_of(text: str, verdict: Verdict, known: Disputes | None) -> Mapping[int, DisputeView]:
    """Return the refusals of health data, by the number of their remark."""
    cut = Text.of(text)
    refusals = [(number, one.finding) for number, one in enumerate(verdict.remarks) if is_refusal(one.finding)]
    return {
        number: DisputeView(f"{one.start}-{one.end}", known.of(cut, one) if known is not None else None)
        for number, one in refusals
    }


def _why(rule: str) -> str:
    """Return what most findings of a rule say, for a doubt older than the sentence that is kept with it."""
    if rule in _LIKELY:
        return _LIKELY[rule]
    return shipped().whys.get(rule, "Un mot de votre structure, ou d'un détecteur ajouté par configuration.")
