"""What an act works with, and what it is about."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from governance.core import private
from governance.core.domains import Domain
from governance.core.keys import Keys
from governance.core.keystore import KeyStore
from governance.core.sealing import keys_of
from governance.core.trail.stamping import Authority
from governance.destruction.files import Files
from governance.destruction.ledger import Entry, Ledger
from governance.destruction.stores.rules import Allowed


@dataclass(frozen=True, slots=True)
class Setup:
    """How an installation destroys: its ledger, where stores may be, where its backups are and how long others stay.

    `others`: how long the machine's own backups, which the service does not make, are kept.
    `sweeps`: how other packages remove what a process of theirs that died left; each returns how many there were.
    `files`: what they keep for a stated time, and how its end is told.
    """

    keys: Keys = field(repr=False)
    ledger: Path
    backups: Path
    backup_keys: Path
    backup_life: timedelta = timedelta(days=35)
    others: timedelta = timedelta(days=35)
    allowed: Allowed = field(default_factory=Allowed)
    authority: Authority | None = None
    sweeps: tuple[Callable[[], int], ...] = ()
    files: tuple[Files, ...] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """An installation at work."""

    sessions: sessionmaker[Session]
    setup: Setup

    @property
    def engine(self) -> Engine:
        """Return the engine of the database."""
        found: Engine = self.sessions.kw["bind"]
        return found

    @property
    def store(self) -> KeyStore:
        """Return the store of data keys."""
        with self.sessions() as session:
            return keys_of(session)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Write in the ledger, and carry acts on, one at a time."""
        self.setup.ledger.mkdir(mode=0o700, parents=True, exist_ok=True)
        with private.alone(self.setup.ledger / "verrou"):
            yield

    @property
    def ledger(self) -> Ledger:
        """Return the erasure ledger."""
        return Ledger(self.setup.ledger, self.setup.keys)


@dataclass(frozen=True, slots=True)
class Work:
    """One act of one destruction; `held`: the tables whose rows stay for now."""

    destruction: str
    act: int
    domain: Domain
    held: frozenset[str]
    at: datetime

    @property
    def name(self) -> str:
        """Return how the ledger names the act."""
        return name_of(self.destruction, self.act)

    def entry(self, means: Means) -> Entry:
        """Return what the ledger says of the act; raises LookupError before it was written."""
        found = means.ledger.find(self.name)
        if found is None:
            raise LookupError("the ledger comes first")
        return found


@dataclass(frozen=True, slots=True)
class Done:
    """What a step did: how many there were, how many are left, and what the certificate says of it."""

    before: int | None = None
    after: int | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


def name_of(destruction: str, act: int) -> str:
    """Return how the ledger names an act.

    >>> name_of("0f3a", 2)
    '0f3a-2'
    """
    return f"{destruction}-{act}"
