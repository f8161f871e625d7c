"""Identity in a real browser: the keyboard path with a second factor, passkeys, and every page under axe."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.people.accounts.actions import make_link
from governance.people.rules import Role
from governance.people.sessions.tables import WebSession
from governance.web.identity import SECOND_FACTOR
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.web.browser.pages import follow, overflows, press, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(address: str) -> str:
    """Give the address by a name: passkeys are for hosts, never for numbers."""
    return address.replace("127.0.0.1", "localhost")


@pytest.fixture(params=[(1280, "light"), (390, "dark"), (320, "light")], ids=str)
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR")
    yield context.new_page()
    context.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="fr-FR")
    yield context
    context.close()


def give_password(page: Page, site: str, demonstration: Demonstration, role: Role) -> None:
    page.goto(f"{site}/connexion")
    page.focus("#email")
    page.keyboard.type(demonstration.email(role))
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    enter(page)


def enter(page: Page) -> None:
    """Press Enter and wait for the page it leads to."""
    press(page, "Enter")


def tab_to(page: Page, text: str) -> None:
    for _ in range(40):
        if text in page.evaluate("document.activeElement.matches('a, button') ? document.activeElement.innerText : ''"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by the keyboard: {text}")


def set_up(page: Page) -> pyotp.TOTP:
    """Set an application up with the keyboard alone, from « Second facteur »."""
    tab_to(page, "Mettre en place l'application")
    page.keyboard.press("Enter")
    page.wait_for_selector(".v-square svg")
    totp = pyotp.TOTP(re.search(r"l'application : ([A-Z2-7 ]+)", page.inner_text("main"))[1].replace(" ", ""))
    page.focus("#code")
    page.keyboard.type(totp.now())
    page.keyboard.press("Enter")
    page.wait_for_selector(".v-codes")
    return totp


def test_a_dpo_sets_up_a_second_factor_and_signs_in_with_it_by_keyboard_alone(
    app: APIFlask, context: BrowserContext, site: str, demonstration: Demonstration
) -> None:
    app.config[SECOND_FACTOR] = True
    page = context.new_page()

    give_password(page, site, demonstration, Role.DPO)
    assert page.inner_text("h1") == "Second facteur"
    totp = set_up(page)
    recovery = page.locator(".v-codes code").first.inner_text()
    tab_to(page, "Je les ai notés")
    enter(page)
    tab_to(page, "Se déconnecter")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/connexion")

    give_password(page, site, demonstration, Role.DPO)
    assert page.url.startswith(f"{site}/connexion/second-facteur")
    page.focus("#code")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert] >> text=À corriger")
    page.focus("#code")
    page.keyboard.press("Control+A")
    page.keyboard.type(recovery)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Codes restants : 9")

    assert totp.secret not in page.content()


def test_a_passkey_is_made_and_then_signs_in_and_confirms_alone(
    context: BrowserContext, site: str, demonstration: Demonstration, sessions: sessionmaker[Session]
) -> None:
    page = context.new_page()
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if "Content Security" in message.text else None)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]

    give_password(page, site, demonstration, Role.TECHNICIEN)
    page.goto(f"{site}/compte/second-facteur")
    page.fill("#name", "Poste du bureau")
    page.click("text=Ajouter une clé d'accès")
    page.wait_for_selector(".v-codes")
    page.goto(f"{site}/compte/second-facteur")
    assert "Poste du bureau" in page.inner_text("main")
    page.click("text=Se déconnecter")
    page.wait_for_url(f"{site}/connexion")
    tab_to(page, "Se connecter avec une clé d'accès")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)

    kept = devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert [(one["isResidentCredential"], one["rpId"]) for one in kept] == [(True, "localhost")]
    assert "Personne technicien" in page.inner_text(".v-who")
    with sessions.begin() as session:
        session.execute(update(WebSession).values(proved_at=clock.now() - timedelta(minutes=11)))
    page.goto(f"{site}/compte/second-facteur")
    page.locator("form[action$='/codes'] button").click()
    check(page)
    page.click("text=Confirmer par une clé d'accès")
    page.wait_for_selector(".v-codes")
    assert blocked == []


def test_a_passkey_that_the_person_declines_is_told_and_leaves_the_password(
    context: BrowserContext, site: str, demonstration: Demonstration
) -> None:
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR | {"isUserVerified": False}})
    page.goto(f"{site}/connexion")

    page.click("text=Se connecter avec une clé d'accès")

    page.wait_for_selector("text=Le navigateur n'a pas donné de clé d'accès")
    give_password(page, site, demonstration, Role.TECHNICIEN)
    assert "Personne technicien" in page.inner_text(".v-who")


def test_an_unused_session_warns_and_is_prolonged_in_one_act(
    context: BrowserContext, site: str, demonstration: Demonstration
) -> None:
    page = context.new_page()
    give_password(page, site, demonstration, Role.TECHNICIEN)
    page.clock.install()
    page.goto(f"{site}/compte")
    assert page.is_hidden("#session-fin")

    page.clock.run_for(27 * 60 * 1000 + 1000)
    page.wait_for_selector("#session-fin >> text=Sans activité")
    page.click("text=Rester connecté")

    page.wait_for_selector("#session-fin", state="hidden")


def test_no_page_of_identity_has_a_fault_that_axe_knows_nor_scrolls_sideways(
    page: Page, app: APIFlask, site: str, demonstration: Demonstration, sessions: sessionmaker[Session]
) -> None:
    person, by = demonstration.people[Role.TECHNICIEN], demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        link = make_link(session, person, by=by, at=clock.now())
    for path in ("/connexion", "/connexion/oubli", f"/compte/lien/{link}", "/compte/lien/faux"):
        page.goto(site + path)
        check(page)
    give_password(page, site, demonstration, Role.DPO)
    for path in (
        "/compte", "/compte/mot-de-passe", "/compte/sessions", "/compte/second-facteur",
        "/personnes", "/personnes/inviter", f"/personnes/{person}", f"/personnes/{by.id}",
    ):  # fmt: skip
        page.goto(site + path)
        check(page)
    page.goto(f"{site}/personnes/inviter")
    follow(page, "main button[type=submit]")
    check(page)
    page.goto(f"{site}/personnes/{person}")
    follow(page, "text=Nouveau lien")
    check(page)
    page.goto(f"{site}/compte/second-facteur")
    follow(page, "text=Mettre en place l'application")
    check(page)
    page.goto(f"{site}/compte/second-facteur/application")
    page.fill("#code", "000000")
    enter(page)
    check(page)


def check(page: Page) -> None:
    """Refuse what axe refuses, several titles, and scrolling sideways."""
    assert violations(page) == []
    assert not overflows(page), page.url
    assert page.locator("h1").count() == 1
