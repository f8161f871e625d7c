"""The assessments of a breach: all of them, the last one, and who disagrees."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from breach.severity.rules import (
    Availability,
    Conclusion,
    Confidentiality,
    DataKind,
    Ease,
    Inputs,
    Integrity,
    Risk,
    Score,
    departs,
    score,
)
from breach.severity.tables import Assessment


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """An assessment, read: its inputs, what the method gives, what its author concludes."""

    number: int
    at: datetime
    by: str
    method: str
    inputs: Inputs
    score: Score
    conclusion: Conclusion

    @property
    def departs(self) -> bool:
        """Say whether the conclusion is not the one that the score suggests."""
        return departs(self.score, self.conclusion)


def assessments(session: Session, breach_id: str) -> tuple[AssessmentView, ...]:
    """Return every assessment of a breach, the last first; permission is the caller's to check."""
    wanted = select(Assessment).where(Assessment.breach_id == breach_id).order_by(Assessment.number.desc())
    return tuple(_view(row) for row in session.scalars(wanted))


def latest_score(session: Session, breach_id: str) -> AssessmentView | None:
    """Return the assessment that counts: the last one, or None."""
    wanted = select(Assessment).where(Assessment.breach_id == breach_id).order_by(Assessment.number.desc())
    row = session.scalars(wanted.limit(1)).one_or_none()
    return None if row is None else _view(row)


def dissent(every: Iterable[AssessmentView]) -> tuple[AssessmentView, ...]:
    """Return the last word of each person whose band or conclusion is not that of the assessment that counts."""
    last: dict[str, AssessmentView] = {}
    for one in every:
        last.setdefault(one.by, one)
    held = max(last.values(), key=lambda one: one.number, default=None)
    return tuple(
        one
        for one in last.values()
        if held is not None and (one.score.band, one.conclusion.risk) != (held.score.band, held.conclusion.risk)
    )


def written(inputs: Inputs) -> dict[str, Any]:
    """Return inputs as JSON keeps them, in codes: the reason of the adjustment is kept apart, sealed."""
    return {key: value for key, value in asdict(inputs).items() if key != "adjustment_reason"}


def _view(row: Assessment) -> AssessmentView:
    inputs = replace(_read(row.inputs), adjustment_reason=row.adjustment_reason)
    return AssessmentView(
        row.number, row.at, row.by, row.method, inputs, score(inputs), Conclusion(Risk(row.risk), row.reasons)
    )


def _read(kept: dict[str, Any]) -> Inputs:
    return Inputs(
        DataKind(kept["kind"]), Ease(kept["ease"]), Confidentiality(kept["confidentiality"]),
        Integrity(kept["integrity"]), Availability(kept["availability"]), bool(kept["malicious"]),
        int(kept["adjustment"]), "", kept["persons"], bool(kept["unintelligible"]),
    )  # fmt: skip
