"""« Envois » in a real browser: narrow and wide, light and dark, axe on each page, and sending again by keyboard."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock, outbox
from governance.core.outbox import Attachment, Message
from governance.core.outbox.sending import sweep
from governance.people.rules import Role
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.web.browser.pages import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]

FILES = (Attachment("Tableau.pdf", b"x", "application/pdf"),)


@pytest.fixture
def expired(sessions: sessionmaker[Session], demonstration: Demonstration) -> str:
    """Give a message that expired, another that is late."""
    at, written = clock.now(), []
    for age in (48, 1):
        then = at - timedelta(hours=age)
        message = Message(
            "rappel", "dpo@caisse.example", "Déléguée : lire", "Bonjour.", then + timedelta(hours=24),
            structure=demonstration.structure, attachments=FILES,
        )  # fmt: skip
        with sessions.begin() as session:
            written.append(outbox.post(session, message, at=then))
    sweep(sessions, at)
    return written[0]


def signed_in(page: Page, address: str, demonstration: Demonstration) -> Page:
    page.goto(f"{address}/connexion")
    page.fill("#email", demonstration.email(Role.DPO))
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark"), (320, "light")])
def test_axe_finds_nothing_and_nothing_overflows(
    chromium: Browser, address: str, demonstration: Demonstration, expired: str, width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR")
    page = signed_in(context.new_page(), address, demonstration)
    found = []

    for path in ("", "?etat=delivered", f"/{expired}", f"/{expired}/pieces", "/certificats"):
        page.goto(f"{address}/envois{path}")
        found += [*violations(page), *([path] if overflows(page) else [])]
    context.close()

    assert found == []


def test_a_message_is_sent_again_from_the_keyboard(
    chromium: Browser, address: str, demonstration: Demonstration, expired: str
) -> None:
    page = signed_in(chromium.new_page(), address, demonstration)
    page.goto(f"{address}/envois/{expired}")

    page.get_by_role("button", name="Renvoyer ce message").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/envois/{expired}")
    said = page.locator(".v-flash").inner_text()
    page.close()

    assert "de nouveau en attente" in said
