"""What the end of a convention does to the accounts of the portal (A14)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from governance.habilitations import ending
from governance.people.contacts.rules import Relation
from governance.people.rules import Actor


def close(
    session: Session, ended: Iterable[Relation], structure: str, is_last: bool, *, by: Actor | str, at: datetime
) -> int:
    """Close the accesses of what ended; with the last convention of the structure, inactivate every account.

    Returns how many accounts changed.
    """
    if is_last:
        return ending.inactivate_all_of_structure(session, structure, by=by, at=at)
    return sum(ending.close_access(session, relation, by=by, at=at) for relation in ended)


def reopen(
    session: Session, relation: Relation, still_ended: Iterable[Relation], *, by: Actor | str, at: datetime
) -> int:
    """Open again the accesses that an end closed; those of the other ended conventions are closed, no longer inactive.

    Returns how many accounts changed.
    """
    done = ending.reopen_access(session, relation, by=by, at=at)
    return done + sum(ending.spare_accounts(session, one, by=by, at=at) for one in still_ended)
