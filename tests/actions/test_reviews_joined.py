"""Reviews joined to the accounts of the portal: what opens one, who is written to, what closing does and certifies."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from governance.core.keys import Keys
from governance.core.outbox.tables import OutboxMessage
from governance.habilitations.agents.rules import Check
from governance.habilitations.rules import State as AccountState
from governance.habilitations.tables import Account, Agent, Attestation
from governance.jobs.job import Job, Sweep, Turn
from governance.papers.signing import public_key, verify
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Actor, Kind, Role, Signed, command
from reviews.certificate import extract
from reviews.closing import Policy, Silence
from reviews.ending import sign_off
from reviews.events import Event, ask, departures, open_event
from reviews.facts import Flag
from reviews.jobs import jobs, ways
from reviews.joining import entries_of
from reviews.rules import Answer, BadReview, Cause, Choice, State
from reviews.settings import Settings, keep_settings, plans
from reviews.tables import ReviewCampaign, ReviewNotice, ReviewRequest
from tests.actions.portal import Portal
from tests.conftest import Demonstration, on_sqlite
from tests.reviewing import REVOKE, entries, reply

Sessions = sessionmaker[Session]
KEYS = Keys(b"un secret de 32 octets, d'essai..")
BASE = "https://vigie.example"
KEEP = Answer(Choice.KEEP)
JOBS = {job.name: job for job in jobs(KEYS, BASE)}


@pytest.fixture
def portal(sessions: Sessions, demonstration: Demonstration, at: datetime) -> dict[str, str]:
    """Give a CCAS under S3 with two gestionnaires and two techniciens, active; their accounts by name."""
    with sessions.begin() as session:
        made = Portal(session, demonstration.structure, at).open()
        people = [made.agent(number) for number in range(1, 5)]
        first = made.gestionnaire(people[0])
        accounts = {"g1": first, "g2": made.gestionnaire(people[1])}
        return accounts | {"t1": made.technicien(people[2], first), "t2": made.technicien(people[3], first)}


def run(name: str, sessions: Sessions, at: datetime) -> str:
    """Run a job once."""
    job: Job = JOBS[name]
    assert isinstance(job.work, Sweep)
    return job.work.do(sessions, Turn(at, at))


def the_review(sessions: Sessions) -> ReviewCampaign:
    with sessions() as session:
        return session.scalars(sa.select(ReviewCampaign).order_by(ReviewCampaign.opened_at.desc()).limit(1)).one()


def state(sessions: Sessions, account: str) -> str:
    with sessions() as session:
        return session.get_one(Account, account).state


@on_sqlite
def test_A24_the_timetable_opens_a_review_of_every_open_account_once(
    sessions: Sessions, demonstration: Demonstration, portal: dict[str, str], at: datetime
) -> None:
    run("open-reviews", sessions, at)
    run("open-reviews", sessions, at + timedelta(minutes=5))

    campaign = the_review(sessions)
    assert campaign.cause == Cause.TIMETABLE
    assert set(entries(sessions, campaign.id)) == set(portal.values())
    with sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ReviewCampaign)) == 1


@on_sqlite
def test_A24_the_next_review_comes_after_the_period_that_the_DPO_chose_a_year_at_most(
    sessions: Sessions, demonstration: Demonstration, portal: dict[str, str], at: datetime
) -> None:
    dpo, here = demonstration.actor(Role.DPO), demonstration.structure
    with pytest.raises(BadReview), sessions.begin() as session:
        keep_settings(session, here, "S3", Settings(months=13), by=dpo, at=at)
    with sessions.begin() as session:
        given = Settings(3, 10, Policy(Silence.SUSPEND, 5), dpo.id)
        keep_settings(session, here, "S3", given, by=dpo, at=at)
        adopt_convention(session, here, Adoption("S3", date(2026, 10, 1), None), by=command(here), at=at)

    with sessions() as session:
        plan = plans(session, here, at)[0]

    assert plan.next_on == date(2027, 1, 1)
    run("open-reviews", sessions, at)
    with sessions() as session:
        assert session.scalar(sa.select(ReviewCampaign.id)) is None
    run("open-reviews", sessions, at + timedelta(days=45))
    assert (the_review(sessions).silence, the_review(sessions).fallback) == ("suspendre", dpo.id)


@on_sqlite
def test_A13_a_departure_opens_a_micro_review_of_that_account_once(
    sessions: Sessions, demonstration: Demonstration, portal: dict[str, str], at: datetime
) -> None:
    with sessions.begin() as session:
        agent = session.get_one(Account, portal["t1"]).agent_id
        session.get_one(Agent, agent).left_on = at.date()
        adopt_convention(
            session, demonstration.structure, Adoption("S3", date(2026, 10, 1), None),
            by=command(demonstration.structure), at=at,
        )  # fmt: skip

    run("open-reviews", sessions, at)
    run("open-reviews", sessions, at + timedelta(days=1))

    campaign = the_review(sessions)
    rows = entries(sessions, campaign.id)
    assert (campaign.cause, list(rows), rows[portal["t1"]].flags) == (Cause.DEPARTURE, [portal["t1"]], [Flag.LEAVER])
    with sessions() as session:
        assert list(departures(session, demonstration.structure, "S3", at)) == []


@on_sqlite
def test_A2_a_structure_that_shrinks_has_its_gestionnaires_reviewed(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        made = Portal(session, demonstration.structure, at).open(members=None)
        adopt_convention(session, demonstration.structure, Adoption("S3", date(2026, 10, 1), None), by=made.by, at=at)
        made.size(11)
        for number in range(1, 4):
            made.gestionnaire(made.agent(number))
        Portal(session, demonstration.structure, at + timedelta(days=1)).size(10)

    run("open-reviews", sessions, at + timedelta(days=1))
    run("open-reviews", sessions, at + timedelta(days=2))

    campaign = the_review(sessions)
    assert (campaign.cause, campaign.entries) == (Cause.BAND, 3)
    assert sum(Flag.OVER_QUOTA in row.flags for row in entries(sessions, campaign.id).values()) == 1


@on_sqlite
def test_an_event_of_another_package_opens_a_micro_review_of_the_accounts_it_names(
    sessions: Sessions, demonstration: Demonstration, portal: dict[str, str], at: datetime
) -> None:
    event = Event(demonstration.structure, "S3", Cause.BREACH, "violation/b1", [portal["t2"]])

    with sessions.begin() as session:
        first, again = open_event(session, event, at), open_event(session, event, at)

    assert first is not None and again is None
    assert list(entries(sessions, first)) == [portal["t2"]]


@on_sqlite
def test_A24_a_caisse_that_asks_has_its_review_opened_and_its_clock_of_five_working_days(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    here, caisse = demonstration.structure, demonstration.caisse
    with sessions.begin() as session:
        made = Portal(session, here, at, "S0", "artois").open()
        made.gestionnaire(made.agent(1))
        adopt_convention(session, here, Adoption("S0", date(2026, 10, 1), None), by=made.by, at=at)
    agent = Actor(
        demonstration.people[Role.AGENT_CAISSE], Kind.PERSON, caisse, frozenset({Role.AGENT_CAISSE}), "Agent",
        signed=frozenset({Signed(here, "S0")}), caisse="artois",
    )  # fmt: skip

    with sessions.begin() as session:
        ask(session, here, "S0", by=agent, at=at)
    with pytest.raises(BadReview), sessions.begin() as session:
        ask(session, here, "S0", by=agent, at=at)
    run("open-reviews", sessions, at)

    campaign = the_review(sessions)
    assert (campaign.cause, campaign.answer_by, campaign.due) == (Cause.CAISSE, date(2026, 11, 30), date(2026, 11, 30))
    with sessions() as session:
        assert session.scalars(sa.select(ReviewRequest)).one().campaign_id == campaign.id


@on_sqlite
def test_reviewers_are_asked_then_reminded_once_each_and_not_those_who_have_finished(
    sessions: Sessions, demonstration: Demonstration, portal: dict[str, str], at: datetime
) -> None:
    run("open-reviews", sessions, at)
    campaign, by = the_review(sessions), demonstration.actor(Role.GESTIONNAIRE)

    run("tell-reviewers", sessions, at)
    run("tell-reviewers", sessions, at + timedelta(minutes=1))
    for days in (6, 7, 14):
        run("tell-reviewers", sessions, at + timedelta(days=days))
    reply(sessions, campaign.id, dict.fromkeys(entries(sessions, campaign.id), KEEP), by, at)
    run("tell-reviewers", sessions, at + timedelta(days=20))

    with sessions() as session:
        told = session.scalars(sa.select(ReviewNotice).order_by(ReviewNotice.at)).all()
        messages = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.about == campaign.id)).all()
    assert [(one.person, one.kind.rpartition("-")[0] or one.kind) for one in told] == [
        (by.id, "ouverture"), (by.id, "j-15"), (by.id, "j-7"),
    ]  # fmt: skip
    assert {one.message for one in told} == {one.id for one in messages}


@on_sqlite
def test_a_late_review_is_told_to_the_DPO_once(
    sessions: Sessions, demonstration: Demonstration, portal: dict[str, str], at: datetime
) -> None:
    run("open-reviews", sessions, at)

    for days in (22, 23):
        run("tell-reviewers", sessions, at + timedelta(days=days))

    with sessions() as session:
        late = sa.select(ReviewNotice.person).where(ReviewNotice.kind == "retard")
        assert session.scalars(late).all() == [demonstration.people[Role.DPO]]


@on_sqlite
def test_closing_ends_accounts_as_the_convention_says_and_certifies_who_did_what(
    sessions: Sessions, demonstration: Demonstration, portal: dict[str, str], at: datetime
) -> None:
    run("open-reviews", sessions, at)
    run("tell-reviewers", sessions, at)
    campaign, by = the_review(sessions), demonstration.actor(Role.GESTIONNAIRE)
    answers = {portal["g1"]: KEEP, portal["g2"]: REVOKE, portal["t1"]: REVOKE, portal["t2"]: KEEP}
    reply(sessions, campaign.id, answers, by, at + timedelta(minutes=2))

    with sessions.begin() as session:
        sign_off(session, campaign.id, ways(KEYS), by=by, at=at + timedelta(minutes=3))

    run("end-reviews", sessions, at + timedelta(minutes=4))

    done = the_review(sessions)
    assert (state(sessions, portal["g2"]), state(sessions, portal["t1"])) == (
        AccountState.NOTICE,
        AccountState.INACTIVE,
    )
    assert (state(sessions, portal["g1"]), state(sessions, portal["t2"])) == (AccountState.ACTIVE, AccountState.ACTIVE)
    assert (done.state, done.next_on) == (State.CLOSED, date(2027, 5, 23))
    said = verify(done.certificate or "", public_key(KEYS)).value
    assert said["counts"] == {"garde": 2, "retire": 2}
    assert {one["name"]: one["by"] for one in said["accounts"]}["Prénom2 Nom2"] == "Personne gestionnaire"
    assert [one["kind"] for one in said["contacts"]] == ["ouverture"]
    assert said["whole"]["answers"] == 4
    assert extract(said, "artois")["accounts"] == []


@on_sqlite
def test_A11_silence_never_leaves_a_structure_without_gestionnaire(
    sessions: Sessions, demonstration: Demonstration, portal: dict[str, str], at: datetime
) -> None:
    with sessions.begin() as session:
        given = Settings(6, 10, Policy(Silence.SUSPEND, 2))
        keep_settings(session, demonstration.structure, "S3", given, by=demonstration.actor(Role.DPO), at=at)
    run("open-reviews", sessions, at)

    run("end-reviews", sessions, at + timedelta(days=11))
    assert the_review(sessions).state == State.OPEN
    run("end-reviews", sessions, at + timedelta(days=14))

    states = {name: state(sessions, account) for name, account in portal.items()}
    assert the_review(sessions).state == State.CLOSED
    assert sorted(states.values()) == [
        AccountState.ACTIVE, AccountState.INACTIVE, AccountState.INACTIVE, AccountState.NOTICE,
    ]  # fmt: skip
    assert AccountState.ACTIVE in (states["g1"], states["g2"])


@on_sqlite
def test_S6r_a_missing_commitment_and_an_expired_training_are_flagged(
    sessions: Sessions, demonstration: Demonstration, portal: dict[str, str], at: datetime
) -> None:
    with sessions.begin() as session:
        agent = session.get_one(Account, portal["t1"]).agent_id
        for row in session.scalars(sa.select(Attestation).where(Attestation.agent_id == agent)):
            if row.kind in (Check.COMMITMENT, Check.TRAINING):
                row.withdrawn_at, row.withdrawn_by = at, "essai"

    with sessions() as session:
        found = {one.held.account: one for one in entries_of(session, demonstration.structure, "S3", at.date())}

    assert found[portal["t1"]].flags == (Flag.NO_COMMITMENT, Flag.TRAINING)
    assert found[portal["t2"]].flags == ()
