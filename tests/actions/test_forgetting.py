"""Who left and whom the portal shows no more is forgotten; five years after a convention, so is what proved it."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.life.events import Text
from governance.conventions.life.tables import ConventionEnd
from governance.conventions.values.accounts import AccountField, Profile
from governance.core.refusals import Conflict
from governance.core.trail.tables import TrailEntry
from governance.habilitations import actions, forgetting
from governance.habilitations.agents.actions import say_left
from governance.habilitations.agents.queries import agents, find_agent
from governance.habilitations.changes.actions import Outcome, ask_change, end_change
from governance.habilitations.rosters.queries import roster
from governance.habilitations.rules import State, is_forgettable, is_past
from governance.habilitations.tables import Account, AccountChange, AccountEvent, Agent, Attestation
from governance.people import actions as people
from governance.people.queries import Adoption
from tests.actions.portal import DOMAIN, FRAUD, Portal
from tests.conftest import Demonstration, on_sqlite


@pytest.mark.parametrize(
    ("left", "states", "forgotten"),
    [
        (None, {State.HIDDEN}, False),
        (date(2026, 6, 2), {State.HIDDEN}, False),
        (date(2026, 6, 1), {State.HIDDEN}, True),
        (date(2026, 6, 1), {State.HIDDEN, State.WITHDRAWN, State.REFUSED}, True),
        (date(2026, 6, 1), set(), False),
        *(
            (date(2026, 6, 1), {State.HIDDEN, one}, False)
            for one in State
            if one.value.startswith(("inac", "acc", "ac"))
        ),
    ],
)
def test_A15_nobody_is_forgotten_before_they_left_and_every_account_is_hidden(
    left: date | None, states: set[State], forgotten: bool
) -> None:
    assert is_forgettable(left, states, date(2026, 6, 1)) is forgotten


@pytest.mark.parametrize(
    ("over", "last"),
    [
        (date(2024, 2, 29), date(2029, 2, 28)),
        (date(2024, 3, 1), date(2029, 3, 1)),
        (date(2025, 12, 31), date(2030, 12, 31)),
    ],
)
def test_five_years_are_kept_whole_after_the_end_of_a_convention(over: date, last: date) -> None:
    assert (is_past(over, last), is_past(over, last + timedelta(days=1))) == (False, True)


def gone(portal: Portal) -> tuple[str, str]:
    """Return an agent and their account, changed once, cut for fraud, hidden since six months."""
    session, at = portal.session, portal.at
    portal.gestionnaire(portal.agent(2))
    agent = portal.agent(1)
    account = portal.gestionnaire(agent)
    change = ask_change(session, account, AccountField.TELEPHONE, "0320000001", by=portal.by, at=at)
    end_change(session, change, Outcome.DONE, by=portal.by, at=at)
    actions.cut_at_once(session, account, FRAUD, by=portal.by, at=at)
    say_left(session, agent, portal.day, by=portal.by, at=at)
    return agent, account


def test_A15_who_left_is_forgotten_once_hidden_and_the_history_stays_without_them(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        portal = Portal(session, demonstration.structure, at).open()
        agent, account = gone(portal)
        before = roster(session, portal.relation, portal.day, by=portal.by, at=at)
        early = forgetting.forget_leavers(session, at)
    later = at + timedelta(days=190)
    with sessions.begin() as session:
        actions.hide_old(session, later)
        done = forgetting.forget_leavers(session, later)
        again = forgetting.forget_leavers(session, later)

    with sessions() as session:
        row, held = session.get_one(Agent, agent), session.get_one(Account, account)
        events = session.scalars(select(AccountEvent).where(AccountEvent.account_id == account)).all()
        change = session.scalars(select(AccountChange)).one()
        told = session.scalars(select(TrailEntry).where(TrailEntry.action == "agent.forgotten")).one()
        assert (early, done, again) == (0, 1, 0)
        assert (held.last_name, held.first_name, held.email, held.phone) == (forgetting.NOBODY, "", "", None)
        assert (row.last_name, row.fonction, row.phone, DOMAIN in row.email) == (forgetting.NOBODY, "", None, False)
        assert not any(one.words for one in events) and (change.value, change.former) == ("", None)
        assert [State(one.after) for one in sorted(events, key=lambda one: one.number)][-2:] == [
            State.CUT,
            State.HIDDEN,
        ]
        assert told.details == {"accounts": 1, "changes": 1, "words": 1}
        after = roster(session, portal.relation, portal.day, by=portal.by, at=later)
        assert [one.state for one in after.rows].count(State.CUT) == 1 and len(after.rows) == len(before.rows)
        assert forgetting.NOBODY in {one.last_name for one in after.rows}
        view = find_agent(session, agent, later.date(), by=portal.by)
        assert view.name == forgetting.NOBODY and view.forgotten_on is not None
        assert agent not in {one.id for one in agents(session, portal.structure, later.date(), by=portal.by)}
        with pytest.raises(Conflict, match="effacées"):
            say_left(session, agent, None, by=portal.by, at=later)


@on_sqlite
def test_A15_who_holds_another_account_stays_known(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        portal = Portal(session, demonstration.structure, at).open()
        agent, _ = gone(portal)
        manager = session.scalars(
            select(Account.id).where(Account.profile == Profile.GESTIONNAIRE, Account.state == "actif")
        ).one()
        say_left(session, agent, None, by=portal.by, at=at)
        portal.technicien(agent, manager)
        say_left(session, agent, portal.day, by=portal.by, at=at)

        actions.hide_old(session, at + timedelta(days=190))

        assert forgetting.forget_leavers(session, at + timedelta(days=190)) == 0


def test_five_years_after_the_end_accounts_go_with_their_history_unless_it_began_again(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        portal = Portal(session, demonstration.structure, at).open()
        agent, account = gone(portal)
        end = ConventionEnd(structure_id=portal.structure, convention="S3", caisse=portal.caisse, text=Text.CM.value)
        end.over_from, end.why, end.set_off_at = portal.day, "fin convenue ou saisie", at
        session.add(end)
    later = at + timedelta(days=5 * 366)
    with sessions.begin() as session:
        revived = forgetting.remove_past(session, later)
    with sessions.begin() as session:
        stopped = Adoption("S3", None, portal.day - timedelta(days=1))
        people.adopt_convention(session, portal.structure, stopped, by=portal.by, at=at)
        soon = forgetting.remove_past(session, at + timedelta(days=4 * 365))
        done = forgetting.remove_past(session, later)
        again = forgetting.remove_past(session, later)

        assert (revived, soon, again) == ((0, 0), (0, 0), (0, 0))
        assert done == (2, 1)
        assert not session.scalar(select(func.count()).select_from(AccountEvent))
        assert session.get(Account, account) is None and session.get(Agent, agent) is None
        assert not session.scalars(select(Attestation).where(Attestation.agent_id == agent)).all()
        assert session.scalars(select(Agent.id).where(Agent.structure_id == portal.structure)).all()
        assert len(session.scalars(select(TrailEntry).where(TrailEntry.action == "portal_account.removed")).all()) == 1
