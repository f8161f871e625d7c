"""What the tests of the outbox share: an outbound to a server, and messages to send."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core import outbox
from governance.core.outbox import Message
from governance.core.outbox.sending import Outbound
from governance.core.outbox.smtp import Server, Tls
from governance.core.outbox.tables import OutboxEvent, OutboxMessage

SENDER = "Vigie <vigie@ccas.example>"


def server(port: int, **changes: Any) -> Server:
    """Return a server of this machine."""
    return Server(**{"host": "127.0.0.1", "port": port, "tls": Tls.NONE, "returns": "vigie@ccas.example"} | changes)


def outbound(port: int, **changes: Any) -> Outbound:
    """Return what sends to a port of this machine."""
    given: dict[str, Any] = {
        "sender": SENDER,
        "deliver": server(port).deliver,
        "refuses": lambda text, structure: None,
        "certificate": lambda claimed, at: None,
        "link": lambda identifier: f"https://vigie.example/envois/{identifier}",
    }
    return Outbound(**given | changes)


def write(sessions: sessionmaker[Session], at: datetime, **changes: Any) -> str:
    """Write a message, committed, and return its identifier."""
    given: dict[str, Any] = {
        "kind": "essai",
        "to": "odile@ccas.example",
        "subject": "Odile : lire avant demain",
        "body": "Bonjour.",
        "deadline": at + timedelta(hours=24),
    }
    with sessions.begin() as session:
        return outbox.post(session, Message(**given | changes), at=at)


def state(sessions: sessionmaker[Session], identifier: str) -> str:
    """Return where a message stands."""
    with sessions() as session:
        return session.get_one(OutboxMessage, identifier).state


def history(sessions: sessionmaker[Session], identifier: str) -> list[tuple[str, int | None]]:
    """Return what happened to a message, in order."""
    wanted = select(OutboxEvent).where(OutboxEvent.message == identifier).order_by(OutboxEvent.number)
    with sessions() as session:
        return [(row.what, row.code) for row in session.scalars(wanted)]


def answers(sessions: sessionmaker[Session], identifier: str) -> list[str]:
    """Return what servers said of a message, in order."""
    wanted = select(OutboxEvent).where(OutboxEvent.message == identifier).order_by(OutboxEvent.number)
    with sessions() as session:
        return [row.answer for row in session.scalars(wanted)]
