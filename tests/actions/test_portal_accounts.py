"""Accounts of the portal as actions change them: each step recorded, and the rules held on every path."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.values.accounts import AccountField
from governance.core.outbox.tables import OutboxContent, OutboxMessage
from governance.core.refusals import Conflict, Forbidden, Invalid, NotFound
from governance.core.sight import SIGHT
from governance.core.trail.tables import TrailEntry
from governance.habilitations import actions, queries
from governance.habilitations.agents import queries as agents
from governance.habilitations.agents.actions import attest, correct_agent, say_domain, say_left, withdraw_attestation
from governance.habilitations.agents.presenting import said_checks
from governance.habilitations.agents.rules import Check, DomainKind
from governance.habilitations.changes.actions import ask_change
from governance.habilitations.ending import reopen_access
from governance.habilitations.opening import NoPortal, NotReady, room_in
from governance.habilitations.queries import Wanted
from governance.habilitations.quotas import NoSize, OverQuota, Standing
from governance.habilitations.rules import LastOne, NotNow, Reason, State, TooShort
from governance.habilitations.steps import Why
from governance.habilitations.tables import Account, AccountEvent, Vacancy
from governance.people.contacts.rules import Relation
from governance.people.queries import actor_of
from governance.people.rules import Actor, Role
from governance.people.tables import Person
from governance.web.act import sight_of
from tests.actions.portal import FRAUD, Portal, draft
from tests.conftest import Demonstration, on_sqlite

Sessions = sessionmaker[Session]


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with sessions() as opened:
        yield opened


@pytest.fixture
def portal(session: Session, demonstration: Demonstration, at: datetime) -> Portal:
    """Give a CCAS under S3, of eight members."""
    return Portal(session, demonstration.structure, at).open()


def state(portal: Portal, account: str) -> State:
    return State(portal.session.get_one(Account, account, populate_existing=True).state)


def letters(session: Session) -> list[str]:
    rows = session.scalars(select(OutboxContent).join(OutboxMessage).order_by(OutboxMessage.created_at))
    return [f"{row.recipient}\n{row.subject}\n{row.body}" for row in rows]


@on_sqlite
@pytest.mark.parametrize("what", [AccountField.CIVILITE, AccountField.PRENOM])
def test_A9_what_the_convention_does_not_name_is_not_asked_of_the_caisse(portal: Portal, what: AccountField) -> None:
    account = portal.gestionnaire(portal.agent(1))

    with pytest.raises(Invalid):
        ask_change(portal.session, account, what, "Autre", by=portal.by, at=portal.at)


@on_sqlite
def test_A5_A6_A17_a_gestionnaire_is_asked_for_granted_and_active_with_every_step_kept(portal: Portal) -> None:
    account = portal.gestionnaire(portal.agent(1))

    row = portal.session.get_one(Account, account)
    steps = portal.session.scalars(select(AccountEvent).order_by(AccountEvent.number)).all()
    assert (row.state, row.due_on) == (State.ACTIVE, date(2026, 11, 30))
    assert [(one.number, one.before, one.after) for one in steps] == [
        (1, None, "demande"), (2, "demande", "cree"), (3, "cree", "actif"),
    ]  # fmt: skip
    told = letters(portal.session)[0]
    assert "03" in told and "Travailleuse sociale" in told and "agent1@" in told and "Madame Nom1 Prénom1" in told
    assert "dpo" in told.splitlines()[0]


@on_sqlite
def test_A6_K6_the_second_clock_runs_from_the_signature(portal: Portal) -> None:
    signed = portal.day - timedelta(days=1)

    account = actions.request_gestionnaire(
        portal.session, portal.relation, portal.agent(1), signed, by=portal.by, at=portal.at
    )

    assert portal.session.get_one(Account, account).signature_due_on == signed + timedelta(days=5)


@on_sqlite
@pytest.mark.parametrize("convention", ["S2"])
def test_A1_no_account_is_asked_for_without_a_convention_of_use(
    session: Session, demonstration: Demonstration, at: datetime, convention: str
) -> None:
    portal = Portal(session, demonstration.structure, at, convention, "artois").open()

    with pytest.raises(NoPortal):
        portal.requested(portal.agent(1))
    assert queries.portals(session, portal.structure, at)[0].why_not


@on_sqlite
def test_A2_the_ceiling_refuses_one_more_and_a_band_crossed_lets_it_in(portal: Portal) -> None:
    agents_of = [portal.agent(number) for number in range(3)]
    for agent in agents_of[:2]:
        portal.requested(agent)

    with pytest.raises(OverQuota):
        portal.requested(agents_of[2])
    portal.size(11, later=1)
    portal.requested(agents_of[2])
    portal.size(10, later=2)

    found = room_in(portal.session, portal.relation, queries.Profile.GESTIONNAIRE, portal.day, 10)
    assert (found.standing, found.held) == (Standing.OVER, 3)


@on_sqlite
def test_A2_a_size_is_asked_first(session: Session, demonstration: Demonstration, at: datetime) -> None:
    portal = Portal(session, demonstration.structure, at).open(members=None)

    with pytest.raises(NoSize):
        portal.requested(portal.agent(1))


@on_sqlite
def test_A2_two_caisses_of_a_convention_count_a_person_once(
    session: Session, demonstration: Demonstration, at: datetime
) -> None:
    artois = Portal(session, demonstration.structure, at, "S0", "artois").open()
    opale = Portal(session, demonstration.structure, at, "S0", "cotedopale")
    both = [artois.agent(number) for number in range(2)]

    for agent in both:
        artois.gestionnaire(agent)
        opale.gestionnaire(agent)

    with pytest.raises(OverQuota):
        opale.requested(artois.agent(9))


@on_sqlite
def test_A7_a_technicien_is_created_by_an_active_gestionnaire_of_the_same_caisse(portal: Portal) -> None:
    waiting, agent = portal.requested(portal.agent(1)), portal.agent(2)

    with pytest.raises(Conflict, match="gestionnaire actif"):
        portal.technicien(agent, waiting)


@on_sqlite
def test_A8_one_person_with_both_profiles_has_two_accounts_and_never_two_of_one(portal: Portal) -> None:
    agent = portal.agent(1)
    manager = portal.gestionnaire(agent)

    technicien = portal.technicien(agent, manager)

    assert manager != technicien
    with pytest.raises(Conflict, match="déjà un compte"):
        portal.requested(agent)


@on_sqlite
def test_A10_A11_the_last_is_refused_and_with_a_successor_the_notice_runs(portal: Portal) -> None:
    first = portal.gestionnaire(portal.agent(1))
    successor = portal.agent(2)

    with pytest.raises(LastOne):
        portal.leave(first)
    asked = portal.requested(successor)
    with pytest.raises(LastOne):
        portal.leave(first)
    actions.grant(portal.session, asked, portal.day, by=portal.by, at=portal.at)
    actions.accept_cgu(portal.session, asked, portal.day, by=portal.by, at=portal.at)
    with pytest.raises(TooShort):
        portal.leave(first, portal.day + timedelta(days=14), "")
    portal.leave(first, portal.day + timedelta(days=15), "")

    assert state(portal, first) is State.NOTICE
    assert actions.end_notices(portal.session, portal.at + timedelta(days=14)) == (0, 0)
    assert actions.end_notices(portal.session, portal.at + timedelta(days=15)) == (1, 0)
    assert actions.end_notices(portal.session, portal.at + timedelta(days=15)) == (0, 0)
    assert state(portal, first) is State.INACTIVE


@on_sqlite
def test_A11_a_notice_that_would_leave_nobody_is_held_back_at_its_end(portal: Portal) -> None:
    first, second = (portal.gestionnaire(portal.agent(number)) for number in (1, 2))
    portal.leave(first, portal.day)
    actions.cut_at_once(portal.session, second, FRAUD, by=portal.by, at=portal.at)

    with pytest.raises(LastOne):
        actions.confirm_inactivation(portal.session, first, portal.day, by=portal.by, at=portal.at)

    assert actions.end_notices(portal.session, portal.at) == (0, 1)
    assert state(portal, first) is State.NOTICE


@on_sqlite
def test_A12_techniciens_stay_active_and_pass_to_the_new_gestionnaire(portal: Portal) -> None:
    first = portal.gestionnaire(portal.agent(1))
    technicien = portal.technicien(portal.agent(3), first)

    actions.cut_at_once(portal.session, first, FRAUD, by=portal.by, at=portal.at)
    alone = portal.session.get_one(Account, technicien).manager_id
    second = portal.gestionnaire(portal.agent(2))

    assert alone is None
    assert state(portal, technicien) is State.ACTIVE
    assert portal.session.get_one(Account, technicien).manager_id == second


@on_sqlite
def test_A12_techniciens_of_who_leaves_pass_at_once_to_a_gestionnaire_who_stays(portal: Portal) -> None:
    first, second = (portal.gestionnaire(portal.agent(number)) for number in (1, 2))
    technicien = portal.technicien(portal.agent(3), first)

    portal.leave(first)

    assert state(portal, technicien) is State.ACTIVE
    assert portal.session.get_one(Account, technicien).manager_id == second


@on_sqlite
def test_A13_any_gestionnaire_inactivates_a_technicien_at_once_even_whom_another_created(
    portal: Portal, demonstration: Demonstration
) -> None:
    creator = portal.gestionnaire(portal.agent(1))
    technicien = portal.technicien(portal.agent(2), creator)
    another = demonstration.actor(Role.GESTIONNAIRE)

    actions.inactivate_technicien(portal.session, technicien, Why(Reason.DEPARTURE), by=another, at=portal.at)

    row = portal.session.get_one(Account, technicien)
    assert (row.state, row.inactive_on, row.hidden_on) == (State.INACTIVE, portal.day, date(2027, 5, 23))
    with pytest.raises(Conflict, match="préavis"):
        actions.inactivate_technicien(portal.session, creator, Why(Reason.DEPARTURE), by=portal.by, at=portal.at)


@on_sqlite
def test_A14_one_caisse_that_ends_closes_its_access_only_and_all_ended_inactivate(
    session: Session, demonstration: Demonstration, at: datetime
) -> None:
    artois = Portal(session, demonstration.structure, at, "S0", "artois").open()
    opale = Portal(session, demonstration.structure, at, "S0", "cotedopale")
    agent = artois.agent(1)
    here, there = artois.gestionnaire(agent), opale.gestionnaire(agent)

    closed = actions.close_access(session, artois.relation, by=artois.by, at=at)
    after_one = (state(artois, here), state(artois, there))
    ended = actions.inactivate_all_of_structure(session, artois.structure, by=artois.by, at=at)
    after_all = (state(artois, here), state(artois, there))
    reopened = reopen_access(session, opale.relation, by=artois.by, at=at)

    assert (closed, ended, reopened) == (1, 2, 1)
    assert after_one == (State.ACCESS_CLOSED, State.ACTIVE)
    assert after_all == (State.ENDED, State.ENDED)
    assert (state(artois, here), state(artois, there)) == (State.ENDED, State.ACTIVE)


@on_sqlite
def test_A15_at_six_months_an_inactive_account_is_no_longer_visible_and_its_history_stays(portal: Portal) -> None:
    manager = portal.gestionnaire(portal.agent(1))
    technicien = portal.technicien(portal.agent(2), manager)
    actions.inactivate_technicien(portal.session, technicien, Why(Reason.UNRELATED), by=portal.by, at=portal.at)

    too_soon = actions.hide_old(portal.session, datetime(2027, 5, 22, 12, tzinfo=portal.at.tzinfo))
    hidden = actions.hide_old(portal.session, datetime(2027, 5, 23, 12, tzinfo=portal.at.tzinfo))
    again = actions.hide_old(portal.session, datetime(2027, 6, 1, 12, tzinfo=portal.at.tzinfo))

    assert (too_soon, hidden, again) == (0, 1, 0)
    assert queries.history(portal.session, technicien, portal.by)[-1].day == date(2027, 5, 23)
    assert len(queries.history(portal.session, technicien, portal.by)) == 4


@on_sqlite
def test_A18_to_A22_nothing_is_created_while_one_check_is_missing_whichever_it_is(portal: Portal) -> None:
    manager, agent = portal.gestionnaire(portal.agent(1)), portal.agent(2)
    until = portal.day + timedelta(days=1)

    for check in Check:
        withdraw_attestation(portal.session, agent, check, by=portal.by, at=portal.at)
        with pytest.raises(NotReady, match=re.escape(said_checks((check,)))):
            portal.technicien(agent, manager)
        attest(
            portal.session, agent, check, (portal.day, until if check is Check.TRAINING else None), by=portal.by,
            at=portal.at,
        )  # fmt: skip

    assert agents.missing_of(portal.session, agent, portal.day) == ()
    assert agents.missing_of(portal.session, agent, until + timedelta(days=1)) == (Check.TRAINING,)
    assert portal.technicien(agent, manager)


@on_sqlite
def test_A20_a_new_address_is_attested_anew_and_a_public_webmail_is_never_the_structure_s_own(portal: Portal) -> None:
    agent = portal.agent(1)

    correct_agent(portal.session, agent, draft(1, email="autre@ccas-essai.example"), by=portal.by, at=portal.at)

    assert agents.missing_of(portal.session, agent, portal.day) == (Check.EMAIL,)
    with pytest.raises(Conflict):
        say_domain(portal.session, portal.structure, "gmail.com", DomainKind.OWN, by=portal.by, at=portal.at)


@on_sqlite
def test_A23_K8_a_security_cut_takes_the_last_one_tells_the_caisse_and_opens_a_vacancy(portal: Portal) -> None:
    only = portal.gestionnaire(portal.agent(1))

    done = actions.cut_at_once(portal.session, only, FRAUD, by=portal.by, at=portal.at)

    vacancy = portal.session.scalars(select(Vacancy)).one()
    assert (done.vacancy, vacancy.due_on, vacancy.ended_at) == (vacancy.id, date(2026, 11, 30), None)
    assert state(portal, only) is State.CUT
    assert "sans délai" in letters(portal.session)[-1] and "fraude" in letters(portal.session)[-1]
    portal.gestionnaire(portal.agent(2))
    assert portal.session.get_one(Vacancy, vacancy.id, populate_existing=True).ended_at == portal.at


@on_sqlite
def test_A23_a_cut_is_for_security_and_happens_once(portal: Portal) -> None:
    only = portal.gestionnaire(portal.agent(1))

    with pytest.raises(Invalid):
        actions.cut_at_once(portal.session, only, Why(Reason.DEPARTURE), by=portal.by, at=portal.at)
    actions.cut_at_once(portal.session, only, FRAUD, by=portal.by, at=portal.at)

    with pytest.raises(NotNow):
        actions.cut_at_once(portal.session, only, FRAUD, by=portal.by, at=portal.at)


@on_sqlite
def test_A24_the_table_of_habilitations_follows_each_step(portal: Portal) -> None:
    first = portal.gestionnaire(portal.agent(1))
    technicien = portal.technicien(portal.agent(2), first)

    before = {one.id for one in queries.live_accounts(portal.session, portal.structure)}
    actions.inactivate_technicien(portal.session, technicien, Why(Reason.ABSENCE), by=portal.by, at=portal.at)

    assert before == {first, technicien}
    assert {one.id for one in queries.live_accounts(portal.session, portal.structure)} == {first}


@on_sqlite
def test_dates_never_go_back(portal: Portal) -> None:
    account = portal.requested(portal.agent(1))

    for wrong in (portal.day - timedelta(days=1), portal.day + timedelta(days=1)):
        with pytest.raises(Invalid):
            actions.grant(portal.session, account, wrong, by=portal.by, at=portal.at)


@on_sqlite
def test_who_left_is_given_no_account(portal: Portal) -> None:
    agent = portal.agent(1)
    say_left(portal.session, agent, portal.day, by=portal.by, at=portal.at)

    with pytest.raises(Conflict, match="quitté"):
        portal.requested(agent)


@on_sqlite
def test_what_was_attested_may_be_taken_back(portal: Portal) -> None:
    agent = portal.agent(1)

    withdraw_attestation(portal.session, agent, Check.DEVICE, by=portal.by, at=portal.at)

    assert agents.missing_of(portal.session, agent, portal.day) == (Check.DEVICE,)
    with pytest.raises(NotFound):
        withdraw_attestation(portal.session, agent, Check.DEVICE, by=portal.by, at=portal.at)


@on_sqlite
def test_the_journal_names_each_step_and_holds_no_name(portal: Portal) -> None:
    account = portal.gestionnaire(portal.agent(1))

    entries = portal.session.scalars(select(TrailEntry).where(TrailEntry.subject == account)).all()
    assert [one.action for one in entries] == [f"portal_account.{step}" for step in ("demande", "cree", "actif")]
    assert "Nom1" not in repr([one.details for one in entries])


@pytest.mark.parametrize("statement", ["SET after = 'actif'", "SET day = '2020-01-01'", "SET done_by = 'x'"])
def test_the_database_itself_refuses_to_rewrite_a_step(
    sessions: Sessions, demonstration: Demonstration, at: datetime, statement: str
) -> None:
    with sessions.begin() as session:
        portal = Portal(session, demonstration.structure, at).open()
        portal.requested(portal.agent(1))

    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(sa.text(f"UPDATE portal_account_event {statement}"))


def agent_of(session: Session, demonstration: Demonstration, *, other: bool = False) -> Actor:
    people = demonstration.others if other else demonstration.people
    place = demonstration.place(Role.AGENT_CAISSE, other)
    found = actor_of(session, session.get_one(Person, people[Role.AGENT_CAISSE]), place)
    assert found is not None
    return found


def test_a_caisse_sees_grants_and_cuts_what_is_asked_of_it_and_nothing_else(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        mine = Portal(session, demonstration.structure, at, "S0", "artois").open()
        other = Portal(session, demonstration.structure, at, "S0", "cotedopale")
        agent = mine.agent(1)
        here, there = mine.requested(agent), other.requested(agent)
        asks, elsewhere = agent_of(session, demonstration), agent_of(session, demonstration, other=True)

    with sessions(info={SIGHT: sight_of(asks)}) as session, session.begin():
        assert [one.id for one in queries.accounts(session, asks).rows] == [here]
        with pytest.raises(NotFound):
            queries.find_account(session, there, asks)
        actions.grant(session, here, at.date(), by=asks, at=at)
        with pytest.raises(NotFound):
            actions.accept_cgu(session, here, at.date(), by=asks, at=at)
        with pytest.raises(NotFound):
            actions.grant(session, there, at.date(), by=asks, at=at)
        assert actions.cut_at_once(session, here, FRAUD, by=asks, at=at).account == here
    with sessions(info={SIGHT: sight_of(elsewhere)}) as session:
        assert queries.accounts(session, elsewhere).total == 0


@on_sqlite
def test_a_technicien_reads_no_account(portal: Portal, demonstration: Demonstration) -> None:
    with pytest.raises(Forbidden):
        queries.accounts(portal.session, demonstration.actor(Role.TECHNICIEN), Wanted())


@on_sqlite
def test_lists_are_filtered_counted_and_ordered_by_what_asks_for_something(portal: Portal) -> None:
    first = portal.gestionnaire(portal.agent(1))
    portal.technicien(portal.agent(3), first)
    asked = portal.requested(portal.agent(2))
    by = portal.by

    page = queries.accounts(portal.session, by)
    gestionnaires = queries.accounts(portal.session, by, Wanted(profile=queries.Profile.GESTIONNAIRE))

    assert page.rows[0].id == asked
    assert (page.total, page.counts) == (3, {State.ACTIVE: 2, State.REQUESTED: 1})
    assert gestionnaires.total == 2
    assert queries.accounts(portal.session, by, Wanted(state=State.ACTIVE, caisse="ailleurs")).total == 0
    assert queries.accounts(portal.session, by, Wanted(convention="S3", live=True)).total == 3
    assert queries.find_account(portal.session, asked, by).relation == Relation(*portal.relation)
