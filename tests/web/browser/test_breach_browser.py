"""Breaches in a real browser: narrow and wide, light and dark, axe on each page, a declaration with the keyboard."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.people.rules import Role
from tests.actions import noticing
from tests.breaches import whole
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.web.browser.pages import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]


@pytest.fixture
def made(sessions: sessionmaker[Session], demonstration: Demonstration) -> dict[str, str]:
    """Give a breach whose file is full."""
    dpo, at = demonstration.actor(Role.DPO), clock.now() - timedelta(minutes=5)
    with sessions.begin() as session:
        known = whole(session, dpo, at, dpo.id)
        return known | noticing.whole(session, known["breach"], known["duty"], dpo, at)


def signed_in(page: Page, address: str, demonstration: Demonstration, role: Role) -> Page:
    page.goto(f"{address}/connexion")
    page.fill("#email", demonstration.email(role))
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_axe_finds_nothing_and_nothing_overflows(
    chromium: Browser, address: str, demonstration: Demonstration, made: dict[str, str], width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR")
    page = signed_in(context.new_page(), address, demonstration, Role.DPO)
    breach = made["breach"]

    found = faults(page, address, (
        "", "?etat=closed", "/declarer", f"/{breach}", f"/{breach}/registre", f"/{breach}/faits", f"/{breach}/compte",
        f"/{breach}/tache", f"/{breach}/document", f"/{breach}/reunir", f"/{breach}/clore", f"/{breach}/dossier",
        f"/{breach}/gravite", f"/{breach}/avis", f"/{breach}/cnil", f"/{breach}/personnes", "/registre",
        f"/devoirs/{made['duty']}/preuve", f"/caisses/{made['concern']}/transmettre",
        f"/contacts/{made['letter']}", f"/devoirs/{made['duty']}/prouver", f"/registre/{breach}",
    ))  # fmt: skip
    context.close()

    assert found == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_axe_finds_nothing_on_what_the_caisse_reads(
    chromium: Browser, address: str, demonstration: Demonstration, made: dict[str, str], width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR")
    page = context.new_page()

    found = faults(page, address, (f"/avis/{made['ack']}", f"/avis/{'0' * 64}"), under="")
    signed_in(page, address, demonstration, Role.DPO_CAISSE)
    found += faults(page, address, ("/recues", f"/recues/{made['concern']}"))
    context.close()

    assert found == []


def test_a_section_of_the_cnil_form_is_copied_at_a_click(
    chromium: Browser, address: str, demonstration: Demonstration, made: dict[str, str]
) -> None:
    context = chromium.new_context(locale="fr-FR", permissions=["clipboard-read", "clipboard-write"])
    page = signed_in(context.new_page(), address, demonstration, Role.DPO)
    page.goto(f"{address}/violations/{made['breach']}/cnil")
    buttons = page.locator("button[data-copies]")
    copied = {}

    for number in range(buttons.count()):
        buttons.nth(number).click()
        target = buttons.nth(number).get_attribute("data-copies")
        expect(page.locator(f"#{buttons.nth(number).get_attribute('data-says')}")).to_have_text("Copié.")
        copied[page.locator(f"#{target}").text_content()] = page.evaluate("navigator.clipboard.readText()")
    context.close()

    assert len(copied) > 5
    assert list(copied) == list(copied.values())


def faults(page: Page, address: str, paths: Sequence[str], under: str = "/violations") -> list[object]:
    """Return what axe finds on pages, and those that scroll sideways."""
    found: list[object] = []
    for path in paths:
        answer = page.goto(f"{address}{under}{path}")
        assert answer is not None
        assert answer.status in (200, 404), path
        found += [*violations(page), *([f"wide {path}"] if overflows(page) else [])]
    return found


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
