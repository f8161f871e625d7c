"""The stores outside: emptied and read again, or closed by who attests that they are."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core.refusals import Unavailable
from governance.core.storage import reading
from governance.destruction.acting.means import Done, Means, Work
from governance.destruction.rules import Remainder
from governance.destruction.stores import connectors
from governance.destruction.stores.rules import CONNECTED, Kind, read
from governance.destruction.tables import ExternalStore

# Attested for the final certificate only: the escrow is replaced once the new master key is there.
AFTERWARDS = frozenset({Kind.ESCROW})


class NotAttested(Unavailable):
    """Somebody has to say that the store is empty."""


def stores_of(session: Session, work: Work) -> list[ExternalStore]:
    """Return the stores declared for a convention, in the order of their declaration."""
    asked = select(ExternalStore).where(
        ExternalStore.structure_id == work.domain.structure, ExternalStore.convention == work.domain.convention
    )
    return list(session.scalars(asked.order_by(ExternalStore.declared_at, ExternalStore.id)))


def empty(means: Means, work: Work, identifier: str) -> Done:
    """Empty a store and read it again, or say what it waits for; raises StoreRefuses, Remainder, NotAttested.

    Its connection is forgotten once nothing is left.
    """
    with reading(means.sessions) as session:
        row = session.get_one(ExternalStore, identifier)
        kind, sealed, before = Kind(row.kind), row.connection, row.before
        attested, emptied = row.attested_at, row.emptied_at
    if kind not in CONNECTED:
        if attested is None:
            raise NotAttested("Une attestation est attendue pour ce lieu.")
        return Done(told={"method": "attestation"})
    if emptied is not None:
        return Done(before, 0, {"method": connectors.METHODS[kind]})
    return _emptied(means, work, identifier, kind, sealed or "{}")


def _emptied(means: Means, work: Work, identifier: str, kind: Kind, sealed: str) -> Done:
    connection = read(kind, sealed)
    with means.sessions.begin() as session:
        row = session.get_one(ExternalStore, identifier)
        if row.before is None:  # told before anything goes: cut half-way, the first count is the one that stands
            row.before = connectors.count(connection, means.setup.allowed)
        before = row.before
    connectors.destroy(connection, means.setup.allowed)
    after = connectors.count(connection, means.setup.allowed)
    with means.sessions.begin() as session:
        row = session.get_one(ExternalStore, identifier)
        row.after = after
        if after == 0:
            row.emptied_at, row.connection = work.at, None
    if after:
        raise Remainder(f"Il reste {after} élément(s) dans ce lieu.")
    return Done(before, after, {"method": connectors.METHODS[kind]})
