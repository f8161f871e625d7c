"""The pages of an account and of an agent who was forgotten: they say so, and offer nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from governance.habilitations import actions, forgetting
from governance.habilitations.agents.actions import say_left
from governance.people.rules import Role
from tests.actions.portal import FRAUD, Portal
from tests.conftest import Demonstration, on_sqlite

pytestmark = on_sqlite


def test_A15_pages_of_who_was_forgotten_name_nobody(
    sign_in: Callable[..., FlaskClient], sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        portal = Portal(session, demonstration.structure, at - timedelta(days=300)).open()
        agent = portal.agent(1)
        account = portal.gestionnaire(agent)
        actions.cut_at_once(session, account, FRAUD, by=portal.by, at=portal.at)
        say_left(session, agent, portal.day, by=portal.by, at=portal.at)
        actions.hide_old(session, at)
        forgetting.forget_leavers(session, at)

    client = sign_in(Role.GESTIONNAIRE)
    of_account = client.get(f"/comptes/{account}")
    of_agent = client.get(f"/agents/{agent}")
    listed = client.get("/agents")
    every = client.get("/comptes")

    assert {one.status_code for one in (of_account, of_agent, listed, every)} == {200}
    assert "Personne partie" in of_account.text and "Personne partie" in of_agent.text
    assert "Effacée le" in of_agent.text and "J'atteste" not in of_agent.text
    for one in (of_account, of_agent, listed, every):
        assert "Nom1" not in one.text and "agent1@" not in one.text and FRAUD.words not in one.text
