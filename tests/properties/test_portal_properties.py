"""Whatever people do to accounts, in any order: the last gestionnaire stays, dates only advance, history is whole."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.values.accounts import Profile
from governance.core.refusals import Refusal
from governance.habilitations import actions
from governance.habilitations.rules import NEXT, OPEN, Reason, State
from governance.habilitations.steps import Why
from governance.habilitations.tables import Account, AccountEvent, Vacancy
from tests.actions.portal import FRAUD, Portal
from tests.conftest import Demonstration, on_sqlite

AGENTS = 4
WHY = Why(Reason.DEPARTURE, "Départ")
Act = Callable[[Portal, str, str], object]

# Each act upon an agent, or upon an account: what is refused changes nothing.
ACTS: dict[str, Act] = {
    "request": lambda p, agent, _: p.requested(agent),
    "create": lambda p, agent, account: actions.create_technicien(
        p.session, p.relation, agent, account, by=p.by, at=p.at
    ),
    "grant": lambda p, _, account: actions.grant(p.session, account, p.day, by=p.by, at=p.at),
    "cgu": lambda p, _, account: actions.accept_cgu(p.session, account, p.day, by=p.by, at=p.at),
    "leave": lambda p, _, account: p.leave(account, p.day + timedelta(days=2)),
    "keep": lambda p, _, account: actions.cancel_inactivation(p.session, account, WHY, by=p.by, at=p.at),
    "left": lambda p, _, account: actions.confirm_inactivation(p.session, account, p.day, by=p.by, at=p.at),
    "stop": lambda p, _, account: actions.inactivate_technicien(p.session, account, WHY, by=p.by, at=p.at),
    "time": lambda p, _, __: actions.end_notices(p.session, p.at),
    "hide": lambda p, _, __: actions.hide_old(p.session, p.at + timedelta(days=200)),
    "cut": lambda p, _, account: actions.cut_at_once(p.session, account, FRAUD, by=p.by, at=p.at),
}
STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, AGENTS - 1), st.integers(0, 9)), min_size=5, max_size=30
)


@on_sqlite
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_no_order_of_acts_leaves_a_structure_without_gestionnaire_but_a_cut(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime, steps: list[tuple[str, int, int]]
) -> None:
    with sessions() as session:
        portal = Portal(session, demonstration.structure, at).open(30)
        agents = [portal.agent(number) for number in range(AGENTS)]
        portal.gestionnaire(agents[0])
        for day, (name, agent, account) in enumerate(steps):
            now = Portal(session, portal.structure, at + timedelta(days=day))
            before = _open(session)
            _tried(now, name, agents[agent], account)
            after = _open(session)

            assert name == "cut" or after >= min(before, 1)
            assert after or not before or session.scalar(select(func.count()).where(Vacancy.ended_at.is_(None)))
        _check_histories(session)
        session.rollback()


def _tried(portal: Portal, name: str, agent: str, account: int) -> None:
    known = portal.session.scalars(select(Account.id).order_by(Account.asked_on, Account.id)).all()
    try:
        with portal.session.begin_nested():
            ACTS[name](portal, agent, known[account % len(known)])
    except Refusal:
        portal.session.expire_all()


def _open(session: Session) -> int:
    held = (Account.profile == Profile.GESTIONNAIRE, Account.state.in_(OPEN))
    return session.scalar(select(func.count()).where(*held)) or 0


def _check_histories(session: Session) -> None:
    for account in session.scalars(select(Account).execution_options(populate_existing=True)):
        history = session.scalars(
            select(AccountEvent).where(AccountEvent.account_id == account.id).order_by(AccountEvent.number)
        ).all()
        assert [one.number for one in history] == list(range(1, len(history) + 1))
        assert history[-1].after == account.state
        for one, two in pairwise(history):
            assert two.before == one.after and State(two.after) in NEXT[State(one.after)]
            assert two.day >= one.day or two.after == State.HIDDEN
