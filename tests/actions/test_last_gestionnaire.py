"""« A removes B » while « B removes A »: a structure is never left without an active gestionnaire (A11)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Barrier

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.habilitations import actions
from governance.habilitations.rules import OPEN, LastOne, Reason, State
from governance.habilitations.steps import Why
from governance.habilitations.tables import Account
from governance.people.rules import command
from tests.actions.portal import Portal
from tests.conftest import Demonstration

Sessions = sessionmaker[Session]
ROUNDS = 6  # `./vigie bench accounts` makes 200


def test_A11_two_gestionnaires_who_remove_each_other_at_once_leave_one(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        portal = Portal(session, demonstration.structure, at).open()
        pair = tuple(portal.gestionnaire(portal.agent(number)) for number in range(2))

    leaves = partial(_leaves, sessions, at)
    outcomes = [both(leaves, pair) for _ in range(ROUNDS) if _again(sessions, at)]

    assert len(outcomes) == ROUNDS
    assert all(sorted(one) == [False, True] for one in outcomes)
    with sessions() as session:
        assert session.scalar(select(func.count()).where(Account.state == State.ACTIVE)) == 1
        assert session.scalar(select(func.count()).where(Account.state.in_(OPEN))) == 2


def both(act: Callable[[str], bool], pair: tuple[str, ...]) -> list[bool]:
    """Do the same upon each of a pair at the same time; return which succeeded."""
    ready = Barrier(len(pair))

    def one(account: str) -> bool:
        ready.wait()
        return act(account)

    with ThreadPoolExecutor(len(pair)) as pool:
        return list(pool.map(one, pair))


def _leaves(sessions: Sessions, at: datetime, account: str) -> bool:
    try:
        with sessions.begin() as session:
            structure = session.scalar(select(Account.structure_id).where(Account.id == account))
            asked = actions.Leaving(at.date(), Reason.DEPARTURE, "Départ")
            actions.request_inactivation(session, account, asked, by=command(structure or ""), at=at)
    except LastOne:
        return False
    return True


def _again(sessions: Sessions, at: datetime) -> bool:
    """Take back the notice of the round before; return that both are active."""
    with sessions.begin() as session:
        for row in session.scalars(select(Account).where(Account.state == State.NOTICE).order_by(Account.id)).all():
            why = Why(Reason.MISTAKE)
            actions.cancel_inactivation(session, row.id, why, by=command(row.structure_id), at=at)
    with sessions() as session:
        return session.scalar(select(func.count()).where(Account.state == State.ACTIVE)) == 2
