"""The journal in a real browser: narrow and wide, light and dark, in each of its states, by keyboard."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.core.trail import record
from governance.core.trail.tables import TrailVerification
from governance.people.rules import Role
from governance.trail.keeping import Keeper
from governance.web.identity import KEYS
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.web.browser.pages import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]

PATHS = (
    "/journal",
    "/journal?page=2",
    "/journal?sujet=rien",
    "/journal?du=2026-02-02&au=2026-02-01",
    "/journal/verifier",
)


@pytest.fixture
def history(app: APIFlask, sessions: sessionmaker[Session], demonstration: Demonstration) -> datetime:
    """Write two pages of acts, sign them, and say that a line was changed; the last act is an hour old, unsealed."""
    at, by = clock.now(), demonstration.actor(Role.TECHNICIEN)
    with sessions.begin() as session:
        for number in range(130):
            record(
                session, "scan.refuse", f"{number:032x}", by=by, structure=by.structure, at=at, levels={"bloquant": 2}
            )
    Keeper(app.extensions[KEYS]).signed(sessions, at)
    with sessions.begin() as session:
        session.add(TrailVerification(at=at, entries=130, pending=0, broken=1, broken_at=17, reason="contenu modifié"))
        record(session, "scan.accepte", "f" * 32, by=by, structure=by.structure, at=at - timedelta(hours=1))
    return at


@pytest.fixture(params=[(1280, "light"), (390, "dark"), (320, "light")], ids=str)
def page(
    chromium: Browser, address: str, demonstration: Demonstration, history: datetime, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Give the DPO's browser."""
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{address}/connexion")
    page.fill("#email", demonstration.email(Role.DPO))
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)
    yield page
    context.close()


def test_the_journal_is_accessible_in_every_state_and_never_scrolls_sideways(page: Page, address: str) -> None:
    found = {}

    for path in PATHS:
        page.goto(address + path)
        found[path] = (violations(page), overflows(page))

    assert found == dict.fromkeys(PATHS, ([], False))


@pytest.mark.parametrize("page", [(1280, "light")], indirect=True, ids=str)
def test_a_subject_is_followed_and_the_search_cleared_with_the_keyboard_alone(page: Page, address: str) -> None:
    page.goto(f"{address}/journal?page=2")
    page.locator(".j-subject a").first.focus()

    page.keyboard.press("Enter")
    page.wait_for_url("**/journal?sujet=*")
    alone = page.locator(".j-list tbody tr").count()
    page.get_by_role("link", name="tout montrer").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/journal")

    assert alone == 1
    assert page.locator(".j-list tbody tr").count() == 100
