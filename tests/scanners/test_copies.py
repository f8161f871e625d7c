"""A cleaned copy shows what the file shows, less what was found, and nothing else; it is read again to be sure."""

import io
import zipfile

import openpyxl
import pikepdf
import pytest
from PIL import Image

from scanners.copies import NoCopy, make_copy
from scanners.documents.ocr_data import find_data
from scanners.documents.reading import read_document
from scanners.engine import default
from scanners.own_words import OwnWords
from tests.scanners import pictures, samples
from tests.scanners.data.make_legacy import DOC
from tests.scanners.samples import nir
from tests.scanners.test_documents_legacy import DATA

needs_ocr = pytest.mark.skipif(find_data() is None, reason="tesseract-ocr-fra is not installed")
NO_WORDS = OwnWords.of([], [])
NIR = nir(1)


def copy_of(name, data):
    return make_copy(name, data, default(), NO_WORDS)


@needs_ocr
def test_a_copied_pdf_is_made_of_points_and_black_boxes():
    data = samples.pdf_holding("a.csv", f"nom;{NIR}".encode())
    data = io.BytesIO(data)
    with pikepdf.open(data) as document, pikepdf.open(io.BytesIO(samples.pdf(f"Le dossier {NIR} est suivi."))) as other:
        document.pages.extend(other.pages)
        made = io.BytesIO()
        document.save(made)

    copy = copy_of("a.pdf", made.getvalue())

    with pikepdf.open(io.BytesIO(copy.data)) as document:
        assert not document.attachments
        assert all("/Font" not in page.get("/Resources", {}) for page in document.pages)
    text = read_document("a.pdf", copy.data).flow().text
    assert "dossier" in text
    assert NIR not in text
    assert copy.masked >= 1


@needs_ocr
def test_a_copied_scan_is_masked_where_its_words_stand_and_forgets_where_it_was_taken():
    page = pictures.page("Le dossier porte le numéro", f"{NIR} noté par le service.")
    data = pictures.photo(page, {0x010E: "Une carte"}, {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 0.0)})

    copy = copy_of("a.jpg", data)

    with Image.open(io.BytesIO(copy.data)) as image:
        assert not image.getexif()
        assert image.size == page.size
        assert image.convert("L").getpixel((150, 115)) < 40
    assert "noté par le service" in read_document("a.jpg", copy.data).flow().text


def test_a_copied_document_loses_what_does_not_show():
    body = (
        f"<w:p><w:r><w:t>Le dossier {NIR[:6]}</w:t></w:r><w:r><w:t>{NIR[6:]} suit.</w:t></w:r></w:p>"
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Ceci est masqué.</w:t></w:r>"
        '<w:del w:id="1" w:author="Quelqu\'un"><w:r><w:delText>Ceci est supprimé.</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="Quelqu\'un"><w:r><w:t>Ceci est ajouté.</w:t></w:r></w:ins></w:p>'
    )
    note = "<w:p><w:r><w:t>Un avis.</w:t></w:r></w:p>"
    comments = f'<w:comments NAMESPACES><w:comment w:id="1">{note}</w:comment></w:comments>'
    data = samples.with_parts(samples.document_of(body, word_comments=comments), {"word/vbaProject.bin": b"..."})

    copy = copy_of("a.docx", data)

    with zipfile.ZipFile(io.BytesIO(copy.data)) as archive:
        assert not [name for name in archive.namelist() if "docProps" in name or "comments" in name or "vba" in name]
    text = read_document("a.docx", copy.data).flow().text
    assert "Ceci est ajouté." in text
    assert "█" in text
    assert not [said for said in (NIR, "masqué", "supprimé", "avis", "Quelqu'un") if said in text]


def test_a_copied_workbook_keeps_the_values_that_show():
    places = "cellule,nombre,formule,ligne masquée,colonne masquée,commentaire,en-tête,validation,nom de feuille"
    words = {place: nir(40 + at) for at, place in enumerate(f"{places},feuille masquée,propriété".split(","))}
    words["lien"] = "autre"
    data = samples.workbook_with_everything(words)

    copy = copy_of("a.xlsx", data)

    book = openpyxl.load_workbook(io.BytesIO(copy.data))
    assert book["Suivi"]["A1"].value == "Nom"
    assert "Cachée" not in book.sheetnames
    text = read_document("a.xlsx", copy.data).flow().text
    assert not [word for word in words.values() if word.isdigit() and word in text]


def test_a_copied_table_is_masked():
    copy = copy_of("a.csv", f"nom;nir\nExemple;{NIR}\n".encode("cp1252"))

    assert copy.data.decode("utf-8-sig") == f"nom;nir\nExemple;{'█' * 15}\n"


@pytest.mark.parametrize(
    ("name", "data"),
    [("ancien.doc", (DATA / "ancien.doc").read_bytes()), ("a.pdf", samples.locked_pdf()), ("a.bin", bytes(50))],
)
def test_a_copy_that_cannot_be_made_is_refused_with_its_reason(name, data):
    with pytest.raises(NoCopy) as refused:
        copy_of(name, data)

    assert refused.value.message
    assert nir(DOC["paragraphe"]) not in refused.value.message
