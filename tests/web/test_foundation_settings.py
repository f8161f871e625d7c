"""Settings that are wrong are all told at once; the service does not start without its secret."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app import demo
from app.factory import create_app
from app.keyring import load_keys
from app.settings import BadSettings, Settings, load
from governance.core.keys import NoSecret
from governance.people import queries
from governance.people.strength import check_password
from tests.conftest import on_sqlite
from tests.web.conftest import SECRET


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_wrong_setting_is_listed_and_no_value_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "VIGIE_DATABASE_URL": "mysql://secret-word@h/b",
        "VIGIE_MAX_REQUEST_BYTES": "secret-word",
        "VIGIE_TRUSTED_PROXIES": "-1",
        "VIGIE_API_RATE": "secret-word",
        "VIGIE_DATABSE": "secret-word",
        "VIGIE_TEST_POSTGRES": "not ours",
    }.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(BadSettings) as refusal:
        load()

    lines = refusal.value.message.splitlines()
    assert lines == [
        "Réglages à corriger :",
        "- VIGIE_DATABSE : réglage inconnu",
        "- VIGIE_DATABASE_URL : seuls SQLite et PostgreSQL sont possibles",
        "- VIGIE_TRUSTED_PROXIES : la valeur doit être au moins 0",
        "- VIGIE_MAX_REQUEST_BYTES : un nombre entier est attendu",
        "- VIGIE_API_RATE : la forme attendue est « 10 per 5 minutes »",
    ]


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", "n'importe quoi"])
def test_a_database_that_could_keep_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("VIGIE_DATABASE_URL", url)

    with pytest.raises(BadSettings, match="VIGIE_DATABASE_URL"):
        load()


def test_cookies_over_plain_http_are_for_the_demonstration_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_SECURE_COOKIES", "false")

    with pytest.raises(BadSettings, match="démonstration"):
        load()


def test_hosts_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_HOSTS", "vigie.example, www.vigie.example")

    assert load().hosts == ("vigie.example", "www.vigie.example")


def test_the_service_does_not_start_without_its_secret() -> None:
    with pytest.raises(NoSecret):
        create_app(Settings())


def test_the_demonstration_makes_its_own_secret_once() -> None:
    settings = Settings(demo=True, secure_cookies=False)

    first, second = load_keys(settings), load_keys(settings)

    assert first == second
    assert Path("var/secret").stat().st_mode & 0o777 == 0o600


def test_the_secret_is_never_shown() -> None:
    assert SECRET not in repr(Settings(secret=SECRET))


@on_sqlite
def test_a_host_that_is_not_listed_is_refused(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"hosts": ("vigie.example",)}))

    known = app.test_client().get("/sante", base_url="http://vigie.example")
    forged = app.test_client().get("/connexion", base_url="http://evil.example")

    assert (known.status_code, forged.status_code) == (200, 400)
    assert "evil.example" not in forged.text


@on_sqlite
@pytest.mark.parametrize(("proxies", "secure"), [(0, False), (1, True)])
def test_what_a_proxy_says_is_believed_only_when_one_is_announced(
    settings: Settings, proxies: int, secure: bool
) -> None:
    app = create_app(settings.model_copy(update={"trusted_proxies": proxies}))

    answer = app.test_client().get("/connexion", headers={"X-Forwarded-Proto": "https"})

    assert ("Strict-Transport-Security" in answer.headers) == secure


@on_sqlite
def test_building_the_application_opens_no_connection_and_leaves_no_thread(settings: Settings) -> None:
    script = (
        "import threading, time\n"
        "from app.factory import create_app\n"
        "from app.settings import load\n"
        "app = create_app(load())\n"
        "assert app.extensions['vigie.sessions'].kw['bind'].pool.checkedin() == 0\n"
        "others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]\n"
        "[thread.join(2) for thread in others]\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
    )
    root = Path(__file__).parents[2]
    ours = {"VIGIE_DATABASE_URL": settings.database_url, "VIGIE_SECRET": SECRET, "PYTHONPATH": str(root)}
    environment = os.environ | ours

    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_the_demonstration_can_be_loaded_twice_and_its_passwords_keep_working(
    sessions: sessionmaker[Session], at
) -> None:
    passwords = Path("var/passwords.json")

    first = demo.load(sessions, at, passwords)
    second = demo.load(sessions, at, passwords)

    assert first == second
    assert passwords.stat().st_mode & 0o777 == 0o600
    with sessions() as session:
        applied = {
            one.name: tuple(adoption.code for adoption in queries.adoptions(session, one.id))
            for one in queries.structures(session)
        }
        assert applied == demo.CONVENTIONS
        assert all(queries.identify(session, account.email, account.password).actor for account in second)


def test_the_demonstration_gives_new_passwords_when_their_file_is_lost(sessions: sessionmaker[Session], at) -> None:
    passwords = Path("var/passwords.json")
    demo.load(sessions, at, passwords)
    passwords.unlink()

    accounts = demo.load(sessions, at, passwords)

    with sessions() as session:
        assert all(queries.identify(session, account.email, account.password).actor for account in accounts)


def test_the_demonstration_s_passwords_are_strong_and_announced(sessions: sessionmaker[Session], at) -> None:
    accounts = demo.load(sessions, at, Path("var/passwords.json"))

    told = demo.announce(accounts)

    for account in accounts:
        check_password(account.password)
        assert account.email in told and account.password in told
