"""What is looked at on any page of a real browser, once the page is wholly there."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# A page focuses what it asks to when it is first drawn, which may come after it is loaded.
_DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def follow(page: Page, selector: str) -> None:
    """Click what leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.click(selector)


def press(page: Page, key: str) -> None:
    """Press a key that leads to another page, and wait until that page takes keys in its turn."""
    with page.expect_navigation():
        page.keyboard.press(key)
    page.evaluate(_DRAWN)


def overflows(page: Page) -> bool:
    """Say whether a page scrolls sideways, once its style sheets are there: a heading is there before them."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def violations(page: Page) -> list[tuple[str, str, list[str]]]:
    """Return what axe finds on a page that is loaded: its address, the rule, the elements."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    return [(page.url, one["id"], [node["html"][:90] for node in one["nodes"]]) for one in found]
