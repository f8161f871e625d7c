"""When a convention ended for a structure: with every caisse that signed it, not with one of two."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from governance.conventions.life.queries import NotApplied, all_ended


def ended_on(session: Session, structure_id: str, convention: str, on: date) -> date | None:
    """Return the last day on which a structure was bound by a convention, None while one caisse still is with it."""
    try:
        over_from = all_ended(session, structure_id, convention, on)
    except NotApplied:
        return None
    return None if over_from is None else over_from - timedelta(days=1)
