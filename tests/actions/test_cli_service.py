"""Commands that act on the service: conventions, API keys, tables, secret, demonstration, server."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.commands import demo as demonstrating
from app.commands.serve import arguments
from app.settings import BadSettings, Settings
from governance.people.machines.queries import find_machine
from governance.people.rules import Permission
from tests.actions.cli import Call, call
from tests.conftest import Demonstration, on_sqlite

__all__ = ["call"]

SHIPPED = Path(__file__).parents[2] / "governance" / "conventions" / "data"
HERE, ELSEWHERE = "CCAS d'ici", "CCAS d'ailleurs"


@pytest.fixture
def installed(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make the migrated database that of the installation."""
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    yield


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an installation where nothing was made yet."""
    monkeypatch.setenv("VIGIE_DATABASE_URL", f"sqlite:///{tmp_path / 'var' / 'vigie.sqlite'}")
    return tmp_path


def test_conventions_are_listed_without_a_database_and_nothing_is_created(call: Call, bare: Path) -> None:
    done = call("conventions", "list")

    assert (done.status, [line.split()[0] for line in done.lines]) == (0, ["S0", "S1", "S2", "S3", "S4"])
    assert "seules les conventions du produit" in done.err
    assert not (bare / "var").exists()


def test_a_convention_is_shown_with_its_articles_on_a_day(call: Call, bare: Path) -> None:
    shown = call("conventions", "show", "S3", "--on", "2026-11-22")
    early = call("conventions", "show", "S3", "--on", "1999-01-01")
    unknown = call("conventions", "show", "S9")

    assert "T1" in shown.out
    assert "CU art. 5" in shown.out
    assert (early.status, unknown.status) == (2, 2)
    assert unknown.err.endswith("Aucune convention ne porte ce code.\n")


def test_a_file_is_checked_with_every_mistake_named(call: Call, tmp_path: Path) -> None:
    bad = tmp_path / "mauvaise.toml"
    bad.write_text('code = "X"\n[rules]\n')

    good_one, bad_one = call("conventions", "check", SHIPPED / "S1.toml"), call("conventions", "check", bad)

    assert (good_one.status, good_one.err) == (0, "")
    assert (bad_one.status, bad_one.out) == (2, "")
    assert "mauvaise.toml, ligne 1" in bad_one.err


@pytest.mark.parametrize("name", ["absent.toml", ".", "\0"])
def test_a_file_that_is_not_there_is_refused_in_one_line(call: Call, name: str) -> None:
    done = call("conventions", "check", name)

    assert (done.status, done.err) == (2, "Ce fichier n'existe pas, ou ne peut pas être lu.\n")


def test_a_convention_is_registered_for_a_structure_once(
    call: Call, installed: None, demonstration: Demonstration, tmp_path: Path
) -> None:
    other = tmp_path / "autre.toml"
    other.write_text((SHIPPED / "S1.toml").read_text("utf-8").replace('code = "S1"', 'code = "LOCALE"', 1), "utf-8")

    without = call("conventions", "import", other)
    first = call("conventions", "import", other, "--structure", HERE)
    again = call("conventions", "import", other, "--structure", HERE)
    listed = call("conventions", "list")

    assert (without.status, first.status, again.status) == (2, 0, 2)
    assert "--structure" in without.err
    assert "n'ajoute rien" in again.err
    assert (listed.err, listed.lines[0].split()[0]) == ("", "LOCALE")


def test_a_key_is_shown_once_works_and_is_revoked(
    call: Call, installed: None, demonstration: Demonstration, sessions: sessionmaker[Session]
) -> None:
    created = call("api-keys", "create", "Logiciel", "--structure", HERE, "--scope", "scan")
    secret = created.out.strip()
    identifier = created.err.split()[1]
    with sessions() as session:
        machine = find_machine(session, secret, datetime.now(UTC))
    listed = call("api-keys", "list", "--structure", HERE)
    revoked = call("api-keys", "revoke", identifier)
    with sessions() as session:
        after = find_machine(session, secret, datetime.now(UTC))

    assert machine is not None
    assert (machine.actor.structure, machine.actor.scopes) == (demonstration.structure, {Permission.SCAN})
    assert identifier in listed.out
    assert secret.rpartition("_")[2] not in listed.out
    assert (revoked.status, after) == (0, None)


def test_a_key_revoked_twice_or_unknown_or_for_nobody_is_refused(
    call: Call, installed: None, demonstration: Demonstration
) -> None:
    key = call("api-keys", "create", "Logiciel", "--structure", demonstration.other).err.split()[1]
    call("api-keys", "revoke", key)

    refused = [
        call("api-keys", "revoke", key),
        call("api-keys", "revoke", "inconnue"),
        call("api-keys", "create", "Logiciel"),
        call("api-keys", "create", "Logiciel", "--structure", "Personne"),
        call("api-keys", "create", " ", "--structure", HERE),
        call("api-keys", "create", "Logiciel", "--structure", HERE, "--scope", "manage_people"),
    ]

    assert [(one.status, one.out, len(one.err.splitlines())) for one in refused] == [(2, "", 1)] * len(refused)


def test_keys_are_listed_for_one_structure_only(call: Call, installed: None, demonstration: Demonstration) -> None:
    call("api-keys", "create", "Logiciel", "--structure", HERE)

    here, elsewhere = call("api-keys", "list", "--structure", HERE), call("api-keys", "list", "--structure", ELSEWHERE)

    assert (len(here.lines), elsewhere.lines) == (1, [])


def test_tables_are_made_then_left_alone(call: Call, bare: Path) -> None:
    before = call("api-keys", "list")
    first, again = call("migrate"), call("migrate")

    assert (before.status, first.status, again.status) == (2, 0, 0)
    assert "vigie migrate" in before.err
    assert stat.S_IMODE((bare / "var" / "vigie.sqlite").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"no database at all, " * 500])
def test_a_file_that_is_no_database_is_refused_in_one_line(call: Call, bare: Path, content: bytes) -> None:
    (bare / "var").mkdir()
    (bare / "var" / "vigie.sqlite").write_bytes(content)

    done = call("api-keys", "list")

    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)


def test_wrong_settings_are_told_and_nothing_else(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_DATABASE_URL", "mysql://nulle.part/base")

    done = call("migrate")

    assert (done.status, done.out) == (2, "")
    assert "VIGIE_DATABASE_URL" in done.err
    assert "nulle.part" not in done.err


def test_the_demonstration_stays_away_from_a_database_that_was_chosen() -> None:
    chosen = Settings(database_url="postgresql://nulle.part/base")

    with pytest.raises(BadSettings):
        demonstrating.demonstration(chosen)

    assert demonstrating.demonstration(Settings()).demo


@on_sqlite
def test_the_demonstration_stays_away_from_the_structures_of_others(
    call: Call, installed: None, demonstration: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_DEMO", "true")

    done = call("demo")

    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "sert déjà" in done.err


def test_the_server_is_gunicorn_with_one_application_loaded_before_the_fork(call: Call) -> None:
    done = call("serve", "--print", "--host", "::1", "--port", "8443", "--workers", "3")

    assert done.out.startswith("gunicorn app.wsgi:app --preload --worker-class gthread --workers 3")
    assert "--bind '[::1]:8443'" in done.out
    assert arguments("0.0.0.0", 80, 1, 1)[-1] == "0.0.0.0:80"


@pytest.mark.parametrize("secret", [None, "c2VjcmV0IGRlcyBlc3NhaXMgc2VjcmV0IGRlcyBlc3NhaXM="])
def test_the_server_does_not_start_without_its_secret_or_its_tables(
    call: Call, bare: Path, monkeypatch: pytest.MonkeyPatch, secret: str | None
) -> None:
    if secret:
        monkeypatch.setenv("VIGIE_SECRET", secret)

    done = call("serve")

    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert ("vigie migrate" if secret else "secret") in done.err
