"""The pages on which what is owed is done: the click of a stranger on a telephone, the exports of the register."""

import json
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pikepdf
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session, sessionmaker

from breach.register.rules import COLUMNS
from governance.core import clock
from governance.papers.signing import public_key, verify
from governance.people.rules import Role, command
from governance.web.identity import KEYS
from tests import breaches
from tests.actions import noticing
from tests.conftest import Demonstration, on_sqlite
from tests.web.browser.pages import overflows
from tests.web.conftest import token as form_token


def made(sessions: sessionmaker[Session], demonstration: Demonstration) -> dict[str, str]:
    """Fill a breach, send its notice, and return what it is made of."""
    at, by = clock.now(), command(demonstration.structure)
    with sessions.begin() as session:
        known = breaches.whole(session, by, at, demonstration.people[Role.DPO])
        return known | noticing.whole(session, known["breach"], known["duty"], by, at)


@on_sqlite
def test_reading_the_link_acknowledges_nothing_and_the_button_does_once(
    client: FlaskClient, sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    link = f"/avis/{made(sessions, demonstration)['ack']}"
    read = client.get(link), client.get(link)
    csrf = form_token(client)

    first = client.post(link, data={"csrf_token": csrf})
    again = client.post(link, data={"csrf_token": csrf})

    assert [one.status_code for one in read] == [200, 200]
    assert (first.status_code, again.status_code, client.get(link).status_code) == (200, 404, 404)
    assert "signé" in first.get_data(as_text=True)


@on_sqlite
def test_the_register_leaves_signed_and_says_the_same_in_its_three_forms(
    app: APIFlask,
    sign_in: Callable[..., FlaskClient],
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
) -> None:
    made(sessions, demonstration)
    client = sign_in(Role.DPO)

    answers = {kind: client.get(f"/violations/registre.{kind}") for kind in ("pdf", "xlsx", "json")}

    assert [one.status_code for one in answers.values()] == [200, 200, 200]
    statement = verify(answers["json"].data, public_key(app.extensions[KEYS]))
    (entry,) = statement.value["entries"]
    head, row = load_workbook(BytesIO(answers["xlsx"].data)).active.iter_rows(values_only=True)
    told = dict(zip(head, row, strict=True))
    assert {label: told[label] or "" for label in COLUMNS.values()} == {
        label: entry.get(key, "") for key, label in COLUMNS.items()
    }
    with pikepdf.open(BytesIO(answers["pdf"].data)) as document:
        assert any(one.get("/FT") == "/Sig" for one in document.Root.AcroForm.Fields)
    assert json.loads(answers["json"].data)["signature"]


@on_sqlite
@pytest.mark.browser
def test_a_dpo_acknowledges_on_a_telephone_with_the_keyboard_alone(
    chromium: Browser, address: str, sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    link = made(sessions, demonstration)["ack"]
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/avis/{link}")

    page.get_by_role("button", name="J'accuse réception").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Merci, c'est enregistré")
    assert not overflows(page)
