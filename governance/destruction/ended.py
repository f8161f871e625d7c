"""When a convention ended for a structure: with every caisse that signed it, not with one of two."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.people.tables import AdoptedConvention


def ended_on(session: Session, structure_id: str, convention: str) -> date | None:
    """Return the last day on which a structure applied a convention, or None while nobody said that it ends."""
    return session.scalar(
        select(AdoptedConvention.effective_to).where(
            AdoptedConvention.structure_id == structure_id, AdoptedConvention.code == convention
        )
    )
