"""The pages of destruction: what each role sees and may do, and the password asked again before an agreement."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from app.keyring import load_keys
from app.settings import Settings
from governance.core import clock
from governance.core.domains import Domain
from governance.destruction import actions, archives, rights
from governance.destruction.feature import tasks
from governance.destruction.ledger import Ledger
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.web.conftest import Submit, token

pytestmark = on_sqlite


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Give settings whose ledger and backups are the test's own."""
    own = {"erasure_ledger": tmp_path / "l", "backup_folder": tmp_path / "b", "backup_keys": tmp_path / "k"}
    return settings.model_copy(update=own)


@pytest.fixture
def opened(sessions: sessionmaker[Session], demonstration: Demonstration) -> str:
    """Give a destruction whose gates are open."""
    at, where, dpo = clock.now(), demonstration.structure, demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        ended = Adoption("S3", at.date() - timedelta(days=400), at.date() - timedelta(days=20))
        adopt_convention(session, where, ended, by=command(where), at=at)
        long_ago = at - timedelta(days=10)
        identifier = actions.open_destruction(session, where, "S3", by=dpo, at=long_ago)
        archives.answer_without_visa(session, identifier, "Copies.", by=dpo, at=long_ago)
        rights.state_requests(session, identifier, 0, "Courrier", by=dpo, at=at)
    return identifier


def agree(client: FlaskClient, identifier: str, **more: str) -> tuple[int, str]:
    data = {"csrf_token": token(client, "/api/docs"), **more}
    answer = client.post(f"/destructions/{identifier}/accord", data=data)
    return answer.status_code, answer.text


def test_two_persons_agree_and_the_same_one_does_not_count_twice(
    sign_in: Callable[..., FlaskClient], opened: str
) -> None:
    dpo, referent = sign_in(Role.DPO), sign_in(Role.REFERENT)

    first = agree(dpo, opened)
    twice = agree(dpo, opened)
    page = dpo.get(f"/destructions/{opened}").text
    second = agree(referent, opened)

    assert (first[0], twice[0], second[0]) == (303, 403, 303)
    assert "celui d&#39;une autre personne" in twice[1] or "celui d'une autre personne" in twice[1]
    assert "1 accord sur 2" in page
    assert "en cours" in referent.get(f"/destructions/{opened}").text


def test_who_proved_themselves_long_ago_is_asked_again_and_nothing_is_agreed(
    app: APIFlask, sign_in: Callable[..., FlaskClient], opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, now = sign_in(Role.DPO), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=11))

    asked = agree(client, opened)
    wrong = agree(client, opened, confirm_password="faux")
    right = agree(client, opened, confirm_password=PASSWORD)

    assert (asked[0], wrong[0], right[0]) == (403, 422, 303)
    assert "Confirmez que c" in asked[1]


def test_a_technician_and_another_structure_do_not_know_that_it_exists(
    sign_in: Callable[..., FlaskClient], opened: str
) -> None:
    found = [
        sign_in(role, other).get(f"/destructions/{opened}").status_code
        for role, other in (
            (Role.TECHNICIEN, False),
            (Role.GESTIONNAIRE, False),
            (Role.DPO, True),
            (Role.DPO_CAISSE, False),
        )
    ]

    assert set(found) <= {403, 404}


def test_the_agenda_asks_for_what_comes_next(
    sessions: sessionmaker[Session], demonstration: Demonstration, opened: str
) -> None:
    at, where = clock.now(), demonstration.structure
    dpo = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        ended = Adoption("S1", at.date() - timedelta(days=400), at.date() - timedelta(days=20))
        adopt_convention(session, where, ended, by=command(where), at=at)

    with sessions() as session:
        asked = {task.key.partition(":")[0] for task in tasks(session, dpo, at)}
        none = tasks(session, demonstration.actor(Role.TECHNICIEN), at)

    assert asked == {"destruction.open", "destruction.consent"}
    assert none == ()


def test_a_request_that_waits_for_an_answer_holds_the_destruction_back(
    sign_in: Callable[..., FlaskClient], submit: Submit, opened: str
) -> None:
    client, page = sign_in(Role.DPO), f"/destructions/{opened}/demandes"

    one = submit(client, page, {"waiting": "1", "how": "Courrier, boîte du DPO"})
    held = agree(client, opened)
    typed = submit(client, page, {"waiting": "-1", "how": ""})
    none = submit(client, page, {"waiting": "0", "how": "Répondu le matin même"})
    agreed = agree(client, opened)

    assert (one.status_code, held[0], typed.status_code, none.status_code, agreed[0]) == (303, 409, 422, 303, 303)
    assert "1 en attente" in held[1]
    assert "Donnez un nombre de demandes." in typed.text


def test_what_is_typed_wrong_is_said_beside_its_field(sign_in: Callable[..., FlaskClient], opened: str) -> None:
    client = sign_in(Role.DPO)
    crumbs = {"csrf_token": token(client, "/api/docs")}

    future = client.post(f"/destructions/{opened}/archives/transmis", data={**crumbs, "transmitted_on": "2099-01-01"})
    folder = client.post(
        f"/destructions/{opened}/lieux/ajouter", data={**crumbs, "kind": "folder", "label": "x", "path": "/etc"}
    )
    reason = client.post(f"/destructions/{opened}/conservation", data={**crumbs, "reason": "   "})

    assert [one.status_code for one in (future, folder, reason)] == [422, 422, 422]
    assert "à venir" in future.text
    assert "VIGIE_STORE_FOLDERS" in folder.text


def test_the_caisse_that_signed_follows_it_and_sees_neither_places_nor_reasons(
    sign_in: Callable[..., FlaskClient], sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    at, where = clock.now(), demonstration.structure
    with sessions.begin() as session:
        ended = Adoption("S1", at.date() - timedelta(days=400), at.date() - timedelta(days=20))
        adopt_convention(session, where, ended, by=command(where), at=at)
        dpo = demonstration.actor(Role.DPO)
        identifier = actions.open_destruction(session, where, "S1", by=dpo, at=at)

    signed = sign_in(Role.DPO_CAISSE, True)
    page = signed.get(f"/destructions/{identifier}")
    listed = signed.get("/destructions")
    other = sign_in(Role.DPO_CAISSE).get(f"/destructions/{identifier}")

    assert (page.status_code, listed.status_code, other.status_code) == (200, 200, 404)
    assert identifier in listed.text
    assert "Autres lieux" not in page.text
    assert "Donner mon accord" not in page.text


def test_a_database_put_back_under_a_service_that_runs_makes_it_not_ready(
    client: FlaskClient, settings: Settings, demonstration: Demonstration
) -> None:
    before = client.get("/pret")
    ledger = Ledger(settings.erasure_ledger, load_keys(settings))

    ledger.write("acte-1", Domain(demonstration.structure, "S1"), [("scan_receipt", "ab12")], (), clock.now())
    after = client.get("/pret")

    assert (before.status_code, after.status_code) == (200, 503)
    assert after.json is not None
    assert after.json["controles"]["effacements rejoués"] is False
