"""What people do not see: files inside files, macros, pictures in documents, hidden text, where a photo was taken."""

import pytest
from PIL.PngImagePlugin import PngInfo

from scanners.documents.names import EXIF, GPS
from scanners.documents.ocr_data import find_data
from scanners.documents.passages import Outcome, gather
from scanners.documents.pdf import read_pdf
from scanners.documents.pdf_unseen import COVERED, INVISIBLE, OUTSIDE
from scanners.documents.readers import read
from scanners.documents.reading import read_document
from tests.scanners import pictures, samples
from tests.scanners.samples import nir
from tests.scanners.test_documents_office import label_of

needs_ocr = pytest.mark.skipif(find_data() is None, reason="tesseract-ocr-fra is not installed")

HIDDEN = {
    "rectangle noir": f"{COVERED}, page 1 (masqué)",
    "blanc sur blanc": f"{INVISIBLE}, page 1 (masqué)",
    "blanc sur noir, qui se voit": "page 1",
    "non peint": f"{INVISIBLE}, page 1 (masqué)",
    "hors de la page": f"{OUTSIDE}, page 1 (masqué)",
    "transparent": f"{INVISIBLE}, page 1 (masqué)",
}


def test_text_that_a_pdf_holds_without_showing_it_is_named_for_how_it_hides():
    words = {way: nir(number) for number, way in enumerate(HIDDEN, 20)}

    reading = gather(read_pdf(samples.pdf_that_hides(words)))

    assert {way: label_of(reading, words[way]) for way in HIDDEN} == HIDDEN
    assert all(reading.flow().text.count(word) == 1 for word in words.values())


def test_a_form_that_only_one_reader_shows_is_read():
    reading = gather(read_pdf(samples.pdf_with_dynamic_form(nir(30))))

    assert label_of(reading, nir(30)) == "formulaire dynamique (XFA) (masqué)"


@pytest.mark.parametrize(
    ("holder", "label"),
    [
        (samples.pdf_holding("a.csv", f"nom;{nir(31)}".encode()), "pièce jointe du PDF, ligne 1 (masqué)"),
        (samples.pdf_holding("a.docx", samples.document(nir(31))), "pièce jointe du PDF, paragraphe 1 (masqué)"),
        (
            samples.pdf_holding("a.pdf", samples.pdf_holding("b.pdf", samples.pdf(nir(31)))),
            "pièce jointe du PDF, pièce jointe du PDF, page 1 (masqué)",
        ),
        (
            samples.with_parts(
                samples.document("Bonjour"),
                {"word/embeddings/a.xlsx": samples.saved(samples.workbook([[nir(31)]]))},
            ),
            "feuille « Suivi », cellule A1, fichier incorporé (masqué)",
        ),
        (
            samples.with_parts(samples.document("Bonjour"), {"word/vbaProject.bin": samples.macros(f"' {nir(31)}")}),
            "macro (masqué)",
        ),
        (
            samples.with_parts(
                samples.saved(samples.workbook([["a"]])), {"xl/vbaProject.bin": samples.macros(f"' {nir(31)}")}
            ),
            "macro (masqué)",
        ),
        (samples.macros(f"' {nir(31)}", "WordDocument"), "macro (masqué)"),
        (samples.macros(f"' {nir(31)}", "Workbook"), "macro (masqué)"),
    ],
)
def test_a_file_inside_another_is_read_and_named(holder, label):
    reading = gather(read(holder))

    assert label_of(reading, nir(31)) == label


def test_files_inside_files_inside_files_are_told_and_left():
    holder = samples.pdf("Bonjour")
    for _ in range(4):
        holder = samples.pdf_holding("a.pdf", holder)

    reading = gather(read(holder))

    assert reading.outcome is Outcome.IN_PART
    assert "trop de fichiers les uns dans les autres" in reading.missing[0]


def test_a_zip_bomb_inside_a_pdf_is_told_and_the_pdf_read():
    reading = read_document("a.pdf", samples.pdf_holding("a.docx", samples.zip_bomb("word/document.xml", 300)))

    assert reading.outcome is Outcome.IN_PART
    assert reading.missing[0].startswith("Pièce jointe du PDF : Le fichier")


def test_what_a_photo_says_of_itself_is_read_and_named():
    tags = {0x010E: f"Carte {nir(32)}", 0x013B: "Un auteur inventé", 0x9C9C: f"noté {nir(33)}".encode("utf-16-le")}
    gps = {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 0.0)}

    reading = gather(read(pictures.photo(pictures.page("Rien."), tags, gps)))

    assert label_of(reading, nir(32)) == f"{EXIF} (masqué)"
    assert label_of(reading, nir(33)) == f"{EXIF} (masqué)"
    assert label_of(reading, "48.85667 N 2.35000 E") == f"{GPS} (masqué)"


def test_the_texts_beside_a_png_are_read():
    said = PngInfo()
    said.add_text("Comment", nir(34))
    said.add_itxt("XML:com.adobe.xmp", f"<x>{nir(35)}</x>")

    reading = gather(read(pictures.saved(pictures.page("Rien."), pnginfo=said)))

    assert label_of(reading, nir(34)) == "commentaire de l'image (masqué)"
    assert label_of(reading, nir(35)) == "propriétés de l'image (XMP) (masqué)"


PICTURE = pictures.saved(pictures.page("Copie de la carte,", f"au numéro {nir(36)} noté.", size=(1000, 200)))


@needs_ocr
@pytest.mark.parametrize(
    ("name", "data", "label"),
    [
        ("a.docx", samples.with_parts(samples.document("Bonjour"), {"word/media/i.png": PICTURE}), "image du document"),
        (
            "a.xlsx",
            samples.with_parts(samples.saved(samples.workbook([["a"]])), {"xl/media/i.png": PICTURE}),
            "image du document",
        ),
        (
            "a.pdf",
            samples.pdf_holding("a.docx", samples.with_parts(samples.document("a"), {"word/media/i.png": PICTURE})),
            "pièce jointe du PDF, image du document (masqué)",
        ),
        ("a.pdf", samples.pdf_holding("a.png", PICTURE), "pièce jointe du PDF, image (masqué)"),
        ("a.pdf", pictures.pdf_with("Voir la copie.", PICTURE), "image, page 1"),
    ],
)
def test_the_words_of_a_picture_inside_a_file_are_read_and_placed(name, data, label):
    reading = read_document(name, data)

    assert label_of(reading, nir(36)) == label
    assert reading.outcome is Outcome.READ
