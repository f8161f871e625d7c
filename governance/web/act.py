"""One act, one transaction, one instant: opened and committed here, at the edge."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from flask import g
from sqlalchemy.orm import Session

from governance.core import storage
from governance.core.sight import SIGHT, Sight
from governance.people.rules import Actor, NotSignedIn
from governance.web import idempotency
from governance.web.identity import current_actor, instant, sessions

__all__ = ["Act", "act", "afterwards", "instant", "reading", "someone", "transaction"]


class Act(NamedTuple):
    """What a page needs to act: where, who, when."""

    session: Session
    by: Actor
    at: datetime


@contextmanager
def act(*, once: bool = True) -> Iterator[Act]:
    """Open the transaction of an act; commit on leaving, roll back on any exception.

    A form or request sent again with its key stops here, and is given its first answer; `once=False` for an action that
    keeps the key itself. Raises NotSignedIn when nobody is known to be asking.
    """
    by = someone()
    taken = None
    with sessions()(info={SIGHT: sight_of(by)}) as session, session.begin():
        if once:
            taken = idempotency.take(session, by)
        yield Act(session, by, instant())
    if taken is not None:
        g.sent_request = taken


@contextmanager
def reading() -> Iterator[Act]:
    """Open a transaction that only reads, for a GET: no write lock, always rolled back.

    Raises NotSignedIn when nobody is known to be asking.
    """
    by = someone()
    with storage.reading(sessions(), sight_of(by)) as session:
        yield Act(session, by, instant())


@contextmanager
def afterwards(by: Actor) -> Iterator[Session]:
    """Open the transaction of an act that ends after the request that began it; commit on leaving."""
    with sessions()(info={SIGHT: sight_of(by)}) as session, session.begin():
        yield session


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a transaction that nobody needs to be signed in for (signing in itself): the service's own, it sees all."""
    with sessions().begin() as session:
        yield session


def sight_of(by: Actor) -> Sight:
    """Return whose rows an actor sees: those of their structure and, from a caisse, what partners share with it."""
    signed = frozenset((pair.structure, pair.convention) for pair in by.signed)
    return Sight(frozenset({by.structure}), signed, by.caisse)


def someone() -> Actor:
    """Return who is asking; raises NotSignedIn."""
    actor = current_actor()
    if actor is None:
        raise NotSignedIn("Connectez-vous pour continuer.")
    return actor
