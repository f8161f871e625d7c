"""A worker of the outbox killed many times before a real server, good or bad, and what was found afterwards."""

import asyncio
import random
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core.outbox.outcomes import What
from governance.core.outbox.tables import OutboxContent, OutboxEvent, OutboxMessage
from tests.mail_server import LOST, Mailbox, serving

ROOT = Path(__file__).parents[2]
SLOW = 0.008  # seconds between taking a message and saying so: when a death hurts most


@dataclass
class SlowMailbox(Mailbox):
    """A server that takes a message, then takes a while to say so."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        said = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(SLOW)
        return said


@dataclass(frozen=True)
class Found:
    """What the database and the server say once all is over."""

    recorded: int
    lost: int
    copies: int
    renamed: int
    untold: int
    unfinished: int
    told: Counter[str] = field(default_factory=Counter)


def flaky(seed: int) -> Any:
    """Return the habits of a bad server: 10 % « later », 2 % « I close », 3 % of answers lost."""
    chance = random.Random(seed)

    def answer(stage: str, count: int) -> str | None:
        if stage == "RCPT" and chance.random() < 0.10:
            return "451 4.7.1 réessayez"
        if stage == "RCPT" and chance.random() < 0.02:
            return "421 4.3.2 fermeture"
        return LOST if stage == "DATA" and chance.random() < 0.03 else None

    return answer


def run(sessions: sessionmaker[Session], url: str, kills: int, *, bad: bool, design: str = "outbox") -> Found:
    """Kill a worker so many times, let it finish, and return what is found."""
    mailbox = SlowMailbox(flaky(1) if bad else lambda stage, count: None)
    with serving(mailbox) as port:
        command = [sys.executable, "-m", "tests.faults.outbox_killer", url, str(port), str(kills), "2", design]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return found(sessions, mailbox)


def found(sessions: sessionmaker[Session], mailbox: Mailbox) -> Found:
    """Compare what was recorded with what was received."""
    received: dict[str, list[str]] = defaultdict(list)
    for mail in mailbox.taken:
        received[mail.get_content().strip().split("incident=")[1]].append(str(mail["Message-ID"]))
    attempts: dict[str, Counter[str]] = defaultdict(Counter)
    with sessions() as session:
        for event in session.scalars(select(OutboxEvent)):
            attempts[event.message][event.what] += 1
        bodies = {row.body.split("incident=")[1]: row.message for row in session.scalars(select(OutboxContent))}
        open_states = ("queued", "sending")
        unfinished = session.scalars(select(OutboxMessage.id).where(OutboxMessage.state.in_(open_states))).all()
    untold = 0
    for incident, copies in received.items():
        known = attempts[bodies[incident]]
        untold += len(copies) > known[What.ACCEPTED] + known[What.UNKNOWN]
    return Found(
        recorded=len(bodies),
        lost=len(set(bodies) - set(received)),
        copies=sum(len(copies) - 1 for copies in received.values()),
        renamed=sum(len(set(copies)) > 1 for copies in received.values()),
        untold=untold,
        unfinished=len(unfinished),
        told=sum(attempts.values(), Counter()),
    )
