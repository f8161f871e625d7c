"""Who was forgotten, in the ledger too: a database that is restored from before must forget them again.

An entry names persons by opaque identifiers, under the structure's own matters (`Domain(structure)`): no act of
destruction is about those. It is true of a database when none of them can be named there.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from governance.core.domains import Domain
from governance.core.storage import reading
from governance.destruction.acting.means import Means
from governance.destruction.ledger import Entry, Ledger
from governance.habilitations import forgetting

TABLE = "agent"


def note(means: Means, at: datetime) -> int:
    """Write in the ledger who was forgotten and is not there yet; return how many."""
    with means.alone():
        known = {one for entry in means.ledger.entries() if is_of_persons(entry) for one in _named(means.ledger, entry)}
        with reading(means.sessions) as session:
            fresh = [one for one in forgetting.forgotten(session) if one.agent not in known]
        for structure in sorted({one.structure for one in fresh}):
            rows = [(TABLE, one.agent) for one in fresh if one.structure == structure]
            means.ledger.write(f"oubli-{at:%Y%m%dT%H%M%S}-{structure[:12]}", Domain(structure), rows, (), at)
    return len(fresh)


def is_of_persons(entry: Entry) -> bool:
    """Say whether an entry is about persons who were forgotten, not about a destruction."""
    return not entry.domain.convention


def again(session: Session, ledger: Ledger, entry: Entry, at: datetime) -> int:
    """Forget once more, in a restored database, those whom an entry names; return how many were known there."""
    return forgetting.forget_named(session, _named(ledger, entry), at)


def alive(session: Session, ledger: Ledger, entries: Iterable[Entry]) -> int:
    """Return how many persons whom entries say forgotten can be named in a database."""
    return forgetting.known(session, [one for entry in entries for one in _named(ledger, entry)])


def _named(ledger: Ledger, entry: Entry) -> list[str]:
    return [identifier for _, identifier in ledger.rows(entry)]
