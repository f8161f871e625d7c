"""A destruction in a real browser: opened, the archives answered, on a wide and on a narrow window."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import Session, sessionmaker

from app.settings import Settings
from governance.core import clock
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.web.browser.pages import follow, overflows, violations


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Give settings whose ledger and backups are the test's own."""
    own = {"erasure_ledger": tmp_path / "l", "backup_folder": tmp_path / "b", "backup_keys": tmp_path / "k"}
    return settings.model_copy(update=own)


@pytest.mark.browser
@pytest.mark.slow
@on_sqlite
@pytest.mark.parametrize("width", [1280, 390])
def test_a_dpo_opens_a_destruction_and_says_why_no_visa_is_needed(
    chromium: Browser, address: str, sessions: sessionmaker[Session], demonstration: Demonstration, width: int
) -> None:
    at = clock.now()
    with sessions.begin() as session:
        ended = Adoption("S3", at.date() - timedelta(days=400), at.date() - timedelta(days=20))
        adopt_convention(session, demonstration.structure, ended, by=command(demonstration.structure), at=at)
    page = chromium.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{address}/connexion")
    page.fill("#email", demonstration.email(Role.DPO))
    page.fill("#password", PASSWORD)
    follow(page, "main button[type=submit]")

    page.goto(f"{address}/destructions")
    follow(page, "text=Ouvrir la destruction, S3")
    follow(page, "text=Enregistrer la transmission ou la réponse")
    page.check("input[value=not_needed]")
    page.fill("#reason", "Simples copies.")
    follow(page, "text=Enregistrer la réponse")
    follow(page, "text=Dire si une demande attend une réponse")
    typed = violations(page), overflows(page)
    page.fill("#waiting", "1")
    page.fill("#how", "Courrier et boîte du délégué")
    follow(page, "main button[type=submit]")

    assert typed == ([], False)
    assert "1 en attente" in page.inner_text("main")
    assert "sans objet" in page.inner_text("main")
    assert page.locator("text=Donner mon accord").count() == 0  # the grace period runs
    assert not overflows(page)
    assert violations(page) == []
