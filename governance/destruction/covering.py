"""What a hold that covers everything keeps from being forgotten, until it is released."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core.domains import Domain
from governance.destruction.tables import LegalHold


def held_whole(session: Session) -> frozenset[Domain]:
    """Return the conventions of structures of which a hold keeps everything now."""
    asked = select(LegalHold.structure_id, LegalHold.convention, LegalHold.tables)
    rows = session.execute(asked.where(LegalHold.released_at.is_(None)).order_by(LegalHold.id))
    return frozenset(Domain(structure, convention) for structure, convention, tables in rows if not tables)
