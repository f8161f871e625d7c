"""Proving once more who one is: by password, by a code of the second factor, by a passkey; and by nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient

from governance.people.rules import Role
from governance.people.tables import Person
from tests.conftest import Demonstration, on_sqlite
from tests.web.authenticator import Authenticator
from tests.web.conftest import Submit
from tests.web.test_second_factor import Sessions, SignIn, add_passkey, challenge, set_up, told

pytestmark = on_sqlite
NOW = datetime(2026, 11, 23, 9, 0, 10, tzinfo=UTC)
LATER = timedelta(minutes=11)  # a proof is good for ten
GUARDED = "/compte/second-facteur/codes"
HOME = "/compte/second-facteur"
TOLD = ("person.confirmed", "person.confirm_refused")


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as stopped:
        yield stopped


def ask(client: FlaskClient, submit: Submit, **proof: str) -> int:
    """Ask for fresh recovery codes, which needs a fresh proof, and return the status."""
    return submit(client, GUARDED, proof, HOME).status_code


def passkey_answer(client: FlaskClient, key: Authenticator) -> str:
    return key.get(challenge(client, "/connexion/cle/defi", HOME))


def test_a_code_of_the_application_proves_it_once(clock, sign_in: SignIn, submit: Submit, sessions: Sessions) -> None:
    client = sign_in(Role.DPO)
    totp, _ = set_up(client, submit)
    clock.shift(LATER)

    before, code = ask(client, submit), totp.now()
    done = ask(client, submit, confirm_code=code)
    clock.shift(LATER)
    again = ask(client, submit, confirm_code=code)

    assert (before, done, again) == (403, 200, 422)
    assert told(sessions, *TOLD) == list(TOLD)


def test_a_recovery_code_proves_it_once(clock, sign_in: SignIn, submit: Submit) -> None:
    client = sign_in(Role.DPO)
    _, codes = set_up(client, submit)
    clock.shift(LATER)

    assert submit(client, "/confirmer", {"confirm_code": codes[0]}, HOME).status_code == 303
    clock.shift(LATER)
    assert submit(client, "/confirmer", {"confirm_code": codes[0]}, HOME).status_code == 422


def test_a_passkey_proves_it_and_an_answer_serves_once(clock, sign_in: SignIn, submit: Submit) -> None:
    client, key = sign_in(Role.DPO), Authenticator()
    add_passkey(client, submit, key)
    clock.shift(LATER)

    answer = passkey_answer(client, key)
    done = ask(client, submit, confirm_passkey=answer)
    clock.shift(LATER)

    assert done == 200
    assert ask(client, submit, confirm_passkey=answer) == 422


def test_the_passkey_of_somebody_else_proves_nothing_and_still_serves_its_owner(
    clock, sign_in: SignIn, submit: Submit
) -> None:
    owner, other, key = sign_in(Role.GESTIONNAIRE), sign_in(Role.DPO), Authenticator()
    add_passkey(owner, submit, key)
    set_up(other, submit)
    clock.shift(LATER)

    assert ask(other, submit, confirm_passkey=passkey_answer(other, key)) == 422
    assert ask(owner, submit, confirm_passkey=passkey_answer(owner, key)) == 200


@pytest.mark.parametrize("proof", [{"confirm_code": "000000"}, {"confirm_passkey": "{}"}, {"confirm_passkey": "x"}])
def test_wrong_proofs_end_in_a_wait(clock, sign_in: SignIn, submit: Submit, proof: dict[str, str]) -> None:
    client = sign_in(Role.DPO)
    set_up(client, submit)
    clock.shift(LATER)

    statuses = [ask(client, submit, **proof) for _ in range(6)]
    waiting = submit(client, GUARDED, proof, HOME).text

    assert statuses == [422] * 6
    assert "Trop d" in waiting or "ttendez" in waiting


def test_who_has_no_password_is_offered_what_they_have(
    clock, sign_in: SignIn, submit: Submit, sessions: Sessions, demonstration: Demonstration
) -> None:
    client = sign_in(Role.DPO)
    totp, _ = set_up(client, submit)
    with sessions.begin() as session:
        person = sa.update(Person).where(Person.id == demonstration.people[Role.DPO])
        session.execute(person.values(password_hash=None))
    clock.shift(LATER)

    page = submit(client, GUARDED, {}, HOME).text

    assert 'name="confirm_code"' in page
    assert 'name="confirm_password"' not in page
    assert ask(client, submit, confirm_code=totp.now()) == 200
