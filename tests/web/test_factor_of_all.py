"""A structure asks every person for a second factor: at their next page, whatever their role, there alone."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from governance.core.refusals import Forbidden
from governance.core.trail import TrailEntry
from governance.people.rules import Role
from governance.people.second_factor.actions import ask_of_all
from governance.people.tables import Structure
from governance.web.identity import SECOND_FACTOR
from tests.conftest import AT, Demonstration, on_sqlite
from tests.web.authenticator import Authenticator
from tests.web.conftest import Submit
from tests.web.test_second_factor import add_passkey, set_up

Sessions = sessionmaker[Session]
SignIn = Callable[..., FlaskClient]
HOME = "/compte/second-facteur"
PAGE = "/personnes"
ASK = "/personnes/second-facteur"
OTHERS = (Role.TECHNICIEN, Role.GESTIONNAIRE, Role.REFERENT)


@pytest.fixture
def enforced(app: APIFlask) -> None:
    """Let what is asked be asked, as it is out of a demonstration."""
    app.config[SECOND_FACTOR] = True


@pytest.fixture
def dpo(sign_in: SignIn, submit: Submit, enforced: None) -> FlaskClient:
    """Give a DPO who has a second factor, as they must."""
    client = sign_in(Role.DPO)
    set_up(client, submit)
    return client


def ask(sessions: Sessions, demonstration: Demonstration, of_all: bool = True) -> None:
    with sessions.begin() as session:
        ask_of_all(session, of_all, by=demonstration.actor(Role.DPO), at=AT)


def told(sessions: Sessions) -> list[str]:
    with sessions() as session:
        chosen = sa.select(TrailEntry.action).where(TrailEntry.action.startswith("factor.asked"))
        return list(session.scalars(chosen.order_by(TrailEntry.id)))


def test_a_dpo_asks_it_of_all_and_takes_it_back_and_both_are_told(
    dpo: FlaskClient, submit: Submit, sessions: Sessions, demonstration: Demonstration
) -> None:
    before = dpo.get(PAGE).text
    asked = submit(dpo, ASK, {"of_all": "oui"}, PAGE)
    again = submit(dpo, ASK, {"of_all": "oui"}, PAGE)
    shown = dpo.get(PAGE).text
    submit(dpo, ASK, {"of_all": "non"}, PAGE)

    assert "4 personnes n'en ont pas encore : si vous l'exigez de tous" in before.replace("&#39;", "'")
    assert "exigé de tous</span>" in shown
    assert (asked.status_code, asked.location, again.status_code) == (303, PAGE, 303)
    assert told(sessions) == ["factor.asked_of_all", "factor.asked_of_some"]
    with sessions() as session:
        assert session.get_one(Structure, demonstration.structure).factor_of_all is False


@on_sqlite
@pytest.mark.parametrize("role", OTHERS)
def test_whoever_has_none_sets_one_up_before_anything_else_and_keeps_the_last(
    sign_in: SignIn, submit: Submit, sessions: Sessions, demonstration: Demonstration, enforced: None, role: Role
) -> None:
    client, elsewhere = sign_in(role), sign_in(role, other=True)
    free = client.get("/compte").status_code
    ask(sessions, demonstration)

    led = client.get(client.get("/compte").location)
    told_why = client.get(HOME).text
    set_up(client, submit)
    opened = client.get("/compte").status_code
    kept = submit(client, f"{HOME}/application/retirer", {}, HOME)

    assert free == 200
    assert (led.status_code, led.location) == (303, HOME)
    assert "Votre structure demande un second facteur" in told_why
    assert opened == 200
    assert kept.status_code == 409
    assert elsewhere.get("/compte").status_code == 200


@on_sqlite
def test_once_it_is_no_longer_asked_of_all_the_last_one_may_go(
    sign_in: SignIn, submit: Submit, sessions: Sessions, demonstration: Demonstration, enforced: None
) -> None:
    client, key = sign_in(Role.TECHNICIEN), Authenticator()
    ask(sessions, demonstration)
    add_passkey(client, submit, key)
    ask(sessions, demonstration, of_all=False)
    set_up(client, submit)

    removed = submit(client, f"{HOME}/application/retirer", {}, HOME)

    assert removed.status_code == 303
    assert client.get("/compte").status_code == 200


@on_sqlite
@pytest.mark.parametrize("role", [*OTHERS, Role.ADMINISTRATEUR])
def test_only_who_manages_people_asks_it(sessions: Sessions, demonstration: Demonstration, role: Role) -> None:
    with sessions.begin() as session, pytest.raises(Forbidden):
        ask_of_all(session, True, by=demonstration.actor(role), at=AT)
