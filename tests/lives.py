"""A row of every table of a convention's life, for what must be true of all of them."""

from datetime import datetime

from sqlalchemy.orm import Session

from governance.conventions.life.tables import ConventionEnd, ConventionEvent


def whole(session: Session, structure: str, at: datetime) -> None:
    """Write an event of a convention, and what its end with a caisse set off."""
    of = {"structure_id": structure, "convention": "S1", "text": "cm"}
    session.add_all(
        (
            ConventionEvent(**of, kind="signed", day=at.date(), reference="", recorded_at=at, recorded_by="essai"),
            ConventionEnd(**of, caisse="doubs", over_from=at.date(), why="term", set_off_at=at),
        )
    )
    session.flush()
