"""What time forgot, in the ledger too: a database that is restored from before must forget it again.

An entry names persons and files by opaque identifiers, under the structure's own matters (`Domain(structure)`): no act
of destruction is about those. It is true of a database when no such person can be named there, and no file is left.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from governance.core.domains import Domain
from governance.core.storage import reading
from governance.destruction import files
from governance.destruction.acting.means import Means
from governance.destruction.files import Gone, Whole
from governance.destruction.ledger import Entry, Ledger
from governance.habilitations import forgetting

TABLE = "agent"


def note(means: Means, at: datetime) -> int:
    """Write in the ledger what was forgotten and is not there yet; return how many."""
    with means.alone():
        known = {row for entry in means.ledger.entries() if is_of_time(entry) for row in means.ledger.rows(entry)}
        with reading(means.sessions) as session:
            fresh = [one for one in _forgotten(session, means) if (one.table, one.id) not in known]
        for structure in sorted({one.structure for one in fresh}):
            rows = [(one.table, one.id) for one in fresh if one.structure == structure]
            means.ledger.write(f"oubli-{at:%Y%m%dT%H%M%S}-{structure[:12]}", Domain(structure), rows, (), at)
    return len(fresh)


def is_of_time(entry: Entry) -> bool:
    """Say whether an entry is about what time forgot, not about a destruction."""
    return not entry.domain.convention


def again(session: Session, means: Means, entry: Entry, at: datetime) -> int:
    """Forget once more, in a restored database, what an entry names; return how much was known there."""
    named = _named(means.ledger, (entry,))
    done = forgetting.forget_named(session, named.get(TABLE, ()), at)
    for kind in means.setup.files:
        file = Whole(entry.domain.structure, tuple(named.get(kind.table, ())))
        done += files.remove(session, kind, file, at)
    return done


def alive(session: Session, ledger: Ledger, entries: Iterable[Entry]) -> int:
    """Return how many persons whom entries say forgotten can be named in a database, and how many files are there."""
    named = dict(_named(ledger, entries))
    count = forgetting.known(session, named.pop(TABLE, ()))
    return count + sum(files.known(session, table, heads) for table, heads in sorted(named.items()))


def _forgotten(session: Session, means: Means) -> list[Gone]:
    persons = [Gone(one.structure, TABLE, one.agent) for one in forgetting.forgotten(session)]
    return [*persons, *files.gone(session, means.setup.files)]


def _named(ledger: Ledger, entries: Iterable[Entry]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        for table, identifier in ledger.rows(entry):
            found[table].append(identifier)
    return found
