"""The pictures and the example of a destruction: `.venv/bin/python -m tests.web.browser.destruction_captures`."""

import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from app import demo
from app.destruction import setup
from app.factory import create_app
from app.keyring import load_keys
from app.schema import migrate
from app.settings import Settings
from governance.core import clock
from governance.destruction import actions, archives, rights
from governance.destruction.acting import runner
from governance.destruction.acting.means import Means
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Actor, Kind, Role, command
from governance.people.tables import PersonRole, Structure
from governance.web.identity import SESSIONS
from tests.actions.destroying import CODE, Installation, fill
from tests.web.browser import captures
from tests.web.conftest import QUIET, SECRET

EXAMPLE = captures.FOLDER.parent / "exemples"


def main() -> int:
    """Take the pictures; return 1 where there is no browser."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return 1
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        take(browser, Path(name))
        browser.close()
    return 0


def take(browser: Browser, folder: Path) -> None:
    """Serve a demonstration one of whose conventions has ended, and picture its destruction before and after."""
    url = f"sqlite:///{folder / 'vigie.sqlite'}"
    migrate(url)
    settings = Settings(
        database_url=url, key_store=folder / "keys", demo=True, secure_cookies=False, secret=SECRET,
        erasure_ledger=folder / "ledger", backup_folder=folder / "backups", backup_keys=folder / "backup-keys",
    )  # fmt: skip
    app = create_app(settings)
    sessions, at = app.extensions[SESSIONS], clock.now()
    accounts = demo.load(sessions, at, folder / "passwords.json")
    means = Means(sessions, setup(settings, load_keys(settings)))
    with sessions.begin() as session:
        where = session.scalars(select(Structure.id).where(Structure.name == demo.STRUCTURE)).one()
        ended = Adoption(CODE, at.date() - timedelta(days=400), at.date() - timedelta(days=20))
        adopt_convention(session, where, ended, by=command(where), at=at)
    fill(Installation(means, where, folder), (CODE,), many=40)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    with sessions.begin() as session:
        people = {
            role: Actor(row, Kind.PERSON, where, frozenset({role}), "")
            for role in (Role.DPO, Role.REFERENT)
            for row in session.scalars(
                select(PersonRole.person_id).where(PersonRole.structure_id == where, PersonRole.role == role)
            )
        }
        opened = at - timedelta(days=9)
        identifier = actions.open_destruction(session, where, CODE, by=people[Role.DPO], at=opened)
        archives.answer_without_visa(session, identifier, "Simples copies.", by=people[Role.DPO], at=opened)
        rights.state_requests(session, identifier, 0, "Courrier et boîte du délégué.", by=people[Role.DPO], at=at)
        actions.consent(session, identifier, (), by=people[Role.DPO], at=at)
    _shoot(browser, address, accounts, identifier, "destruction")
    with sessions.begin() as session:
        actions.consent(session, identifier, (), by=people[Role.REFERENT], at=at)
    runner.carry_on(means, identifier, at)
    _shoot(browser, address, accounts, identifier, "destruction-faite")
    _keep_example(browser, address, accounts, identifier)
    server.shutdown()


def _shoot(browser: Browser, address: str, accounts: tuple[demo.Account, ...], identifier: str, picture: str) -> None:
    for width, scheme in captures.WIDTHS:
        page = captures.desk(browser, width, scheme, address, accounts)
        page.goto(f"{address}/destructions/{identifier}")
        captures.shoot(page, f"{picture}-{width}-{captures._french(scheme)}")


def _keep_example(browser: Browser, address: str, accounts: tuple[demo.Account, ...], identifier: str) -> None:
    page = captures.desk(browser, *captures.WIDTHS[0], address, accounts)
    for path, name in (("attestation/1.json", "attestation.json"), ("identifiants/1.txt", "identifiants.txt")):
        answer = page.request.get(f"{address}/destructions/{identifier}/{path}")
        (EXAMPLE / name).write_bytes(answer.body())


if __name__ == "__main__":
    sys.exit(main())
