"""Two requests with one key at the same instant keep one receipt, on each database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.core.keys import Keys
from governance.core.trail import TrailEntry
from governance.people.rules import Role
from scanners import actions, queries
from scanners.dossier import Dossier, check_dossier
from scanners.engine import default
from scanners.receipts import Seal
from scanners.seeing import Instruments
from scanners.tables import Receipt
from tests.conftest import Demonstration
from tests.web.verifying import CLEAN, adopt

__all__ = ["adopt"]

KEY = "une-cle-de-formulaire"


def test_two_requests_at_once_with_one_key_keep_one_receipt(
    sessions: sessionmaker[Session], demonstration: Demonstration, adopt: Callable[..., None], at: datetime
) -> None:
    adopt("S0")
    by, dossier, seal, together = (
        demonstration.actor(Role.TECHNICIEN),
        Dossier(CLEAN),
        Seal.of(Keys(bytes(32))),
        Barrier(2),
    )
    with sessions() as session:
        frame = queries.frame(session, "S0", clock.day(at), by)
    checked = check_dossier(dossier, frame.terms, frame.bounds, Instruments(default()), frame.own)

    def keep(_: int) -> str:
        together.wait()
        with sessions.begin() as session:
            done = (checked, frame, seal)
            return actions.keep_receipt(session, dossier, done, by=by, at=at, idempotency=KEY).receipt.id

    with ThreadPoolExecutor(2) as threads:
        kept = list(threads.map(keep, range(2)))

    assert kept[0] == kept[1]
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Receipt)) == 1
        assert session.scalar(select(func.count()).where(TrailEntry.action == "scan.accepte")) == 1
