"""Where words hide in a PDF: each place is read and named; a page that cannot be read is told."""

import pytest

from scanners.documents.budgets import MAX_PAGES
from scanners.documents.passages import Outcome, gather
from scanners.documents.pdf import read_pdf
from tests.scanners import samples
from tests.scanners.samples import nir
from tests.scanners.test_documents_office import label_of


def test_each_page_is_read_under_its_number():
    reading = gather(read_pdf(samples.pdf("Bonjour", "", f"NIR {nir(1)}")))

    assert label_of(reading, nir(1)) == "page 3"
    assert reading.pages == 3
    assert reading.outcome is Outcome.READ


@pytest.mark.parametrize("step", [6, 9, 12, 14.2])
def test_digits_drawn_one_by_one_make_a_number(step):
    reading = gather(read_pdf(samples.pdf_letter_by_letter(nir(2), step)))

    assert nir(2) in reading.flow().text.replace(" ", "")


def test_a_word_cut_at_the_end_of_a_line_is_whole():
    reading = gather(read_pdf(samples.pdf("suivi pour un trai-\ntement lourd")))

    assert "traitement" in reading.flow().text


PLACES = {
    "titre": "propriétés du document « titre » (masqué)",
    "xmp": "propriétés du document, mentions non affichées (masqué)",
    "signet": "signet (masqué)",
    "lien": "lien, page 1 (masqué)",
    "annotation": "annotation, page 1",
    "champ": "champ de formulaire, page 1",
    "script": "script (masqué)",
}


def test_each_place_outside_the_pages_text_is_read_and_named():
    words = {place: nir(number) for number, place in enumerate((*PLACES, "pièce jointe"), 10)}

    reading = gather(read_pdf(samples.pdf_with_everything(words)))

    assert {place: label_of(reading, words[place]) for place in PLACES} == PLACES
    assert reading.missing == ("Pièce jointe du PDF : le fichier n'a pas été lu.",)
    assert reading.outcome is Outcome.IN_PART


def test_a_scanned_page_is_not_read_whatever_its_properties_say():
    reading = gather(read_pdf(samples.pdf_with_image()))

    assert reading.outcome is Outcome.NOT_READ
    assert reading.missing == ("Page 1 : les mots que montre l'image n'ont pas été lus.",)


def test_a_page_of_text_with_an_image_is_read_in_part():
    reading = gather(read_pdf(samples.pdf_with_image("Voir la copie ci-dessous.")))

    assert reading.outcome is Outcome.IN_PART
    assert reading.missing == ("Image, page 1 : les mots que montre l'image n'ont pas été lus.",)


def test_pages_beyond_the_budget_are_told():
    reading = gather(read_pdf(samples.pdf(*["a"] * (MAX_PAGES + 2))))

    assert reading.outcome is Outcome.IN_PART
    assert reading.pages == MAX_PAGES + 2
    assert f"seules les {MAX_PAGES} premières" in reading.missing[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (samples.locked_pdf(), "Le PDF est protégé par un mot de passe."),
        (b"%PDF-1.7\n%%EOF", "Le PDF est abîmé : il ne s'ouvre pas."),
        (b"%PDF-1.7" + bytes(4000), "Le PDF est abîmé : il ne s'ouvre pas."),
    ],
)
def test_a_pdf_that_does_not_open_says_why(data, said):
    reading = gather(read_pdf(data))

    assert reading.outcome is Outcome.NOT_READ
    assert reading.missing == (said,)
