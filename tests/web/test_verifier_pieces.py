"""Pieces are read, judged one by one with the place of each remark, and never pass as clean when they were not read."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.people.rules import Role
from scanners.tables import Receipt
from tests.conftest import on_sqlite
from tests.scanners import samples
from tests.web.verifying import CLEAN, NIR, PAGE, Page, adopt, check, writer

__all__ = ["adopt", "writer"]

pytestmark = on_sqlite

BYTES_EACH = 5_000_000


def files(page: Page) -> list[str]:
    return page.texts(".s-files > li")


def test_the_portal_s_limits_are_told_before_anything_is_chosen(writer: FlaskClient) -> None:
    page = Page(writer.get(PAGE))

    assert "8 pièces au plus, 5 Mo chacune : pdf, doc, docx" in page.text("#files-aide")


def test_a_nir_in_a_piece_is_tolerated_and_its_place_told(writer: FlaskClient) -> None:
    page = check(writer, CLEAN, files=[(samples.pdf("Rien ici.", f"NIR {NIR}"), "attestation.pdf")])

    assert page.text("#bilan-titre") == "Rien ne s'oppose à l'envoi"
    assert files(page)[0].startswith("Acceptée attestation.pdf : lue, un document PDF.")
    assert "Pour information numéro de sécurité sociale (NIR) : page 2." in files(page)[0]
    assert set(page.values(".s-files .s-article a", "href")) == {"/conventions/S0#N1"}


def test_a_health_datum_in_a_piece_asks_whether_the_piece_is_necessary(
    writer: FlaskClient, sessions: sessionmaker[Session]
) -> None:
    sent = [(samples.document("Bonjour.", "Madame est diabétique."), "note.docx")]

    asked = check(writer, CLEAN, files=sent)
    passed = check(writer, CLEAN, files=sent, piece="note.docx", motif="strictement_necessaire")

    assert asked.text("#bilan-titre") == "À vérifier avant l'envoi"
    assert "paragraphe 2" in files(asked)[0]
    assert "strictement nécessaire" in files(asked)[0]
    assert asked.values("[name=motif] option", "value")[1:] == [
        "strictement_necessaire",
        "faux_positif",
        "lu_par_moi",
        "antivirus_du_poste",
    ]
    assert passed.text("#bilan-titre") == "Rien ne s'oppose à l'envoi"
    assert passed.values("[name=motif] option[selected]", "value") == ["strictement_necessaire"]
    with sessions() as session:
        bodies = list(session.scalars(select(Receipt.body).order_by(Receipt.at)))
    assert [body["reasons"] for body in bodies] == [[], ["strictement_necessaire"]]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("piece.png", samples.PNG, "non lue, une image PNG"),
        ("ancien.doc", samples.ole("WordDocument"), "non lue, un ancien document Word"),
        ("secret.pdf", samples.locked_pdf(), "non lue, un document PDF. Le"),
        ("abime.docx", samples.document("Bonjour.")[:400], "non lue"),
        ("abime.xlsx", samples.saved(samples.workbook([["a"]]))[:700], "non lue"),
        (
            "piece.pdf",
            samples.saved(samples.workbook([["Bonjour"]])),
            "se nomme « .pdf » mais contient un classeur Excel",
        ),
        ("piece.jpg", b"PK\x03\x04 rien", "se nomme « .jpg » mais contient une archive"),
    ],
    ids=["picture", "old Word", "locked PDF", "broken Word", "broken Excel", "Excel named PDF", "archive named JPEG"],
)
def test_a_piece_that_is_not_read_or_lies_is_to_be_checked_and_passes_with_a_person_s_word(
    writer: FlaskClient, name: str, content: bytes, said: str
) -> None:
    asked = check(writer, CLEAN, files=[(content, name)])
    passed = check(writer, CLEAN, files=[(content, name)], piece=name, motif="lu_par_moi")

    assert asked.status == 200
    assert asked.text("#bilan-titre") == "À vérifier avant l'envoi"
    assert said in files(asked)[0]
    assert "faux_positif" not in asked.values("[name=motif] option", "value")
    assert passed.text("#bilan-titre") == "Rien ne s'oppose à l'envoi"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bombe.docx", samples.zip_bomb("word/document.xml", 300)),
        ("bombe.xlsx", samples.lying_bomb("xl/workbook.xml", 300)),
    ],
    ids=["zip bomb", "lying zip bomb"],
)
def test_a_bomb_is_a_piece_that_is_not_read(writer: FlaskClient, name: str, content: bytes) -> None:
    page = check(writer, CLEAN, files=[(content, name)])

    assert page.text("#bilan-titre") == "À vérifier avant l'envoi"
    assert "non lue" in files(page)[0]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ([(b"x", f"p{i}.pdf") for i in range(9)], "9 fichiers : 8 au plus sont acceptés."),
        ([(b"%PDF-" + bytes(BYTES_EACH), "gros.pdf")], "gros.pdf : Ce fichier dépasse 5 Mo."),
        ([(b"x", "notes.txt")], "notes.txt : Ce type de fichier n'est pas accepté."),
        ([(b"x", "sans-extension")], "Ce type de fichier n'est pas accepté."),
        ([(b"", "vide.pdf")], "vide.pdf : Ce fichier est vide."),
        ([(b"x", "fdp.\u202eexe.pdf")], "contient des caractères invisibles"),
        ([(b"x", "x" * 300 + ".pdf")], "dépasse 255 caractères"),
        ([(b"x", " ")], "n'a pas de nom"),
    ],
    ids=["nine", "too big", "type", "no extension", "empty", "bidi name", "long name", "blank name"],
)
def test_pieces_that_the_portal_would_refuse_are_refused_beside_their_field(
    writer: FlaskClient, sent: list[tuple[bytes, str]], said: str, sessions: sessionmaker[Session]
) -> None:
    page = check(writer, CLEAN, files=sent)

    assert page.status == 422
    assert said in page.error("files")
    assert "choisissez-les à nouveau" in page.text("#pieces .s-nojs")
    assert page.comment == CLEAN
    with sessions() as session:
        assert session.scalars(select(Receipt)).all() == []


def test_the_name_of_a_piece_is_read_as_a_comment_is(writer: FlaskClient) -> None:
    page = check(writer, CLEAN, files=[(samples.pdf("Rien."), f"attestation {NIR}.pdf")])

    assert page.text("#bilan-titre").startswith("À corriger")
    assert "renommez le fichier" in files(page)[0]


def test_reasons_follow_the_names_when_pieces_are_chosen_in_another_order(writer: FlaskClient) -> None:
    first, second = (samples.PNG, "un.png"), (samples.PNG, "deux.png")
    reasons = {"piece": ["un.png", "deux.png"], "motif": ["lu_par_moi", ""]}

    page = check(writer, CLEAN, files=[second, first], **reasons)

    assert [line.split(" : ")[0] for line in files(page)] == ["À vérifier deux.png", "Acceptée un.png"]


def test_a_reason_that_is_not_offered_for_a_piece_is_refused(writer: FlaskClient) -> None:
    page = check(writer, CLEAN, files=[(samples.PNG, "un.png")], piece="un.png", motif="case_indisponible")

    assert page.status == 422
    assert "n'est pas dans la liste" in page.error("files")


def test_a_piece_alone_is_checked_without_a_comment(writer: FlaskClient) -> None:
    page = check(writer, "", files=[(samples.pdf("Rien ici."), "note.pdf")])

    assert page.status == 200
    assert "Déposez les pièces dans le portail" in page.text("#bilan")
    assert "Rien n'a été relevé." in files(page)[0]


def test_many_remarks_of_one_kind_are_counted_and_the_first_places_told(writer: FlaskClient) -> None:
    rows = [[f"NIR {samples.nir(town)}"] for town in range(1, 31)]

    page = check(writer, CLEAN, files=[(samples.saved(samples.workbook(rows)), "suivi.xlsx")])

    assert "30 fois" in files(page)[0]
    assert "cellule A10…" in files(page)[0]
    assert "cellule A11" not in files(page)[0]


def test_a_medical_proof_is_admitted_for_an_urgent_file_where_the_convention_asks_for_one(
    sign_in: Callable[..., FlaskClient], adopt: Callable[..., None]
) -> None:
    adopt("S3")

    page = check(
        sign_in(Role.TECHNICIEN),
        CLEAN,
        "S3/roubaix-tourcoing",
        [(samples.document("Madame est diabétique."), "n.docx")],
    )

    assert "Admis pour un dossier urgent" in files(page)[0]
