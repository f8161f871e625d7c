"""« Ce qui m'attend », « Agenda » in a real browser: narrow and wide, axe in each state, a task begun by keyboard."""

import pytest
from playwright.sync_api import Browser, Page

from app import factory
from governance.people.rules import Role
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.web import agenda_probe
from tests.web.browser.pages import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]

PATHS = ("/a-faire", "/agenda", "/agenda?mois=2020-01", "/agenda?mois=2026-99", "/agenda?sorte=rien", "/compte/agenda",
         "/documents-signes")  # fmt: skip


@pytest.fixture(autouse=True)
def _a_package_with_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factory, "FEATURES", (*factory.FEATURES, agenda_probe.probe()))


def signed_in(page: Page, address: str, demonstration: Demonstration) -> Page:
    page.goto(f"{address}/connexion")
    page.fill("#email", demonstration.email(Role.DPO))
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/a-faire" in url)
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (320, "light")])
def test_axe_finds_nothing_and_nothing_overflows(
    chromium: Browser, address: str, demonstration: Demonstration, width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="fr-FR")
    page = signed_in(context.new_page(), address, demonstration)
    found = []

    for path in PATHS:
        page.goto(f"{address}{path}")
        found += [*violations(page), *([path] if overflows(page) else [])]
    context.close()

    assert found == []


def test_the_most_urgent_task_is_begun_by_keyboard_and_a_link_is_made_without_a_script(
    chromium: Browser, address: str, demonstration: Demonstration
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="fr-FR")
    page = signed_in(context.new_page(), address, demonstration)

    page.locator(".a-tasks a.btn").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/conventions")
    page.goto(f"{address}/compte/agenda")
    page.get_by_role("button", name="Créer un lien").press("Enter")
    link = page.get_by_label("Lien de l'agenda").input_value()
    context.close()

    assert link.startswith(f"{address}/agenda.ics?cle=")
