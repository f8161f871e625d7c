"""Accounts of the portal in a real browser: no page with a fault, and an access cut by the keyboard alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.habilitations.actions import cut_at_once
from governance.habilitations.rules import State
from governance.habilitations.tables import Account
from governance.people.rules import Role
from tests.actions.portal import FRAUD, Portal
from tests.conftest import Demonstration, on_sqlite
from tests.web.browser.pages import press
from tests.web.browser.test_identity_browser import tab_to
from tests.web.browser.test_verifier_accessible import faults
from tests.web.browser.test_verifier_browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]


@pytest.fixture
def account(sessions: sessionmaker[Session], demonstration: Demonstration) -> str:
    """Give a gestionnaire, a technicien, a request and an access that was cut; return the technicien's account."""
    with sessions.begin() as session:
        at = clock.now() - timedelta(hours=1)
        portal = Portal(session, demonstration.structure, at, "S0", "artois").open(30)
        first = portal.gestionnaire(portal.agent(1))
        portal.requested(portal.agent(2))
        made = portal.technicien(portal.agent(3), first)
        cut_at_once(session, portal.technicien(portal.agent(4, attested=True), first), FRAUD, by=portal.by, at=at)
        return made


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=str)
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR")
    yield context.new_page()
    context.close()


def test_no_page_has_a_fault(
    page: Page, address: str, account: str, demonstration: Demonstration, sessions: sessionmaker[Session]
) -> None:
    with sessions() as session:
        agent = session.get_one(Account, account).agent_id
    enter(page, address, demonstration.email(Role.GESTIONNAIRE))
    found = {}

    for path in (
        "/comptes", "/comptes?etat=refuse", "/comptes/couper", f"/comptes/{account}", f"/comptes/{account}/coupure",
        f"/comptes/{account}/inactiver", "/comptes/demander", "/comptes/creer", "/agents", "/agents/declarer",
        f"/agents/{agent}", "/agents/reglages",
    ):  # fmt: skip
        page.goto(address + path)
        found[path] = faults(page)
    page.goto(f"{address}/agents/declarer")
    page.click("main button[type=submit]")
    expect(page.locator(".v-summary")).to_be_focused()
    found["errors"] = faults(page)

    assert {path: faulty for path, faulty in found.items() if faulty} == {}


def test_an_access_is_cut_by_the_keyboard_in_a_few_gestures(
    page: Page, address: str, account: str, demonstration: Demonstration, sessions: sessionmaker[Session]
) -> None:
    enter(page, address, demonstration.email(Role.DPO))
    page.goto(f"{address}/comptes")

    for text in ("Couper un accès maintenant", "Couper l'accès de Prénom3 Nom3"):
        tab_to(page, text)
        press(page, "Enter")
    page.focus("#reason")
    page.keyboard.type("Perte")
    tab_to(page, "Couper maintenant")
    press(page, "Enter")

    expect(page.locator("main")).to_contain_text("L'accès est coupé.")
    with sessions() as session:
        states = dict(session.execute(select(Account.id, Account.state)).all())
    assert states[account] == State.CUT
