"""How an act enters the trail: in its own transaction, in codes and counts."""

import os
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from governance.core.trail.chain import in_order
from governance.core.trail.rules import check_details, check_words
from governance.core.trail.tables import TrailEntry

SALT_BYTES = 16


class Doer(Protocol):
    """Who acts, and as what."""

    @property
    def id(self) -> str:
        """The opaque identifier of who acts."""

    @property
    def capacity(self) -> str:
        """What they are in the structure: their roles, or « commande »."""


def record(
    session: Session, action: str, subject: str, *, by: Doer | str, structure: str | None, at: datetime, **details: Any
) -> None:
    """Add an entry to the transaction of the act it tells; `details` hold counts and codes only.

    `by` is a bare identifier only for who has no role: a stranger, a job. Raises NotForTheTrail.
    """
    actor, role = (by, None) if isinstance(by, str) else (by.id, by.capacity)
    check_words(action, subject, actor, structure)
    check_details(details)
    entry = TrailEntry(at=at, actor=actor, role=role, structure=structure, action=action, subject=subject)
    entry.details, entry.salt = in_order(details), os.urandom(SALT_BYTES).hex()
    session.add(entry)
