"""One act of the service, recorded again and again by processes that die or whose disk fails: what must hold after.

An act is one transaction of three rows in three tables: an entry of the trail, a message, its content. The parent
imports everything once, then forks a process for each trial.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, NoReturn

from sqlalchemy import create_engine, event, select, text
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock, outbox, trail
from governance.core.keystore import KeyStore
from governance.core.masters import GivenMaster
from governance.core.outbox import Message
from governance.core.outbox.tables import OutboxContent, OutboxMessage
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect, new_id
from governance.core.trail.tables import TrailEntry
from tests.conftest import MASTER_KEY

ACT = "essai.enregistre"


class Wrong(NamedTuple):
    """What a database says that it must not: acts that were acknowledged and are gone, and acts kept by halves."""

    lost: int
    halves: int
    damage: str = "ok"

    @property
    def nothing(self) -> bool:
        """Say whether all is well."""
        return self == (0, 0, "ok")


def opened(url: str, synchronous: str = "FULL") -> sessionmaker[Session]:
    """Return sessions of a process of its own; `synchronous` weakens what the service asks of SQLite."""
    engine = connect(url)
    if synchronous != "FULL":
        event.listen(engine, "connect", lambda raw, _: raw.execute(f"PRAGMA synchronous={synchronous}").close())
    return sessions_on(engine, KeyStore(Path(os.environ["VIGIE_KEY_STORE"]), GivenMaster(MASTER_KEY)))


def record(sessions: sessionmaker[Session], subject: str, *, apart: bool = False) -> None:
    """Record one act; `apart` is the mistake that a trial must see: the entry and the message in two transactions."""
    at = clock.now()
    with sessions.begin() as session:
        trail.record(session, ACT, subject, by="essai", structure=None, at=at)
        if not apart:
            outbox.post(session, message(subject), at=at)
    if apart:
        with sessions.begin() as session:
            outbox.post(session, message(subject), at=at)


def message(subject: str) -> Message:
    """Return the message of an act, which names it."""
    return Message("essai", "dpo@essai.example", "Essai", "Rien.", clock.now() + timedelta(days=1), about=subject)


def checked(url: str, acknowledged: set[str]) -> Wrong:
    """Return what is wrong in a database, opened by somebody else."""
    engine = create_engine(url)
    with engine.connect() as connection:
        damage = str(connection.scalar(text("PRAGMA integrity_check")))
        told = set(connection.scalars(select(TrailEntry.subject).where(TrailEntry.action == ACT)))
        whole = select(OutboxMessage.about).join(OutboxContent, OutboxContent.message == OutboxMessage.id)
        sent, announced = set(connection.scalars(whole)), set(connection.scalars(select(OutboxMessage.about)))
    engine.dispose()
    return Wrong(len(acknowledged - (told & sent)), len(told ^ announced) + len(announced ^ sent), damage)


class Forked(NamedTuple):
    """A process that waits for a byte before it works, and says each act that it acknowledges."""

    pid: int
    go: int
    reads: int


def forked(work: Callable[[Callable[[str], None]], None]) -> Forked:
    """Fork a process that will work once told to."""
    waits, go = os.pipe()
    reads, says = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go)
        os.close(reads)
        _live(work, waits, says)
    os.close(waits)
    os.close(says)
    return Forked(child, go, reads)


def _live(work: Callable[[Callable[[str], None]], None], waits: int, says: int) -> NoReturn:
    status = 1
    try:
        os.read(waits, 1)
        work(lambda subject: _tell(says, subject))
        status = 0
    finally:  # a disk that fails shows in many ways: only the status tells
        os._exit(status)


def _tell(says: int, subject: str) -> None:
    os.write(says, f"{subject}\n".encode())


def acknowledged(reads: int) -> set[str]:
    """Return every act that a dead process had acknowledged."""
    told = said(reads)
    os.close(reads)
    return told


def said(reads: int) -> set[str]:
    """Return the acts acknowledged until now."""
    os.set_blocking(reads, False)
    told = b""
    with suppress(BlockingIOError):
        while part := os.read(reads, 65536):
            told += part
    return {line for line in told.decode().split("\n")[:-1] if line}


def new_subject() -> str:
    """Return what names an act."""
    return new_id()
