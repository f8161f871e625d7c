"""What may be read of the notifications to the CNIL and of the decisions on the persons; permission is the caller's."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from breach.cnil.persons import Choice, Decision, Exception34
from breach.cnil.rules import Version
from breach.cnil.tables import PersonsDecision
from breach.dossier.rules import Output
from breach.notices.tables import Told


@dataclass(frozen=True, slots=True)
class Filing:
    """A notification that the téléservice took: which, under which number, when."""

    version: Version
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision on the persons, read."""

    number: int
    at: datetime
    by: str
    decision: Decision


def filings(session: Session, breach_id: str) -> tuple[Filing, ...]:
    """Return the notifications of a breach, in order."""
    wanted = select(Told).where(Told.breach_id == breach_id, Told.output == Output.CNIL.value).order_by(Told.number)
    return tuple(
        Filing(Version(row.version or Version.COMPLETE), row.reference or "", row.at) for row in session.scalars(wanted)
    )


def decisions(session: Session, breach_id: str) -> tuple[DecisionView, ...]:
    """Return the decisions on the persons, the last first."""
    wanted = select(PersonsDecision).where(PersonsDecision.breach_id == breach_id)
    return tuple(
        DecisionView(
            row.number, row.at, row.by,
            Decision(Choice(row.choice), row.reasons, Exception34(row.exception) if row.exception else None),
        )
        for row in session.scalars(wanted.order_by(PersonsDecision.number.desc()))
    )  # fmt: skip
