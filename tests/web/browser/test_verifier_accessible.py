"""Every state of « Vérifier un signalement » and of « Vocabulaire », wide and narrow, light and dark, without fault."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from governance.people.rules import Role
from tests.conftest import Demonstration, on_sqlite
from tests.scanners import samples
from tests.web.browser.pages import overflows, violations
from tests.web.browser.test_verifier_browser import enter
from tests.web.eight import eight
from tests.web.verifying import BLOCKED, CLEAN, PAGE, WORDS, adopt

__all__ = ["adopt"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]

SMALL = """() => [...document.querySelectorAll('main :is(button, select, input:not([type=hidden], [type=file]), .btn)')]
  .filter((one) => one.checkVisibility()).map((one) => [one.outerHTML.slice(0, 60), one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 24 || box.width < 24).map(([said]) => said)"""


@pytest.fixture(params=[(1280, "light"), (390, "dark"), (320, "light")], ids=str)
def page(
    chromium: Browser,
    request: pytest.FixtureRequest,
    address: str,
    demonstration: Demonstration,
    adopt: Callable[..., None],
) -> Iterator[Page]:
    """Give the desk of a DPO (who is shown the most), in a window of some width."""
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR")
    adopt("S0", "S3")
    page = context.new_page()
    enter(page, address, demonstration.email(Role.DPO))
    page.goto(address + PAGE)
    yield page
    context.close()


def faults(page: Page) -> list[object]:
    """Return what axe finds, what scrolls sideways, and what is too small for a finger."""
    page.wait_for_timeout(400)
    found: list[object] = [*violations(page)]
    if overflows(page):
        found.append("scrolls sideways")
    return found + list(page.evaluate(SMALL))


def test_the_empty_desk(page: Page) -> None:
    assert faults(page) == []


def test_the_desk_while_one_types(page: Page) -> None:
    page.fill("#comment", BLOCKED + " Joindre au 06 12 34 56 78.")
    expect(page.locator(".s-remark")).to_have_count(3)

    assert faults(page) == []


def test_the_desk_with_errors(page: Page) -> None:
    page.fill("#comment", "x" * 5_001)
    page.set_input_files("#files", [{"name": "notes.txt", "mimeType": "text/plain", "buffer": b"x"}])
    page.click("#verifier")
    expect(page.locator(".v-summary")).to_be_focused()

    assert faults(page) == []


@pytest.mark.parametrize("comment", [BLOCKED, CLEAN], ids=["refused", "accepted"])
def test_the_desk_with_a_result(page: Page, comment: str) -> None:
    page.fill("#comment", comment)
    page.set_input_files(
        "#files",
        [
            {"name": "piece.png", "mimeType": "image/png", "buffer": samples.PNG},
            {
                "name": "attestation.pdf",
                "mimeType": "application/pdf",
                "buffer": samples.pdf("NIR 1 85 07 78 006 000 13"),
            },
        ],
    )
    page.click("#verifier")
    expect(page.locator("#bilan")).to_be_focused()
    expect(page.locator(".s-files > li")).to_have_count(2)

    assert faults(page) == []


def test_the_desk_with_eight_pieces_followed_to_their_end_then_sent(page: Page) -> None:
    page.set_input_files("#files", eight())
    expect(page.locator(".s-piece")).to_have_count(8)
    expect(page.locator(".s-piece progress:visible")).to_have_count(0, timeout=60_000)
    expect(page.locator(".s-pages img")).to_have_count(3)
    followed = faults(page)

    page.click("#verifier")
    expect(page.locator(".s-files > li")).to_have_count(8)

    assert followed == []
    assert faults(page) == []


def test_the_words_empty_full_and_with_an_error(page: Page, address: str) -> None:
    page.goto(address + WORDS)
    empty = faults(page)
    page.fill("#mot-ajoute", "zonzonite")
    page.click("section[aria-labelledby=ajouter-titre] button")
    page.wait_for_selector(".s-words")
    full = faults(page)
    page.fill("#mot-tu", "diabétique")
    page.click("section[aria-labelledby=taire-titre] button")
    page.wait_for_selector(".v-summary")

    assert (empty, full, faults(page)) == ([], [], [])


def test_the_desk_with_a_refusal_called_a_mistake_and_the_dpos_answers(page: Page, address: str) -> None:
    page.fill("#comment", BLOCKED)
    page.click("button[name=erreur]")
    expect(page.locator(".s-standing")).to_be_focused()
    reported = faults(page)
    page.fill("#comment", CLEAN)
    page.evaluate("document.dispatchEvent(new Event('copy'))")  # nothing is lost by leaving
    page.goto(address + WORDS)
    waiting = faults(page)
    page.click("button[value=acceptee]")
    expect(page.locator("[aria-labelledby=tues-titre]")).to_be_visible()
    accepted = faults(page)
    page.click("button[value=refusee]")
    expect(page.locator("[aria-labelledby=maintenues-titre]")).to_be_visible()
    refused = faults(page)
    page.goto(f"{address}/signalements/erreurs")

    assert (reported, waiting, accepted, refused, faults(page)) == ([], [], [], [], [])
