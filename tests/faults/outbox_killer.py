"""A worker of the outbox killed at random points, again and again, then left to finish: run as a process of its own.

The parent imports everything, then forks a worker for each life, so that a life is spent working. A worker records a
fact and its message, sends what is due, and starts over, until SIGKILL.
"""

import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock, outbox
from governance.core.keystore import KeyStore
from governance.core.masters import GivenMaster
from governance.core.outbox import Message
from governance.core.outbox.claims import Claimed
from governance.core.outbox.composing import compose
from governance.core.outbox.outcomes import Pace
from governance.core.outbox.sending import Outbound, send_due, sweep
from governance.core.outbox.smtp import Server, Tls
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect, new_id

PACE = Pace(first=timedelta(milliseconds=50), longest=timedelta(seconds=1), lease=timedelta(seconds=1))
LONGEST_LIFE = 0.3


def main(url: str, port: int, kills: int, seed: int, design: str) -> None:
    """Live and die so many times, then finish."""
    chance = random.Random(seed)
    for _ in range(kills):
        ready, told = os.pipe()
        worker = os.fork()
        if worker == 0:
            os.close(ready)
            live(url, port, told, design)
        os.close(told)
        os.read(ready, 1)
        time.sleep(chance.uniform(0, LONGEST_LIFE))
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        os.close(ready)
    if design == "outbox":
        finish(url, port)


def live(url: str, port: int, told: int, design: str) -> None:
    """Record and send until the end of this life."""
    sessions, outbound = prepared(url, port)
    work = {"outbox": with_outbox, "direct": direct}[design]
    os.write(told, b"!")
    while True:
        work(sessions, outbound)


def with_outbox(sessions: sessionmaker[Session], outbound: Outbound) -> None:
    """Write the message with the fact, then send what is due."""
    at = clock.now()
    with sessions.begin() as session:
        outbox.post(session, incident(), at=at)
    send_due(sessions, outbound, at, PACE)


def direct(sessions: sessionmaker[Session], outbound: Outbound) -> None:
    """Record the fact, then send the mail at once: what a service without an outbox does, the row being the fact."""
    at, message = clock.now(), incident()
    with sessions.begin() as session:
        identifier = outbox.post(session, message, at=at)
    told = f"<{identifier}@vigie.internal>"
    claimed = Claimed(identifier, "", 1, told, None, message.to, message.subject, message.body, at)
    outbound.deliver(compose(claimed, outbound.sender, None, ""))


def finish(url: str, port: int) -> None:
    """Send until nothing waits."""
    sessions, outbound = prepared(url, port)
    for _ in range(600):
        send_due(sessions, outbound, clock.now(), PACE)
        if sweep(sessions, clock.now(), Pace(late=timedelta(0), lease=PACE.lease)).late == 0:
            return
        time.sleep(0.05)


def incident() -> Message:
    """Return the message of an incident of its own."""
    deadline = clock.now() + timedelta(hours=1)
    return Message("incident", "dpo@caisse.example", "Lire avant demain", f"incident={new_id()}", deadline)


def prepared(url: str, port: int) -> tuple[sessionmaker[Session], Outbound]:
    """Return what a worker needs, made in its own process."""
    store = KeyStore(Path(os.environ["VIGIE_KEY_STORE"]), GivenMaster(os.environ["VIGIE_MASTER_KEY"]))
    server = Server("127.0.0.1", port, Tls.NONE, "vigie@ccas.example", timeout=10)
    outbound = Outbound("Vigie <vigie@ccas.example>", server.deliver, accepted, without, str)
    return sessions_on(connect(url), store), outbound


def accepted(text: str, structure: str | None) -> None:
    """Refuse nothing: the scanner has its own tests."""


def without(claimed: Claimed, at: object) -> None:
    """Know no certificate."""


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
