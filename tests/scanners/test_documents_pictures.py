"""Words that are drawn are read where Tesseract is installed, and told unread where it is not; never taken as clean."""

import pytest
from PIL import Image, ImageChops

from scanners.detectors.misread import find_misread
from scanners.documents import sights
from scanners.documents.legibility import Legibility, judged
from scanners.documents.ocr_data import find_data, has_second_reading
from scanners.documents.passages import Box, Outcome, Passage, Place, Sight, Where
from scanners.documents.reading import read_document
from tests.scanners import pictures, samples
from tests.scanners.samples import nir
from tests.scanners.test_documents_office import label_of

needs_ocr = pytest.mark.skipif(find_data() is None, reason="tesseract-ocr-fra is not installed")

LINES = ("La demande de rendez-vous concerne le dossier suivant,", f"au numéro {nir(12)} noté par le service.")
FORMS = {
    "png": ("a.png", pictures.saved(pictures.page(*LINES))),
    "jpeg": ("a.jpg", pictures.saved(pictures.page(*LINES), "JPEG", quality=70)),
    "transparent": ("a.png", pictures.saved(pictures.page(*LINES).convert("RGBA"))),
    "sixteen bits": ("a.png", pictures.saved(pictures.sixteen_bits(pictures.page(*LINES)))),
    "on its side": ("a.png", pictures.saved(pictures.page(*LINES * 4).rotate(90, expand=True))),
    "leaning": ("a.png", pictures.saved(pictures.page(*LINES).rotate(4, fillcolor=255))),
    "upright by its camera": ("a.jpg", pictures.photo(pictures.page(*LINES).rotate(90, expand=True), {0x0112: 6})),
}


@needs_ocr
@pytest.mark.parametrize("form", FORMS)
def test_the_words_of_a_picture_are_read(form):
    reading = read_document(*FORMS[form])

    assert nir(12) in reading.flow().text
    assert reading.outcome is Outcome.READ
    assert judged(reading.sights[0]) is Legibility.LEGIBLE


@needs_ocr
def test_every_page_of_a_fax_is_read_under_its_number():
    fax = pictures.tiff(pictures.page("Première page."), pictures.page(*LINES), Image.new("L", (800, 400), 255))

    reading = read_document("fax.tif", fax)

    assert reading.pages == 3
    assert label_of(reading, nir(12)) == "page 2"
    assert [judged(sight) for sight in reading.sights][2] is Legibility.BLANK
    assert reading.outcome is Outcome.READ


@needs_ocr
def test_only_the_pages_without_text_are_looked_at():
    reading = read_document("scan.pdf", pictures.pdf("Une page écrite.", pictures.page(*LINES)))

    assert label_of(reading, nir(12)) == "page 2"
    assert [sight.place.number for sight in reading.sights] == [2]


@needs_ocr
def test_each_word_of_a_picture_has_its_box():
    reading = read_document("a.png", pictures.saved(pictures.page(*LINES)))
    passage = reading.passages[-1]

    box = next(one for one in passage.boxes if passage.text[one.start : one.end] == nir(12))

    assert 0.15 < box.left < box.right < 0.6
    assert 0.15 < box.top < box.bottom < 0.35


@needs_ocr
def test_a_page_that_nobody_could_read_is_never_clean():
    reading = read_document("a.png", pictures.saved(Image.effect_noise((500, 300), 90)))

    assert reading.outcome is Outcome.NOT_READ
    assert reading.missing


def test_without_its_data_a_picture_is_told_unread(monkeypatch):
    monkeypatch.setattr(sights, "find_data", lambda: None)

    reading = read_document("a.png", samples.PNG)

    assert reading.outcome is Outcome.NOT_READ
    assert "n'est pas installée" in reading.missing[0]


@needs_ocr
@pytest.mark.slow
@pytest.mark.skipif(not has_second_reading(), reason="the extra « second-reading » is not installed")
def test_a_page_of_noise_is_read_by_the_second_reading_and_still_asks_for_a_person(monkeypatch):
    monkeypatch.setattr(sights, "has_second_reading", has_second_reading)
    noise = Image.effect_noise((1240, 500), 110)
    spoiled = ImageChops.add(pictures.page(*LINES).point(lambda shade: shade // 2 + 64), noise, 1, -128)

    reading = read_document("a.png", pictures.saved(spoiled))

    assert list(find_misread(reading.flow().text))
    assert judged(reading.sights[0]) is Legibility.MIDDLING
    assert reading.remarks


@needs_ocr
def test_what_the_second_reading_adds_never_makes_a_page_legible(monkeypatch):
    place = Place(Where.PART)
    said = [Passage(place, f"lu {nir(13)}", (Box(0, 18, 0, 0, 1, 1),)), Sight(place, 9, 99.0, 0, 0, 0)]
    monkeypatch.setattr(sights, "has_second_reading", lambda: True)
    monkeypatch.setattr(sights, "second_reading", lambda picture: said if picture.startswith(b"\x89PNG") else [])

    reading = read_document("a.png", samples.PNG)

    assert label_of(reading, nir(13)) == "image"
    assert judged(reading.sights[0]) is Legibility.MIDDLING
    assert "relisez-la vous-même" in reading.remarks[0]
