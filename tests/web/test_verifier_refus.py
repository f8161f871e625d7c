"""Whatever is sent to the page gets a clear French message beside its field, never a failure, and nothing half kept."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.core.trail import TrailEntry
from governance.people.rules import Role
from scanners.tables import Receipt
from tests.conftest import on_sqlite
from tests.web.conftest import token
from tests.web.verifying import BLOCKED, CLEAN, PAGE, Page, adopt, check, writer

__all__ = ["adopt", "writer"]

pytestmark = on_sqlite


@pytest.fixture
def unchanged(sessions: sessionmaker[Session]) -> Callable[[], bool]:
    """Give the act of saying whether no receipt was kept and no check traced."""

    def nothing() -> bool:
        with sessions() as session:
            traced = select(func.count()).where(TrailEntry.action.like("scan.%"))
            return session.scalar(select(func.count()).select_from(Receipt)) == 0 and session.scalar(traced) == 0

    return nothing


def raw(client: FlaskClient, comment: bytes) -> Page:
    """Send the form's bytes as they are, which no browser would."""
    parts = {"csrf_token": token(client, PAGE).encode(), "convention": b"S0/artois", "comment": comment}
    lines = [
        b'--x\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value + b"\r\n"
        for name, value in parts.items()
    ]
    body = b"".join(lines) + b"--x--\r\n"
    return Page(client.post(PAGE, data=body, content_type="multipart/form-data; boundary=x"))


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("", "Écrivez un commentaire ou ajoutez une pièce."),
        (" \t\r\n\u00a0\u2003", "Écrivez un commentaire ou ajoutez une pièce."),
        ("x" * 5_001, "compte 5001 caractères ; le portail en accepte 5000 au plus"),
        ("😀" * 2_501, "compte 5002 caractères"),
        ("x" * 900_000, "compte 900000 caractères"),
        ("dia\0bète", "caractère invisible"),
        ("dia\x1bbète", "caractère invisible"),
        ("dia\x9fbète", "caractère invisible"),
    ],
    ids=["empty", "blank", "5001", "emoji", "900 kB", "NUL", "escape", "C1"],
)
def test_a_comment_that_cannot_be_checked_is_refused_beside_its_box_and_kept_in_it(
    writer: FlaskClient, unchanged: Callable[[], bool], comment: str, said: str
) -> None:
    page = check(writer, comment)

    assert page.status == 422
    assert said in page.error("comment")
    assert len(page.comment) in (len(comment.replace("\r\n", "\n")), 0 if len(comment) > 200_000 else -1)
    assert unchanged()


def test_bytes_that_are_no_text_are_refused_since_they_could_hide_a_word(
    writer: FlaskClient, unchanged: Callable[[], bool]
) -> None:
    page = raw(writer, b"Madame est diab\xe9tique.")

    assert page.status == 422
    assert "caractère illisible" in page.error("comment")
    assert unchanged()


def test_lone_surrogates_are_refused_in_whatever_form_they_come(
    writer: FlaskClient, unchanged: Callable[[], bool]
) -> None:
    page = raw(writer, "diab\ud800te".encode("utf-8", "surrogatepass"))

    assert page.status == 422
    assert "caractère illisible" in page.error("comment")
    assert unchanged()


def test_ten_megabytes_of_text_are_refused_beside_the_box(writer: FlaskClient, unchanged: Callable[[], bool]) -> None:
    page = check(writer, "x" * 10_000_000)

    assert page.status == 413
    assert "dépasse de loin" in page.error("comment")
    assert page.comment == ""
    assert unchanged()


def test_an_envelope_beyond_the_service_s_limit_is_refused_beside_the_pieces(
    writer: FlaskClient, app: APIFlask, unchanged: Callable[[], bool]
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 2_000_000

    page = check(writer, CLEAN, files=[(b"%PDF-1.4 " + bytes(3_000_000), "note.pdf")])

    assert page.status == 413
    assert "dépasse 2 Mo en tout" in page.error("files")
    assert unchanged()


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("Madame est dia\u202ebète\u202c.", 1),
        ("Madame est dia\u200bbétique.", 1),
        ("🙂 Droits fermés 👍🏽", 0),
        ("Nom : عبد الله", 0),
        ("Ligne\vpuis\fpage", 0),
    ],
    ids=["bidi", "zero width", "emoji", "arabic", "layout"],
)
def test_marks_of_direction_and_emoji_are_read_as_anything_else(writer: FlaskClient, comment: str, found: int) -> None:
    page = check(writer, comment)

    assert page.status == 200
    assert len(page.texts(".s-remark")) == found


@pytest.mark.parametrize(
    ("convention", "said"),
    [
        ("S9/artois", "Aucune convention ne porte ce code."),
        ("", "Aucune convention ne porte ce code."),
        ("S0\0/artois", "Aucune convention ne porte ce code."),
        ("'; DROP TABLE", "Aucune convention ne porte ce code."),
        ("S" * 10_000, "Aucune convention ne porte ce code."),
        ("S3/x", "Votre structure n'a pas adopté cette convention."),
    ],
    ids=["unknown", "none", "NUL", "injection", "long", "not adopted"],
)
def test_a_convention_that_is_not_one_of_the_structure_is_refused_beside_the_list(
    writer: FlaskClient, unchanged: Callable[[], bool], convention: str, said: str
) -> None:
    page = check(writer, BLOCKED, convention)

    assert page.status == 422
    assert said in page.error("convention")
    assert page.comment == BLOCKED
    assert unchanged()


def test_a_convention_that_is_not_in_force_today_is_refused_beside_the_list(
    writer: FlaskClient, adopt: Callable[..., None], unchanged: Callable[[], bool]
) -> None:
    adopt("S1", until=date(2024, 12, 31))

    page = check(writer, BLOCKED, "S1/doubs")

    assert page.status == 422
    assert "n'est pas en vigueur dans votre structure" in page.error("convention")
    assert unchanged()


def test_a_convention_that_ended_while_one_typed_gives_the_text_back(
    sign_in: Callable[..., FlaskClient], adopt: Callable[..., None]
) -> None:
    adopt("S1")
    client = sign_in(Role.TECHNICIEN)
    adopt("S1", until=date(2024, 12, 31))

    page = check(client, BLOCKED, "S1/doubs")

    assert page.status == 422
    assert page.comment == BLOCKED
    assert "Aucune convention" in page.text(".v-empty-title")


def test_several_faults_are_told_together_each_beside_its_field(
    writer: FlaskClient, unchanged: Callable[[], bool]
) -> None:
    page = check(writer, "x" * 5_001, files=[(b"x", "notes.txt"), (b"", "vide.pdf")])

    assert "5001 caractères" in page.error("comment")
    assert "notes.txt : Ce type de fichier n'est pas accepté" in page.error("files")
    assert "vide.pdf : Ce fichier est vide" in page.error("files")
    assert len(page.texts(".v-summary li")) == 2
    assert unchanged()


@pytest.mark.parametrize("field", ["comment", "convention", "reason", "key", "piece", "motif"])
def test_a_file_where_a_text_is_expected_is_no_failure(writer: FlaskClient, field: str) -> None:
    sent = {"csrf_token": token(writer, PAGE), "convention": "S0/artois", "comment": CLEAN}
    sent.pop(field, None)

    answer = writer.post(PAGE, data={**sent, field: (io.BytesIO(b"x"), "x.pdf")})

    assert answer.status_code in (200, 422)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data", ""])
def test_a_body_that_is_no_form_is_refused(writer: FlaskClient, content_type: str) -> None:
    answer = writer.post(PAGE, data=b'{"comment": "x"}', content_type=content_type)

    assert answer.status_code == 400


def test_a_wrong_key_is_replaced_without_a_word(writer: FlaskClient) -> None:
    pages = [check(writer, CLEAN, key=key) for key in ("", "x", "é" * 70, "a\0b" * 10)]

    assert [page.status for page in pages] == [200] * 4
