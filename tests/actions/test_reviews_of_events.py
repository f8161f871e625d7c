"""What breaches and renewals ask of reviews: the accounts concerned, once for each fact."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from app.review_events import REVIEW_EVENTS
from governance.conventions.life.actions import Draft, enter
from governance.conventions.life.events import Kind
from governance.habilitations.actions import cut_at_once
from governance.jobs.job import Sweep, Turn
from governance.people.rules import Role, command
from reviews.rules import Cause
from reviews.tables import ReviewCampaign
from tests import breaches
from tests.actions.portal import FRAUD, Portal
from tests.conftest import Demonstration, on_sqlite
from tests.reviewing import entries

pytestmark = on_sqlite


def run(sessions: sessionmaker[Session], at: datetime) -> list[ReviewCampaign]:
    """Run the job twice, and return the reviews there are."""
    assert isinstance(REVIEW_EVENTS.work, Sweep)
    for minutes in (0, 5):
        REVIEW_EVENTS.work.do(sessions, Turn(at, at + timedelta(minutes=minutes)))
    with sessions() as session:
        return list(session.scalars(sa.select(ReviewCampaign).order_by(ReviewCampaign.opened_at)))


def test_a_breach_has_the_other_accounts_of_whom_was_cut_reviewed_once(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        artois = Portal(session, demonstration.structure, at, "S0", "artois").open()
        opale = Portal(session, demonstration.structure, at, "S0", "cotedopale")
        bruno, nadia = artois.agent(1), artois.agent(2)
        first, kept = artois.gestionnaire(bruno), opale.gestionnaire(bruno)
        artois.technicien(nadia, first)
        breaches.declare(session, demonstration.actor(Role.DPO), at, "S0")
        cut_at_once(session, first, FRAUD, by=command(demonstration.structure), at=at)

    found = run(sessions, at + timedelta(minutes=1))

    assert [one.cause for one in found] == [Cause.BREACH]
    assert list(entries(sessions, found[0].id)) == [kept]


def test_a_renewal_has_the_accounts_it_keeps_open_reviewed_once(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        made = Portal(session, demonstration.structure, at).open()
        account = made.gestionnaire(made.agent(1))
        signed = at.date() - timedelta(days=370)
        enter(session, "S3", Draft(Kind.SIGNED, signed, "Exemplaire signé"), by=made.by, at=at)
        until = signed + timedelta(days=730)
        draft = Draft(Kind.RENEWED, signed + timedelta(days=365), "Avenant signé", until=until)
        enter(session, "S3", draft, by=made.by, at=at)

    found = run(sessions, at + timedelta(minutes=1))

    assert [one.cause for one in found] == [Cause.RENEWAL]
    assert list(entries(sessions, found[0].id)) == [account]
