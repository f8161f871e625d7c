"""A review in a real browser: with the keyboard alone, on a phone, and how many interactions it takes."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, sessionmaker

from governance.people.rules import Role
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.web.browser.pages import follow, overflows, press, violations
from tests.web.test_reviews_pages import of_forty

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]
MOST = 12  # interactions for forty accounts, four of which need a look


@dataclass
class Hands:
    """Keys that are pressed and links that are clicked, counted."""

    page: Page
    count: int = field(default=0)

    def press(self, key: str, *, leads: bool = True) -> None:
        """Press a key; `leads` when another page answers."""
        self.count += 1
        if leads:
            press(self.page, key)
        else:
            self.page.keyboard.press(key)

    def click(self, selector: str) -> None:
        """Click something that leads to another page."""
        self.count += 1
        follow(self.page, selector)


@pytest.fixture
def page(
    chromium: Browser, address: str, app: Flask, sessions: sessionmaker[Session], demonstration: Demonstration
) -> Iterator[Page]:
    """Give the list of reviews to a gestionnaire, with a review of forty accounts under way."""
    of_forty(sessions, demonstration)
    context = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/connexion")
    page.fill("#email", demonstration.email(Role.GESTIONNAIRE))
    page.fill("#password", PASSWORD)
    follow(page, "main button[type=submit]")
    page.goto(f"{address}/revues")
    yield page
    context.close()


def test_forty_accounts_four_of_them_flagged_take_twelve_interactions_at_most_with_the_keyboard(page: Page) -> None:
    hands = Hands(page)

    hands.click("main table a")
    found = violations(page)
    hands.press("r", leads=False)
    hands.press("1")
    hands.press("r", leads=False)
    hands.press("3")
    hands.press("g")
    hands.press("g")
    hands.press("c", leads=False)
    hands.press("Enter")
    hands.press("s")
    hands.press("Enter")

    assert page.locator("main").inner_text().count("La revue est close.") == 1
    assert hands.count <= MOST
    assert found == []


def test_each_key_does_what_the_page_says_and_none_answers_before_its_buttons_are_shown(page: Page) -> None:
    follow(page, "main table a")
    first, second, *_, last = page.locator("[data-entry]").all()
    words = first.locator("input[name=words]")

    page.keyboard.press("k")
    expect(last).to_be_focused()
    for key in ("j", "k", "k", "k", "k", "n", "1"):
        page.keyboard.press(key)
    expect(first).to_be_focused()
    page.keyboard.press("j")
    expect(second).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("r")
    page.keyboard.press("m")
    expect(words).to_be_focused()
    expect(first.locator("details[open]")).to_have_count(1)
    page.keyboard.type("gardien, n° 1 ?")
    page.keyboard.press("Escape")
    expect(first).to_be_focused()
    expect(words).to_have_value("gardien, n° 1 ?")
    progress = page.locator("[role=status]").first
    expect(progress).to_contain_text("0 sur 40")
    page.keyboard.press("m")
    page.keyboard.press("Tab")
    press(page, "n")

    expect(progress).to_contain_text("0 sur 40")
    expect(progress).to_contain_text("1 au délégué")
    press(page, "g")
    expect(progress).to_contain_text("1 sur 40")


def test_a_phone_shows_the_review_without_scrolling_sideways_and_a_figure_alone_revokes_nothing(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    follow(page, "main table a")

    page.keyboard.press("j")
    page.keyboard.press("1")

    assert page.locator("[role=status]").first.inner_text().startswith("0 sur 40")
    assert not overflows(page)
    page.keyboard.press("?")
    assert page.locator("dialog[open]").is_visible()
