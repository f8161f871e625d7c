"""The first pages in a real browser: by keyboard alone, narrow and wide, light and dark."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from governance.people.rules import Role
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.web.browser.pages import follow, overflows

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]


@pytest.fixture(params=[(1280, "light"), (390, "dark"), (320, "light")], ids=str)
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR")
    yield context.new_page()
    context.close()


def test_one_signs_in_and_out_with_the_keyboard_alone(page: Page, address: str, demonstration: Demonstration) -> None:
    page.goto(f"{address}/connexion")
    page.keyboard.press("Tab")
    assert focused(page) == "Aller au contenu"

    page.focus("#email")
    page.keyboard.type(demonstration.email(Role.ADMINISTRATEUR))
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/a-propos")
    while focused(page) != "Se déconnecter":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/connexion")

    assert "Vous êtes déconnecté" in page.inner_text("[aria-live=polite]")


def test_a_refused_form_takes_the_focus_to_what_must_be_corrected(page: Page, address: str) -> None:
    page.goto(f"{address}/connexion")

    follow(page, "button[type=submit]")

    assert "À corriger" in focused(page)
    page.click("text=Adresse e-mail : Saisissez")
    assert page.evaluate("document.activeElement.id") == "email"
    described = page.get_attribute("#email", "aria-describedby")
    assert "Saisissez votre adresse" in page.inner_text(f"#{described}")


@pytest.mark.parametrize("path", ["/connexion", "/", "/a-propos", "/nulle-part", "/api/docs"])
def test_no_page_has_a_fault_that_axe_knows_nor_scrolls_sideways(
    page: Page, address: str, demonstration: Demonstration, path: str
) -> None:
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if "Content Security" in message.text else None)
    page.goto(f"{address}/connexion")
    if path != "/connexion":
        page.fill("#email", demonstration.email(Role.ADMINISTRATEUR))
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/a-propos")

    page.goto(address + path)

    result = Axe().run(page)
    assert result.response["violations"] == []
    assert len(result.response["passes"]) > 10
    assert not overflows(page)
    assert page.locator("h1").count() == 1
    assert blocked == []


def focused(page: Page) -> str:
    """Return the text of what has the focus."""
    text: str = page.evaluate("document.activeElement.innerText")
    return text.strip()
