"""Breaches in a real browser: narrow and wide, light and dark, axe on each page, a declaration with the keyboard."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.people.rules import Role
from tests.breaches import whole
from tests.conftest import PASSWORD, Demonstration, on_sqlite

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]


@pytest.fixture
def made(sessions: sessionmaker[Session], demonstration: Demonstration) -> dict[str, str]:
    """Give a breach whose file is full."""
    dpo = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        return whole(session, dpo, clock.now() - timedelta(minutes=5), dpo.id)


def signed_in(page: Page, address: str, demonstration: Demonstration, role: Role) -> Page:
    page.goto(f"{address}/connexion")
    page.fill("#email", demonstration.email(role))
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark"), (320, "light")])
def test_axe_finds_nothing_and_nothing_overflows(
    chromium: Browser, address: str, demonstration: Demonstration, made: dict[str, str], width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR")
    page = signed_in(context.new_page(), address, demonstration, Role.DPO)
    found, breach = [], made["breach"]

    for path in (
        "", "?etat=closed", "/declarer", f"/{breach}", f"/{breach}/registre", f"/{breach}/faits", f"/{breach}/compte",
        f"/devoirs/{made['duty']}/preuve", f"/caisses/{made['concern']}/transmettre",
    ):  # fmt: skip
        page.goto(f"{address}/violations{path}")
        found += [f"axe {path}" for _ in range(Axe().run(page).violations_count)]
        found += [f"wide {path}"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
    context.close()

    assert found == []


def test_a_suspicion_is_declared_with_the_keyboard_alone_and_its_clocks_are_counted_down(
    chromium: Browser, address: str, demonstration: Demonstration, made: dict[str, str]
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800}, locale="fr-FR")
    page = signed_in(context.new_page(), address, demonstration, Role.TECHNICIEN)

    page.goto(f"{address}/violations/declarer")
    page.focus("#told")
    page.keyboard.type("Courriel parti à une mauvaise adresse")
    page.focus("#triggers-0")
    page.keyboard.press("Space")
    page.focus("#concerned-0")
    page.keyboard.press("Space")
    page.focus("main form button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "declarer" not in url)
    left = page.locator("time[data-until]").first.inner_text()
    context.close()

    assert left.startswith("dans ")
