"""What can be done about severity: assess, and conclude."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from breach.queries import find_open
from breach.severity.queries import written
from breach.severity.rules import METHOD, Conclusion, Inputs, check_conclusion, score
from breach.severity.tables import Assessment
from governance.core import trail
from governance.people.rules import Actor, Permission


def assess(session: Session, breach_id: str, inputs: Inputs, conclusion: Conclusion, *, by: Actor, at: datetime) -> int:
    """Keep an assessment and its conclusion, the former ones beside it; return its number.

    Raises NotFound, Conflict (the breach has ended), BadInput.
    """
    breach = find_open(session, breach_id, Permission.HANDLE_BREACH, by)
    found = score(inputs)
    check_conclusion(found, conclusion)
    last = session.scalar(select(func.max(Assessment.number)).where(Assessment.breach_id == breach_id)) or 0
    row = Assessment(structure_id=breach.structure_id, breach_id=breach_id, number=last + 1, at=at, by=by.id)
    row.method, row.inputs, row.risk = METHOD, written(inputs), conclusion.risk.value
    row.reasons, row.adjustment_reason = conclusion.reasons.strip(), inputs.adjustment_reason.strip()
    session.add(row)
    trail.record(
        session, "breach.assessed", breach_id, by=by, structure=breach.structure_id, at=at, number=last + 1,
        level=found.band.name.lower(), risk=conclusion.risk.value,
    )  # fmt: skip
    return last + 1
