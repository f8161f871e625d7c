"""The life of conventions in a real browser: axe and overflow in each state, an act entered with the keyboard alone."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.life.actions import Draft, enter
from governance.conventions.life.events import Kind, Party
from governance.core import clock
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.web.browser.pages import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]

PATHS = (
    "/conventions/vie",
    "/conventions/S0/vie",  # a mise en demeure, a notice to be read
    "/conventions/S2/vie",  # ended
    "/conventions/S3/vie",  # two readings
    "/conventions/S4/vie",  # nothing known
    "/conventions/S0/vie/mise-en-demeure",
    "/conventions/S2/vie/reception",  # no letter waits
    "/signalements/verifier",  # says what has ended
)


@pytest.fixture
def today() -> date:
    return clock.day(clock.now())


@pytest.fixture(autouse=True)
def _lives(sessions: sessionmaker[Session], demonstration: Demonstration, today: date) -> None:
    """Apply four conventions, each in another state."""
    by, at = command(demonstration.structure), clock.now()
    ago = {"S0": 100, "S2": 375, "S3": 200}
    with sessions.begin() as session:
        for code in ("S0", "S2", "S3", "S4"):
            adopt_convention(session, by.structure, Adoption(code, None, None), by=by, at=at)
        for code, days in ago.items():
            draft = Draft(Kind.SIGNED, today - timedelta(days=days), "Exemplaire signé")
            enter(session, code, draft, by=by, at=at)
        enter(
            session, "S0", Draft(Kind.WARNED, today, "Lettre n° 1", caisse="artois", party=Party.CAISSE), by=by, at=at
        )


@pytest.fixture(params=[(1280, "light"), (390, "dark"), (320, "light")], ids=str)
def page(
    chromium: Browser, address: str, demonstration: Demonstration, request: pytest.FixtureRequest
) -> Iterator[Page]:
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


def test_axe_finds_nothing_and_nothing_overflows_and_an_act_is_entered_by_keyboard(
    page: Page, address: str, today: date
) -> None:
    found = []
    for path in PATHS:
        page.goto(f"{address}{path}")
        found += [*violations(page), *([path] if overflows(page) else [])]

    page.goto(f"{address}/conventions/S0/vie/preavis")
    page.keyboard.press("Tab")
    page.focus("#day")
    page.fill("#day", today.isoformat())
    page.focus("#notice")
    page.keyboard.type("2 mois")
    page.focus("#reference")
    page.keyboard.type("Exemplaire signé, dossier 12")
    page.keyboard.press("Enter")
    page.wait_for_url("**/conventions/S0/vie")

    assert found == []
    assert "Dernier jour sûr pour dénoncer" in page.content()
