"""`vigie keys`: what makes, tells and replaces the keys, without ever showing one."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.keyring import key_store, unchecked_store
from app.settings import load
from governance.core.trail import TrailEntry
from governance.people.tables import Person
from tests.actions.cli import Call, call
from tests.conftest import Demonstration

__all__ = ["call"]


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give settings that name keys which are not made yet."""
    for name in ("VIGIE_MASTER_KEY", "VIGIE_KEY_STORE"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("VIGIE_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("VIGIE_MASTER_KEY_FILE", str(tmp_path / "master"))
    monkeypatch.setenv("VIGIE_KEY_STORE", str(tmp_path / "store"))
    return tmp_path


@pytest.fixture
def installed(database_url: str, bare: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an installation on a file master key, with a person in its database."""
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    call("keys", "init")
    return bare


def test_what_is_missing_is_made_for_its_owner_only_and_nothing_is_made_twice(call: Call, bare: Path) -> None:
    first = call("keys", "init")
    made = {path: path.read_bytes() for path in bare.rglob("*") if path.is_file()}
    again = call("keys", "init")

    assert (first.status, again.status, len(first.lines)) == (0, 0, 3)
    assert again.lines == ["Rien à créer : tout est déjà là."]
    assert {path: path.read_bytes() for path in made} == made
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert not [one for one in ("secret", "master") if made[bare / one].decode().strip() in first.out + first.err]


def test_a_key_that_is_open_to_others_or_cannot_be_made_is_refused_in_one_line(
    call: Call, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare / "secret").write_text("x")
    (bare / "secret").chmod(0o644)
    is_open = call("keys", "init")
    monkeypatch.setenv("VIGIE_MASTER_KEY_FILE", str(bare / "secret" / "master"))
    monkeypatch.setenv("VIGIE_KEY_STORE", str(bare / "secret" / "store"))
    cannot = call("keys", "init")

    assert [(one.status, len(one.err.splitlines())) for one in (is_open, cannot)] == [(2, 1), (2, 1)]


def test_without_a_master_key_or_a_store_every_command_that_needs_them_says_so(
    call: Call, database_url: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    no_store = [call("keys", "status"), call("api-keys", "list"), call("keys", "rotate-master")]
    monkeypatch.delenv("VIGIE_MASTER_KEY_FILE")
    no_master = [call("keys", "init"), call("keys", "status"), call("api-keys", "list")]

    assert {one.status for one in no_store + no_master} == {2}
    assert all("keys init" in one.err for one in no_store)
    assert all("VIGIE_MASTER_KEY_FILE" in one.err for one in no_master)


def test_two_master_keys_at_once_are_a_wrong_setting(call: Call, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_MASTER_KEY", "c2VjcmV0LW1vdC1zZWNyZXQtbW90LXNlY3JldC1tb3Q=")

    done = call("keys", "status")

    assert (done.status, "une seule clé maître" in done.err) == (2, True)
    assert "c2Vjc" not in done.err


def test_the_master_key_is_replaced_from_the_terminal_and_the_trail_says_so(
    call: Call, installed: Path, sessions: sessionmaker[Session]
) -> None:
    before = call("keys", "status")
    key = (installed / "master").read_bytes()

    done = call("keys", "rotate-master")

    assert (before.status, done.status) == (0, 0)
    assert (installed / "master").read_bytes() != key
    with sessions() as session:
        assert session.scalars(select(TrailEntry.action)).all() == ["keys.master_rotated"]


def test_a_wrong_master_key_stops_every_command_and_changes_nothing(call: Call, installed: Path) -> None:
    store = (installed / "store" / "data-keys.json").read_bytes()
    (installed / "master").unlink()
    call("keys", "init")  # somebody makes another, instead of bringing back the lost one

    done = [
        call("keys", "status"),
        call("keys", "rotate-master"),
        call("keys", "rotate-data"),
        call("api-keys", "list"),
    ]

    assert {one.status for one in done} == {2}
    assert all("clé maître" in one.err and len(one.err.splitlines()) == 1 for one in done)
    assert (installed / "store" / "data-keys.json").read_bytes() == store


def test_data_keys_are_replaced_and_people_still_sign_in(
    call: Call, demonstration: Demonstration, database_url: str, sessions: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    before = key_store(load()).contents().domains[f"{demonstration.structure}/"].versions[-1].version

    done = call("keys", "rotate-data", "--structure", "CCAS d'ici")
    told = call("keys", "status")

    domain = unchecked_store(load()).contents().domains[f"{demonstration.structure}/"]
    assert (done.status, domain.versions[-1].version) == (0, before + 1)
    assert "l'ancienne reste" in told.out
    with sessions() as session:
        names = [
            one.name for one in session.scalars(select(Person).where(Person.structure_id == demonstration.structure))
        ]
    assert "Personne dpo" in names
    assert f"{demonstration.structure}/ : {2 * len(names)} valeur(s) scellée(s) à nouveau." in done.lines
