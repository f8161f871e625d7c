"""Where words hide in old Word and Excel files: each place is read and named, what was erased and remains included."""

from pathlib import Path

import pytest

from scanners.documents.doc import read_doc
from scanners.documents.ocr_data import find_data
from scanners.documents.ole import RAW
from scanners.documents.passages import Outcome, gather
from scanners.documents.reading import read_document
from scanners.documents.vba import expanded
from scanners.documents.xls import read_xls
from tests.scanners.data.make_legacy import DOC, XLS
from tests.scanners.samples import nir
from tests.scanners.test_documents_office import label_of

DATA = Path(__file__).parent / "data"
WORD = gather(read_doc((DATA / "ancien.doc").read_bytes()))
EXCEL = gather(read_xls((DATA / "ancien.xls").read_bytes()))


@pytest.mark.parametrize(
    ("place", "label"),
    [
        ("paragraphe", "paragraphe 1"),
        ("texte masqué", "texte masqué, paragraphe 2 (masqué)"),
        ("inséré", "paragraphe 3"),
        ("supprimé", "texte supprimé (suivi des modifications), paragraphe 4 (masqué)"),
        ("champ", "code de champ, paragraphe 5 (masqué)"),
        ("lien", "code de champ, paragraphe 6 (masqué)"),
        ("tableau", "paragraphe 7"),
        ("en-tête", "en-tête ou pied de page, paragraphe 1"),
        ("pied de page", "en-tête ou pied de page, paragraphe 3"),
        ("titre", "propriétés du document « titre » (masqué)"),
    ],
)
def test_each_place_of_an_old_document_is_read_and_named(place, label):
    assert label_of(WORD, nir(DOC[place])) == label
    assert WORD.outcome is Outcome.READ


@pytest.mark.parametrize(
    ("place", "label"),
    [
        ("cellule", "feuille « Suivi », cellule A2"),
        ("nombre", "feuille « Suivi », cellule A3"),
        ("formule", "feuille « Suivi », cellule A4"),
        ("ligne masquée", "feuille « Suivi », cellule A5, ligne masquée (masqué)"),
        ("colonne masquée", "feuille « Suivi », cellule Z1, colonne masquée (masqué)"),
        ("commentaire", "feuille « Suivi », cellule B2, commentaire (masqué)"),
        ("nom de feuille", "nom de feuille"),
        ("feuille masquée", "feuille « Cachée », cellule A1, feuille masquée (masqué)"),
        ("propriété", "propriétés du document « titre » (masqué)"),
        ("en-tête", f"{RAW} (masqué)"),
        ("validation", f"{RAW} (masqué)"),
    ],
)
def test_each_place_of_an_old_workbook_is_read_and_named(place, label):
    assert label_of(EXCEL, nir(XLS[place])) == label
    assert EXCEL.outcome is Outcome.READ


@pytest.mark.skipif(find_data() is None, reason="tesseract-ocr-fra is not installed")
def test_the_picture_of_an_old_document_is_read():
    reading = read_document("image.doc", (DATA / "image.doc").read_bytes())

    assert label_of(reading, nir(DOC["image"])) == "image 1 du document"


@pytest.mark.parametrize("name", ["ancien.doc", "ancien.xls"])
def test_an_old_file_cut_short_is_never_read_whole_without_saying_so(name):
    data = (DATA / name).read_bytes()

    reading = read_document(name, data[: len(data) // 2])

    assert reading.outcome is not Outcome.READ or nir(DOC["paragraphe"]) in reading.flow().text


def test_a_compressed_macro_stops_at_its_first_fault():
    assert expanded(b"\x01\x03\xb0\x01\xff\xff\xff") == b""
