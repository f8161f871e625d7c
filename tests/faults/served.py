"""The served product on a database of its own, and people who send forms until each is acknowledged."""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_lowercase

import requests
import sqlalchemy as sa

from app.factory import create_app
from app.schema import migrate
from app.settings import Settings
from governance.core import clock
from governance.core.keystore import KeyStore
from governance.core.masters import GivenMaster
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect
from governance.core.trail import TrailEntry
from governance.people.rules import Role
from governance.people.sessions.actions import Opening, open_session
from governance.web.identity import KEY, SESSIONS
from scanners.tables import OwnWord
from tests.conftest import MASTER_KEY, Demonstration, inhabit
from tests.postgres import free_port
from tests.web.conftest import SECRET

ROOT = Path(__file__).parents[2]
WRITERS = 4
PATIENCE = 180.0  # seconds: a busy machine is no failure


@dataclass
class Service:
    """The served product, and what its writers were told."""

    url: str
    address: str
    process: "subprocess.Popen[bytes]"
    store: KeyStore
    log: Path
    demonstration: Demonstration
    told: Counter[str] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def requests(self) -> Counter[int]:
        """Return how many requests were answered with each status."""
        told = re.findall(r'"event": "request".*?"status": (\d+)', self.log.read_text("utf-8", "replace"))
        return Counter(map(int, told))

    def workers(self) -> list[int]:
        """Return the processes that serve."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(one) for one in found.split()]


@contextmanager
def service(url: str, **more: str) -> Iterator[Service]:
    """Give the service on a fresh database, with more settings, and people who are signed in."""
    with tempfile.TemporaryDirectory() as folder:
        given = {"VIGIE_MASTER_KEY": MASTER_KEY, "VIGIE_KEY_STORE": f"{folder}/keys", "VIGIE_SECRET": SECRET}
        given |= {"VIGIE_DATABASE_URL": url, "VIGIE_DEMO": "true", "VIGIE_SECURE_COOKIES": "false"}
        os.environ |= given | more
        migrate(url)
        store = KeyStore(Path(folder, "keys"), GivenMaster(MASTER_KEY))
        store.create()
        demonstration = inhabit(url, store)
        cookies = signed_in(url, demonstration)
        port = free_port()
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port), "--workers", "4", "--threads", "4"]
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        address, told = f"http://127.0.0.1:{port}", Path(folder, "log")
        made = Service(url, address, process, store, told, demonstration, cookies=cookies)
        try:
            until(lambda: is_up(made.address))
            yield made
        finally:
            made.over.set()
            process.terminate()
            process.wait()


def signed_in(url: str, demonstration: Demonstration) -> list[str]:
    """Return the cookies of as many sessions of the DPO as there are writers."""
    app = create_app(Settings(database_url=url, demo=True, secure_cookies=False, secret=SECRET))
    actor, cookies = demonstration.actor(Role.DPO), []
    for _ in range(WRITERS):
        client = app.test_client()
        with app.extensions[SESSIONS].begin() as session:
            key = open_session(session, Opening(actor.id, actor.structure, "essai", "Essai"), at=clock.now())
        with client.session_transaction() as cookie:
            cookie[KEY] = key
        cookies.append(client.get_cookie("vigie").value)
    app.extensions[SESSIONS].kw["bind"].dispose()
    return cookies


def is_up(address: str) -> bool:
    """Say whether the service answers."""
    try:
        return requests.get(f"{address}/sante", timeout=5).ok
    except requests.RequestException:
        return False


def until(holds: Callable[[], bool]) -> float:
    """Wait until something holds; return how many seconds it took."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() > begun + PATIENCE:
            raise TimeoutError
        time.sleep(0.02)
    return time.monotonic() - begun


def word(writer: int, number: int) -> str:
    """Return a word that nobody else sends."""
    letters, number = "", number * WRITERS + writer
    while number:
        letters, number = letters + ascii_lowercase[number % 26], number // 26
    return f"zonzon{letters}q"


def write(running: Service, writer: int) -> None:
    """Send forms one after the other, each until it is acknowledged."""
    browser = requests.Session()
    put_cookie(browser, running, writer)
    proof, number = "", 0
    while not running.over.is_set():
        number += 1
        sent = word(writer, number)
        while True:
            proof = proof or read_proof(running, browser)
            answered = post(running, browser, sent, proof) if proof else ""
            running.told[answered or "no answer"] += 1
            if answered in ("303", "409"):  # done; or « done already », when who did it died before it could say so
                running.acknowledged.append(sent)
                break
            if running.over.is_set():
                return
            time.sleep(0.05)


def read_proof(running: Service, browser: requests.Session) -> str:
    """Return the token of forms, or nothing while no page is shown."""
    try:
        shown = browser.get(f"{running.address}/vocabulaire", timeout=20)
    except requests.RequestException:
        return ""
    running.told[f"page {shown.status_code}"] += 1
    return shown.text.split('name="csrf-token" content="')[1].split('"')[0] if shown.ok else ""


def post(running: Service, browser: requests.Session, sent: str, proof: str) -> str:
    """Send a form with the key that names it; return the status, or nothing."""
    form = {"csrf_token": proof, "send_key": f"cle-{sent}-{'x' * 24}"[:24], "word": sent, "level": "info"}
    try:
        answer = browser.post(f"{running.address}/vocabulaire", data=form, timeout=20, allow_redirects=False)
    except requests.RequestException:
        return ""
    return str(answer.status_code)


@contextmanager
def writing(running: Service) -> Iterator[None]:
    """Write for as long as it lasts, then until what was begun is acknowledged."""
    threads = [threading.Thread(target=write, args=(running, number)) for number in range(WRITERS)]
    for one in threads:
        one.start()
    try:
        until(lambda: len(running.acknowledged) > WRITERS)
        yield
        so_far = len(running.acknowledged)
        until(lambda: len(running.acknowledged) > so_far + 2 * WRITERS)
    finally:
        running.over.set()
        for one in threads:
            one.join()


def put_cookie(browser: requests.Session, running: Service, writer: int) -> None:
    """Sign a browser in."""
    browser.cookies.set("vigie", running.cookies[writer], domain="127.0.0.1", path="/")


def is_read(running: Service) -> bool:
    """Say whether a page is still shown."""
    browser = requests.Session()
    put_cookie(browser, running, 0)
    return browser.get(f"{running.address}/vocabulaire", timeout=20).ok


def kept(running: Service) -> tuple[list[str], int]:
    """Return the words that are kept, and how many lines of the trail tell them."""
    engine = connect(running.url)
    with sessions_on(engine, running.store)() as session:
        rows = [row.word for row in session.scalars(sa.select(OwnWord).order_by(OwnWord.id))]
        told = sa.select(sa.func.count()).select_from(TrailEntry).where(TrailEntry.action == "lexicon.added")
        lines = session.scalar(told) or 0
    engine.dispose()
    return rows, lines


def back(running: Service, hurt: Callable[[], None]) -> float:
    """Hurt the service; return how many seconds passed until the next form was acknowledged."""
    begun = time.monotonic()
    hurt()
    so_far = len(running.acknowledged)
    until(lambda: len(running.acknowledged) > so_far)
    return time.monotonic() - begun
