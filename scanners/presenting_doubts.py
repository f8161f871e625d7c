"""How a false alarm is shown to the DPO: what was seen and in which company, never the words."""

from dataclasses import dataclass
from datetime import datetime

from scanners.detectors import likely
from scanners.detectors.health import shipped
from scanners.doubts import COMPANY, Decision
from scanners.tables import Doubt


@dataclass(frozen=True, slots=True)
class DoubtView:
    """A false alarm as the page lists it; `why` is what its rule says of what it finds."""

    id: str
    why: str
    company: str
    times: int
    last_at: datetime
    decision: Decision | None

    @classmethod
    def of(cls, row: Doubt) -> "DoubtView":
        """Return the view of a row."""
        decision = Decision(row.decision) if row.decision is not None else None
        return cls(row.id, _why(row.rule), COMPANY[row.company], row.times, row.last_at, decision)


def _why(rule: str) -> str:
    if rule == likely.RULE:
        return likely.WHY
    return shipped().whys.get(rule, "Un mot de votre structure, ou d'un détecteur ajouté par configuration.")
