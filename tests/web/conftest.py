"""A running application, and people who use it."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Thread

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from app.factory import create_app
from app.settings import Settings
from governance.core import clock
from governance.people.machines.actions import create_key
from governance.people.rules import Permission, Role, command
from governance.people.sessions.actions import Opening, open_session
from governance.web.identity import KEY, SESSIONS
from tests.conftest import Demonstration

SECRET = "c2VjcmV0IGRlcyBlc3NhaXMgc2VjcmV0IGRlcyBlc3NhaXM="

# The same engine without a window takes a quarter less of the suite's time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Submit = Callable[..., TestResponse]


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Give the settings of a demonstration over plain HTTP."""
    return Settings(database_url=database_url, demo=True, secure_cookies=False, secret=SECRET)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Give what keeps templates compiled from one application to the next: half of a first answer's time."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[APIFlask]:
    """Give the application, on a migrated database."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    app.extensions[SESSIONS].kw["bind"].dispose()


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    """Give a browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def submit() -> Submit:
    """Give the act of sending a form: `submit(client, url, data)` reads the token of `page` (or of `url`) first."""

    def send(client: FlaskClient, url: str, data: dict[str, object], page: str | None = None) -> TestResponse:
        return client.post(url, data={"csrf_token": token(client, page or url), **data})

    return send


@pytest.fixture
def sign_in(app: APIFlask, demonstration: Demonstration, sessions: sessionmaker[Session]) -> Callable[..., FlaskClient]:
    """Give someone signed in: `sign_in(Role.DPO)`, or `sign_in(Role.DPO, other=True)` in the other structure.

    The session is put there directly; `tests/web/test_sign_in*.py` go through the pages.
    """

    def enter(role: Role, other: bool = False) -> FlaskClient:
        actor, client = demonstration.actor(role, other), app.test_client()
        with sessions.begin() as session:
            key = open_session(session, Opening(actor.id, actor.structure, "essai", "Essai"), at=clock.now())
        with client.session_transaction() as cookie:
            cookie[KEY] = key
        return client

    return enter


@pytest.fixture
def api_key(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> Callable[..., str]:
    """Give the act of creating a key: `api_key(Permission.SCAN)`, `other=True` for the other structure."""

    def create(*scopes: Permission, other: bool = False) -> str:
        structure = demonstration.other if other else demonstration.structure
        with sessions.begin() as session:
            by = command(structure)
            return create_key(session, structure, "Essai", frozenset(scopes), by=by, at=at).secret

    return create


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give a real browser, or skip where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def address(app: APIFlask) -> Iterator[str]:
    """Give the address at which the application is really served, on loopback."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def token(client: FlaskClient, page: str = "/nulle-part") -> str:
    """Return the token that forms of a page carry; without a page, that of one which costs nothing to show."""
    return client.get(page).get_data(as_text=True).split('name="csrf-token" content="')[1].split('"')[0]
