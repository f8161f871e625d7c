"""An invented table with sealed columns, known to no migration: what any table may declare."""

from collections.abc import Iterator
from typing import ClassVar

import pytest
from sqlalchemy import MetaData, String
from sqlalchemy.orm import Mapped, Session, configure_mappers, mapped_column, registry, sessionmaker

from governance.core.fates import Destroyed, Fate
from governance.core.sealed_rows import PLANS
from governance.core.sealing import SealedIn, keyed_hash, sealed, sealed_bytes
from governance.core.storage import Base, new_id


class ProbeBase(Base):
    """Tables that only these tests know."""

    __abstract__ = True
    fate: ClassVar[Fate] = Destroyed()
    metadata = MetaData()
    registry = registry()


class Account(ProbeBase):
    """Somebody's account under a convention."""

    __tablename__ = "probe_account"
    fate: ClassVar[Fate] = Destroyed()
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id", convention="convention")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(String(32))
    convention: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = sealed()
    phone: Mapped[str | None] = sealed()
    email: Mapped[str] = sealed()
    email_hash: Mapped[bytes] = keyed_hash("email")
    letter: Mapped[bytes | None] = sealed_bytes()


class Reached(ProbeBase):
    """Somebody found by their address, whatever their structure."""

    __tablename__ = "probe_reached"
    fate: ClassVar[Fate] = Destroyed()
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    structure_id: Mapped[str] = mapped_column(String(32))
    email: Mapped[str | None] = sealed()
    email_hash: Mapped[bytes | None] = keyed_hash("email", anywhere=True, unique=True)


# What walks every sealed table must not look for these in the other tests' databases.
configure_mappers()
OURS = {table: PLANS.pop(table) for table in (Account, Reached)}


@pytest.fixture
def probe(sessions: sessionmaker[Session]) -> Iterator[sessionmaker[Session]]:
    """Give sessions on a database that has these tables."""
    engine = sessions.kw["bind"]
    ProbeBase.metadata.create_all(engine)
    PLANS.update(OURS)
    yield sessions
    for table in OURS:
        del PLANS[table]
    ProbeBase.metadata.drop_all(engine)


def account(**changes: str) -> Account:
    """Return an account of an invented person."""
    values = {"structure_id": "a1", "convention": "S1", "name": "Ada Lemoine", "email": "ada@ici.example"}
    return Account(**(values | changes))
