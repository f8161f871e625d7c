"""What is told while one types: the same remarks, their place as browsers count, and nothing kept."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.core.trail import TrailEntry
from governance.people.rules import Role, command
from scanners import actions
from scanners.findings import Level
from scanners.tables import Receipt
from tests.conftest import Demonstration, on_sqlite
from tests.web.conftest import token
from tests.web.verifying import BLOCKED, CLEAN, NIR, PAGE, PREVIEW, adopt, check, peek, writer

__all__ = ["adopt", "writer"]

pytestmark = on_sqlite


def problem(answer: object) -> tuple[int, str, str]:
    """Return the status, the pointer and the sentence of a problem document."""
    body = answer.get_json()  # type: ignore[attr-defined]
    assert answer.mimetype == "application/problem+json"  # type: ignore[attr-defined]
    error = body["errors"][0]
    return body["status"], error["pointer"], error["detail"]


def test_the_remarks_are_those_of_the_page(writer: FlaskClient) -> None:
    told = peek(writer, BLOCKED).get_json()

    page = check(writer, BLOCKED)

    assert told["outcome"] == "refuse"
    assert told["summary"] == page.text(".s-summary")
    assert told["masked"] == "Madame est [santé], son numéro est [NIR]."
    assert [BLOCKED[mark["start"] : mark["end"]] for mark in told["marks"]] == ["diabétique", NIR]
    assert "Ce que cette convention exige" in told["convention"]


def test_marks_stand_where_browsers_count_even_after_emoji(writer: FlaskClient) -> None:
    text = "🙂👍 Madame est diabétique."

    mark = peek(writer, text).get_json()["marks"][0]

    units = text.encode("utf-16-le")
    assert units[2 * mark["start"] : 2 * mark["end"]].decode("utf-16-le") == "diabétique"


def test_a_comment_with_nothing_to_say_is_told_so_with_caution(writer: FlaskClient) -> None:
    told = peek(writer, CLEAN).get_json()

    assert (told["outcome"], told["marks"], told["summary"]) == ("accepte", [], "Rien n'a été relevé.")
    assert "Relisez tout de même" in told["remarks"]


def test_nothing_is_kept_of_what_is_typed(writer: FlaskClient, sessions: sessionmaker[Session]) -> None:
    def kept() -> list[int | None]:
        with sessions() as session:
            return [session.scalar(select(func.count()).select_from(table)) for table in (Receipt, TrailEntry)]

    before = kept()
    peek(writer, BLOCKED)

    assert kept() == before


def test_a_comment_too_long_for_the_portal_is_still_read_while_it_is_shortened(writer: FlaskClient) -> None:
    told = peek(writer, "Bonjour. " * 700 + BLOCKED)

    assert told.status_code == 200
    assert len(told.get_json()["marks"]) == 2


def test_many_remarks_are_all_marked_and_the_first_hundred_listed(writer: FlaskClient) -> None:
    told = peek(writer, "Diabétique. " * 150).get_json()

    assert len(told["marks"]) == 150
    assert told["remarks"].count("data-number=") == 100
    assert "Et 50 autres remarques" in told["remarks"]


@pytest.mark.parametrize(
    ("comment", "convention", "expected"),
    [
        ("dia\0bète", "S0/artois", (422, "/comment", "caractère invisible")),
        ("dia\x08bète", "S0/artois", (422, "/comment", "caractère invisible")),
        ("diab\ufffdte", "S0/artois", (422, "/comment", "caractère illisible")),
        ("diab\ud800te", "S0/artois", (422, "/comment", "caractère invisible ou incomplet")),
        ("x" * 20_001, "S0/artois", (413, "/comment", "20001 caractères")),
        ("x" * 10_000_000, "S0/artois", (413, "/comment", "dépasse de loin")),
        (12, "S0/artois", (422, "/comment", "Un texte est attendu")),
        (None, "S0/artois", (422, "/comment", "Un texte est attendu")),
        (CLEAN, "S9/artois", (404, "/convention", "Aucune convention")),
        (CLEAN, "../etc", (404, "/convention", "Aucune convention")),
        (CLEAN, "S0\0", (404, "/convention", "Aucune convention")),
        (CLEAN, "", (404, "/convention", "Aucune convention")),
        (CLEAN, "S3/x", (403, "/convention", "n'a pas adopté")),
        (CLEAN, None, (422, "/convention", "Un texte est attendu")),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_cannot_be_read_is_refused_beside_its_field(
    writer: FlaskClient, comment: object, convention: object, expected: tuple[int, str, str]
) -> None:
    status, pointer, detail = problem(peek(writer, comment, convention))

    assert (status, pointer) == expected[:2]
    assert expected[2] in detail


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[1]", b'"x"', b"[" * 30_000, b'{"comment": "\xe9"}'],
    ids=["empty", "cut", "no UTF-8", "list", "text", "nested", "latin-1"],
)
def test_a_body_that_is_not_what_the_page_sends_is_refused(writer: FlaskClient, body: bytes) -> None:
    headers = {"X-CSRFToken": token(writer, PAGE), "Accept": "application/json"}

    answer = writer.post(PREVIEW, data=body, content_type="application/json", headers=headers)

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


def test_another_content_type_is_refused(writer: FlaskClient) -> None:
    headers = {"X-CSRFToken": token(writer, PAGE), "Accept": "application/json"}

    answer = writer.post(PREVIEW, data="bonjour", content_type="text/plain", headers=headers)

    assert answer.status_code == 415


def test_a_request_without_the_token_of_the_page_is_refused(writer: FlaskClient) -> None:
    answer = writer.post(PREVIEW, json={"convention": "S0", "comment": BLOCKED}, headers={"Accept": "application/json"})

    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"


def test_whoever_is_signed_out_is_told_so(client: FlaskClient, demonstration: Demonstration) -> None:
    headers = {"X-CSRFToken": token(client, "/connexion"), "Accept": "application/json"}

    answer = client.post(PREVIEW, json={"convention": "S0", "comment": BLOCKED}, headers=headers)

    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"


def test_a_word_of_the_structure_counts_at_once(
    writer: FlaskClient, sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    before = peek(writer, "Suivi pour zonzonite.").get_json()
    with sessions.begin() as session:
        actions.add_word(session, "zonzonite", Level.A_VERIFIER, by=command(demonstration.structure), at=at)

    after = peek(writer, "Suivi pour zonzonite.").get_json()

    assert (before["outcome"], after["outcome"]) == ("accepte", "a_verifier")
    assert "Retirez ce passage s&#39;il n&#39;est pas nécessaire" in after["remarks"]


@pytest.mark.parametrize(("role", "offered"), [(Role.DPO, True), (Role.TECHNICIEN, False)])
def test_only_who_may_edit_the_vocabulary_is_offered_to_silence_a_word(
    sign_in: Callable[..., FlaskClient], adopt: Callable[..., None], role: Role, offered: bool
) -> None:
    adopt("S0")

    told = peek(sign_in(role), BLOCKED).get_json()

    assert ('form="taire"' in told["remarks"]) is offered
    assert told["remarks"].count('form="taire"') == int(offered)  # a NIR is never silenced
