"""The conventions in a real browser: narrow and wide, light and dark, by keyboard, without scripts, on paper."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.editions import latest_toml
from governance.people.rules import Role
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.web.browser.pages import follow, overflows, press, violations
from tests.web.test_conventions_pages import AMENDMENT

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]

Enter = Callable[[Page], Page]

PATHS = (
    "/conventions",
    "/conventions?q=zorglub",
    "/conventions?montrer=rien",
    "/conventions/S0",
    "/conventions/S2",
    "/conventions/S4?le=1999-01-01",
    "/conventions/importer",
    "/conventions/S0/application",
)


@pytest.fixture(params=[(1280, "light"), (390, "dark"), (320, "light")], ids=str)
def page(chromium: Browser, enter: Enter, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR")
    yield enter(context.new_page())
    context.close()


@pytest.fixture
def phone(chromium: Browser, enter: Enter) -> Iterator[Page]:
    """Give a narrow browser."""
    context = chromium.new_context(viewport={"width": 390, "height": 800}, locale="fr-FR")
    yield enter(context.new_page())
    context.close()


@pytest.fixture
def plain_page(chromium: Browser, enter: Enter) -> Iterator[Page]:
    """Give a browser that runs no script."""
    context = chromium.new_context(java_script_enabled=False, locale="fr-FR")
    yield enter(context.new_page())
    context.close()


@pytest.fixture
def enter(address: str, demonstration: Demonstration) -> Enter:
    """Give the act of signing in as the DPO."""

    def sign_in(page: Page) -> Page:
        page.goto(f"{address}/connexion")
        page.fill("#email", demonstration.email(Role.DPO))
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(lambda url: not url.endswith("/connexion"))
        return page

    return sign_in


@pytest.fixture
def s1(sessions: sessionmaker[Session]) -> str:
    with sessions() as session:
        return latest_toml(session, "S1")


def check(page: Page) -> None:
    """Assert what is true of every page, in every state."""
    assert violations(page) == []
    assert not overflows(page)
    assert page.locator("h1").count() == 1


def send(page: Page, address: str, text: str) -> None:
    page.goto(f"{address}/conventions/importer")
    page.fill("#text", text)
    follow(page, "text=Vérifier le texte")


def test_no_page_of_conventions_has_a_fault_that_axe_knows_nor_scrolls_sideways(page: Page, address: str) -> None:
    for path in PATHS:
        page.goto(address + path)

        check(page)


def test_no_state_of_an_import_has_a_fault_that_axe_knows(page: Page, address: str, s1: str) -> None:
    send(page, address, s1.replace("[[rules.A1]]", "[[rules.A99]]"))
    assert "À corriger" in page.evaluate("document.activeElement.innerText")
    check(page)

    send(page, address, s1 + AMENDMENT)
    check(page)

    send(page, address, s1.replace('code = "S1"', 'code = "LILLE-1"'))
    page.locator("main summary").first.click()
    check(page)


def test_a_link_to_a_rule_leads_to_it(phone: Page, address: str) -> None:
    phone.goto(f"{address}/conventions/S3#S3r")

    top = phone.evaluate("document.getElementById('S3r').getBoundingClientRect().top")
    assert 0 <= top < 800
    assert phone.locator(":target h3").inner_text().startswith("S3r Destruction à la fin")


def test_a_convention_is_imported_and_applied_with_the_keyboard_alone(phone: Page, address: str, s1: str) -> None:
    phone.goto(f"{address}/conventions/importer")
    phone.focus("#text")
    phone.keyboard.insert_text(s1.replace('code = "S1"', 'code = "LILLE-1"'))
    press_on(phone, "Vérifier le texte")
    press_on(phone, "Enregistrer")
    phone.wait_for_url(f"{address}/conventions/LILLE-1")
    press_on(phone, "Appliquer dans ma structure")
    phone.wait_for_url(f"{address}/conventions/LILLE-1/application")
    phone.fill("#effective_from", "2024-07-01")
    press_on(phone, "Appliquer dans ma structure")
    phone.wait_for_url(f"{address}/conventions/LILLE-1")

    assert "à partir du lundi 1 juillet 2024" in phone.inner_text("[aria-live=polite]")


def test_an_amendment_is_imported_without_any_script(plain_page: Page, address: str, s1: str) -> None:
    file = {"name": "avenant.toml", "mimeType": "application/toml", "buffer": (s1 + AMENDMENT).encode()}

    plain_page.goto(f"{address}/conventions/importer")
    plain_page.set_input_files("#file", [file])  # type: ignore[list-item]  # a plain dict is a FilePayload
    follow(plain_page, "text=Vérifier le texte")
    plain_page.click("main button:has-text('Enregistrer')")
    plain_page.wait_for_url(f"{address}/conventions/S1")
    plain_page.goto(f"{address}/conventions/S1?le=2026-04-01#B1")

    assert "dans les vingt-quatre heures" in plain_page.inner_text("#B1")


def test_a_convention_is_printed_without_menus_and_with_numbered_pages(
    chromium: Browser, enter: Enter, address: str
) -> None:
    page = enter(chromium.new_context(locale="fr-FR").new_page())
    page.goto(f"{address}/conventions/S0")

    paper = pypdfium2.PdfDocument(BytesIO(page.pdf(format="A4")))

    pages = [sheet.get_textpage().get_text_range() for sheet in paper]
    page.context.close()
    assert "Ce que cette convention exige" in pages[0]
    assert "Sommaire" not in "".join(pages)
    assert "Se déconnecter" not in "".join(pages)
    assert f"1 / {len(pages)}" in pages[0]
    assert f"{len(pages)} / {len(pages)}" in pages[-1]


def press_on(page: Page, label: str) -> None:
    """Move with the Tab key to what bears a label, and press Enter."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip() == label:
            press(page, "Enter")
            return
    raise AssertionError(f"the keyboard does not reach « {label} »")
