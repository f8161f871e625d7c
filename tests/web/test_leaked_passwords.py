"""A password of the operator's list can be chosen nowhere, and « À propos » tells of that list."""

import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from governance.people.accounts import actions, links
from governance.people.rules import Role
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.web.conftest import Submit

pytestmark = on_sqlite
Sessions = sessionmaker[Session]
SignIn = Callable[..., FlaskClient]
NEW = "girafe-Tabouret-17"


def test_a_leaked_password_can_be_chosen_neither_by_a_link_nor_in_one_s_account(
    app: APIFlask, tmp_path: Path, sign_in: SignIn, submit: Submit, demonstration: Demonstration, sessions: Sessions
) -> None:  # fmt: skip
    listed = tmp_path / "leaked.txt"
    listed.write_text(hashlib.sha1(NEW.encode()).hexdigest().upper() + ":3\n")
    app.config["VIGIE_LEAKED_PASSWORDS"] = listed
    client, by = sign_in(Role.TECHNICIEN), demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        person = demonstration.people[Role.GESTIONNAIRE]
        link = links.PATH + actions.make_link(session, person, by=by, at=datetime.now(UTC))

    changed = submit(client, "/compte/mot-de-passe", {"present": PASSWORD, "password": NEW})
    chosen = submit(app.test_client(), link, {"password": NEW})
    other = submit(app.test_client(), link, {"password": NEW + "-violon"})

    assert (changed.status_code, chosen.status_code, other.status_code) == (422, 422, 303)
    assert "fuite connue" in changed.text
    assert "fuite connue" in chosen.text
    assert NEW not in changed.text + chosen.text


def test_about_tells_of_which_day_the_list_of_leaked_passwords_is_and_that_there_is_none(
    sign_in: SignIn, app: APIFlask, tmp_path: Path
) -> None:
    listed = tmp_path / "leaked.txt"
    listed.write_text("x")
    os.utime(listed, (0, 0))
    client = sign_in(Role.ADMINISTRATEUR)

    none = client.get("/a-propos").text
    app.config["VIGIE_LEAKED_PASSWORDS"] = listed
    one = client.get("/a-propos").text
    listed.unlink()
    gone = client.get("/a-propos").text

    assert "réglez VIGIE_LEAKED_PASSWORDS" in none
    assert "liste du 1er janvier 1970" in one
    assert "ne peut plus être lue" in gone
