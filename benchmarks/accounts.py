"""Measure that two gestionnaires who remove each other leave one, and how lists of 5,000 accounts answer.

`./vigie bench accounts`; `--short` makes 20 pairs and 500 accounts.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert, select  # noqa: E402  # the repository's own modules come first
from sqlalchemy.orm import Session, sessionmaker  # noqa: E402

from benchmarks.outbox import database  # noqa: E402
from governance.conventions.values.accounts import Profile  # noqa: E402
from governance.core import clock  # noqa: E402
from governance.core.keystore import KeyStore  # noqa: E402
from governance.core.masters import GivenMaster  # noqa: E402
from governance.core.refusals import Refusal  # noqa: E402
from governance.core.sealed_rows import sealed_rows  # noqa: E402
from governance.core.storage import new_id, reading  # noqa: E402
from governance.habilitations import actions, queries, steps  # noqa: E402
from governance.habilitations.queries import Wanted  # noqa: E402
from governance.habilitations.rules import Reason, State  # noqa: E402
from governance.habilitations.steps import Why  # noqa: E402
from governance.habilitations.tables import Account, Agent  # noqa: E402
from governance.people import actions as people  # noqa: E402
from governance.people.rules import StructureKind, command  # noqa: E402
from tests.actions.portal import Portal  # noqa: E402
from tests.conftest import MASTER_KEY  # noqa: E402

Sessions = sessionmaker[Session]
SHORT = "--short" in sys.argv
PAIRS, MANY = (20, 500) if SHORT else (200, 5_000)
LOCK = steps.lock


def pairs(design: str, kind: str) -> None:
    """Print the line of one trial: as many pairs of « A removes B, B removes A » at the same time."""
    steps.lock = LOCK if design == "vigie" else lambda session, structure: None  # what peers do: look, then act
    with database(kind) as (_, sessions):
        with sessions.begin() as session:
            portal = _portal(session)
            both = tuple(portal.gestionnaire(portal.agent(number)) for number in range(2))
        nobody = sum(_at_once(sessions, both) == [True, True] for _ in range(PAIRS) if _restored(sessions, both))
    steps.lock = LOCK
    print(f"| {design} | {kind} | {PAIRS} | {nobody} |", flush=True)


def lists(kind: str) -> None:
    """Print how long pages of many accounts take."""
    with database(kind) as (_, sessions):
        with sessions.begin() as session:
            portal = _portal(session)
            _fill(session, portal)
        by, last = portal.by, MANY // queries.PAGE
        for name, wanted, page in (
            ("first page", Wanted(), 1), ("last page", Wanted(), last),
            ("techniciens who are active", Wanted(profile=Profile.TECHNICIEN, state=State.ACTIVE), 2),
        ):  # fmt: skip
            took = _timed(sessions, lambda session, w=wanted, p=page: queries.accounts(session, by, w, p))  # type: ignore[misc]
            print(f"| {name} | {kind} | {MANY} | {took[0]:.0f} | {took[1]:.0f} |", flush=True)
        took = _timed(sessions, lambda session: queries.live_accounts(session, portal.structure), 5)
        print(f"| all of them, for a review | {kind} | {MANY} | {took[0]:.0f} | {took[1]:.0f} |", flush=True)


def _portal(session: Session) -> Portal:
    at = clock.now() - timedelta(hours=1)
    structure = people.create_structure(session, "CCAS d'essai", StructureKind.PARTENAIRE, by=command(""), at=at)
    return Portal(session, structure, at).open(30)


def _fill(session: Session, portal: Portal) -> None:
    day = portal.day
    agents = [
        {
            "id": new_id(), "structure_id": portal.structure, "civility": "Madame", "last_name": f"Nom{number}",
            "first_name": "Léa", "fonction": "Accueil", "email": f"agent{number}@ccas-essai.example", "phone": None,
            "tie": "agent", "declared_at": portal.at, "declared_by": "essai",
        }
        for number in range(MANY)
    ]  # fmt: skip
    session.execute(insert(Agent), sealed_rows(session, Agent, agents))
    copied = ("structure_id", "civility", "last_name", "first_name", "fonction", "email", "phone")
    accounts = [
        {name: agent[name] for name in copied}
        | {
            "id": new_id(), "convention": "S3", "caisse": "roubaix-tourcoing", "agent_id": agent["id"],
            "profile": "technicien", "state": State.ACTIVE.value, "asked_on": day, "granted_on": day, "cgu_on": day,
            "changed_on": day,
        }
        for agent in agents
    ]  # fmt: skip
    session.execute(insert(Account), sealed_rows(session, Account, accounts))


def _timed(sessions: Sessions, ask: Callable[[Session], object], times: int = 30) -> tuple[float, float]:
    took = []
    for _ in range(times):
        with reading(sessions) as session:
            begun = time.perf_counter()
            ask(session)
            took.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(took), sorted(took)[int(len(took) * 0.95)]


def _at_once(sessions: Sessions, both: tuple[str, ...]) -> list[bool]:
    ready = Barrier(len(both))

    def leave(account: str) -> bool:
        at = clock.now()
        ready.wait()
        try:
            with sessions.begin() as session:
                asked = actions.Leaving(steps.today(at), Reason.DEPARTURE, "Départ")
                actions.request_inactivation(session, account, asked, by=command(""), at=at)
        except Refusal:  # the other was first
            return False
        return True

    with ThreadPoolExecutor(len(both)) as pool:
        return list(pool.map(leave, both))


def _restored(sessions: Sessions, both: tuple[str, ...]) -> bool:
    at = clock.now()
    with sessions.begin() as session:
        under = select(Account.id).where(Account.id.in_(both), Account.state == State.NOTICE).order_by(Account.id)
        for account in session.scalars(under).all():
            actions.cancel_inactivation(session, account, Why(Reason.MISTAKE), by=command(""), at=at)
    return True


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"VIGIE_KEY_STORE": f"{folder}/keys", "VIGIE_MASTER_KEY": MASTER_KEY}
        KeyStore(Path(folder, "keys"), GivenMaster(MASTER_KEY)).create()
        print("| design | database | pairs at once | pairs that left nobody |\n|---|---|---|---|")
        for design, kind in (
            ("looked at, then changed", "PostgreSQL"), ("vigie", "PostgreSQL"), ("vigie", "SQLite"),
        ):  # fmt: skip
            pairs(design, kind)
        print("\n| list | database | accounts | median, ms | p95, ms |\n|---|---|---|---|---|")
        for kind in ("SQLite", "PostgreSQL"):
            lists(kind)


if __name__ == "__main__":
    main()
