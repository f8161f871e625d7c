"""Whether a page fits the width of its window."""

from playwright.sync_api import Page


def overflows(page: Page) -> bool:
    """Say whether a page scrolls sideways, once its style sheets are there: a heading is there before them."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
