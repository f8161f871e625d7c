"""« Signaler une erreur » in a real browser: by keyboard alone, without script, and never at the cost of the text."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.people.rules import Role
from scanners.tables import Doubt
from tests.conftest import Demonstration, on_sqlite
from tests.web.browser.test_verifier_browser import PNG, enter
from tests.web.verifying import BLOCKED, PAGE, adopt

__all__ = ["adopt"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]

BUTTON = "button[name=erreur]"


@pytest.fixture(params=[(1280, True), (390, True), (390, False)], ids=["wide", "narrow", "without script"])
def page(
    chromium: Browser,
    request: pytest.FixtureRequest,
    address: str,
    demonstration: Demonstration,
    adopt: Callable[..., None],
) -> Iterator[Page]:
    """Give the desk of a technicien, in a window of some width, with or without script."""
    width, script = request.param
    context = chromium.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script, locale="fr-FR")
    adopt("S0")
    page = context.new_page()
    enter(page, address, demonstration.email(Role.TECHNICIEN))
    page.goto(address + PAGE)
    expect(page.locator("#comment")).to_be_focused()  # after the page is loaded: what is typed before is lost
    yield page
    context.close()


def has_script(page: Page) -> bool:
    """Tell whether the page checks what is typed by itself."""
    return page.locator("html.s-live").count() == 1


def kept(sessions: sessionmaker[Session]) -> list[int]:
    with sessions() as session:
        return list(session.scalars(select(Doubt.times).order_by(Doubt.id)))


def test_a_refusal_is_called_a_mistake_with_the_keyboard_alone_and_the_text_stays(
    page: Page, sessions: sessionmaker[Session]
) -> None:
    page.keyboard.type(BLOCKED)
    if not has_script(page):
        press_until_focused(page, "#verifier")
        page.keyboard.press("Enter")
    expect(page.locator(".s-remark")).to_have_count(2)

    press_until_focused(page, BUTTON)
    page.keyboard.press("Enter")

    expect(page.locator(".s-standing" if has_script(page) else "#signale")).to_be_focused()
    expect(page.locator(".s-standing")).to_contain_text("Votre délégué en décidera")
    expect(page.locator(f"{BUTTON}, #signaler-aide")).to_have_count(0)
    assert page.input_value("#comment") == BLOCKED
    assert kept(sessions) == [1]


def press_until_focused(page: Page, selector: str) -> None:
    """Move the focus with Tab until it stands there; fail after a hundred steps."""
    for _ in range(100):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is out of the keyboard's reach")


@pytest.mark.parametrize("page", [(1280, True)], indirect=True)
def test_the_last_check_and_its_pieces_stay_and_the_pieces_are_not_sent_again(page: Page) -> None:
    page.fill("#comment", BLOCKED)
    page.set_input_files("#files", [PNG])
    page.click("#verifier")
    expect(page.locator(".s-files > li")).to_have_count(1, timeout=60_000)

    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith(PAGE)) as sent:
        page.click(BUTTON)
    expect(page.locator(".s-standing")).to_be_focused()

    assert b'filename="piece.png"' not in (sent.value.post_data_buffer or b"")
    assert page.locator("#bilan").count() == page.locator(".s-files > li").count() == 1
    assert page.locator("#files").evaluate("(one) => one.files.length") == 1


@pytest.mark.parametrize("page", [(390, True)], indirect=True)
def test_a_double_click_makes_one_candidate_and_a_passage_that_changed_is_told(
    page: Page, sessions: sessionmaker[Session]
) -> None:
    page.fill("#comment", BLOCKED)
    page.dblclick(BUTTON)
    expect(page.locator(".s-standing")).to_be_focused()
    page.fill("#comment", "Un diabète, puis rien.")
    expect(page.locator(".s-remark")).to_have_count(1)
    page.route("**/apercu", lambda route: None)  # the live check hangs: the list is that of a moment ago
    page.fill("#comment", "Rien d'autre.")

    page.click(BUTTON)

    expect(page.locator(".v-summary")).to_be_focused()
    assert "rien n'a été signalé" in page.inner_text(".v-summary")
    assert page.input_value("#comment") == "Rien d'autre."
    assert kept(sessions) == [1]


@pytest.mark.parametrize("page", [(390, True)], indirect=True)
def test_a_service_that_does_not_answer_is_told_and_the_report_can_be_made_again(
    page: Page, sessions: sessionmaker[Session]
) -> None:
    def cut(route: Route) -> None:
        route.abort()

    page.fill("#comment", BLOCKED)
    page.route("**/signalements/verifier", cut)
    page.click(BUTTON)
    expect(page.locator(".v-summary")).to_be_focused()
    assert "n'a pas abouti" in page.inner_text(".v-summary")

    page.unroute("**/signalements/verifier", cut)
    page.click(BUTTON)

    expect(page.locator(".s-standing")).to_be_focused()
    assert page.locator(".v-summary").count() == 0
    assert kept(sessions) == [1]
