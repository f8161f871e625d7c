"""What a person sees when the keys are not there: a 503 in words, nothing of theirs, and nothing half written."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.factory import create_app
from app.settings import Settings
from governance.core.keys import create
from governance.core.keystore import NoKeyStore
from governance.core.masters import NoMasterKey, WrongMasterKey
from governance.core.trail import TrailEntry
from governance.people.rules import Role
from tests.conftest import Demonstration
from tests.web.conftest import SECRET, token


@pytest.fixture
def settings(database_url: str, store_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Give settings whose store of keys this test may spoil."""
    return Settings(database_url=database_url, demo=True, secure_cookies=False, secret=SECRET, key_store=store_copy)


@pytest.fixture
def store_copy(tmp_path: Path, demonstration: Demonstration, store) -> Path:
    return Path(shutil.copytree(store.folder, tmp_path / "keys"))


def test_the_service_does_not_start_without_the_right_master_key(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store_copy: Path
) -> None:
    chosen = {"database_url": database_url, "secret": SECRET, "key_store": store_copy}
    monkeypatch.delenv("VIGIE_MASTER_KEY")
    create(tmp_path / "other")

    with pytest.raises(NoMasterKey):
        create_app(Settings(**chosen))
    with pytest.raises(WrongMasterKey):
        create_app(Settings(**chosen, master_key_file=tmp_path / "other"))
    with pytest.raises(NoKeyStore):
        create_app(Settings(**{**chosen, "key_store": tmp_path / "none"}, master_key_file=tmp_path / "other"))
    assert not (tmp_path / "none").exists()


def test_keys_that_go_away_are_a_503_and_come_back_by_themselves(
    app: APIFlask, sign_in: Callable[..., FlaskClient], store_copy: Path, sessions: sessionmaker[Session]
) -> None:
    client = sign_in(Role.DPO)
    away = store_copy.rename(store_copy.with_name("away"))

    refused = client.get("/vocabulaire")
    away.rename(store_copy)
    back = client.get("/vocabulaire")

    assert (refused.status_code, refused.headers["Retry-After"], back.status_code) == (503, "10", 200)
    assert "Personne dpo" not in refused.text


def test_a_sign_in_that_cannot_be_read_is_a_503_and_writes_nothing(
    app: APIFlask, client: FlaskClient, store_copy: Path, demonstration: Demonstration,
    sessions: sessionmaker[Session],
) -> None:  # fmt: skip
    with sessions() as session:
        before = session.scalar(select(func.count()).select_from(TrailEntry))
    form = {"csrf_token": token(client, "/connexion"), "email": demonstration.email(Role.DPO), "password": "x"}
    store_copy.rename(store_copy.with_name("away"))

    answer = client.post("/connexion", data=form)

    with sessions() as session:
        after = session.scalar(select(func.count()).select_from(TrailEntry))
    assert (answer.status_code, after) == (503, before)


def test_a_name_moved_to_another_person_is_never_shown(
    app: APIFlask, sign_in: Callable[..., FlaskClient], demonstration: Demonstration, sessions: sessionmaker[Session]
) -> None:
    client = sign_in(Role.DPO)
    one, two = demonstration.people[Role.DPO], demonstration.people[Role.TECHNICIEN]
    with sessions.begin() as session:
        session.execute(
            text("UPDATE person SET name = (SELECT name FROM person WHERE id = :two) WHERE id = :one"),
            {"one": one, "two": two},
        )

    answer = client.get("/vocabulaire")

    assert answer.status_code == 503
    assert "déplacée" in answer.text
    assert "Personne technicien" not in answer.text
