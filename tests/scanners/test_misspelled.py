"""Rules of words that are not written as they should be: read all the same, where they stand; ordinary ones are not."""

import pytest

from evaluation.marked import unmarked
from scanners.detectors.health import shipped
from scanners.engine import scan
from scanners.findings import Category
from scanners.fold import fold
from scanners.spelling import Speller
from scanners.text import Text
from scanners.texting import spelled_out

WRONG = {
    "a letter too many": "Suivie pour [b:diabrète], droits à ouvrir.",
    "a letter too many, no plural": "On parle d'une [b:schizophrénixe] ancienne.",
    "a last letter wrong, not one too many": "Elle [b:est enceintr], droits à ouvrir.",
    "a letter twice": "Il a une [b:dépresssion] depuis mars.",
    "two letters exchanged": "Suivie pour [b:daibète], droits à ouvrir.",
    "a letter missing": "Une [b:déprssion] depuis mars.",
    "an article glued": "Suite à [b:ladepression], loyers impayés.",
    "an elided article glued": "Sous [b:lantidépresseur] depuis mars.",
    "a figure": "Une [b:d3pression] depuis mars.",
    "a figure for an l": "Elle est [b:a1coolique].",
    "a last figure": "[b:Hospitalis3] lundi.",
    "a sign": "Un [b:c@ncer] en 2020.",
    "a hyphen inside": "Son mari a un [b:can-cer].",
    "a hyphen after what is also typed for « c'est »": "Il est [b:sé-ropositif].",
    "ks for x": "Sa fille est [b:anoreksik].",
    "two hyphens inside": "Il est [b:dé-pres-sif].",
    "the end of a line": "Monsieur a été [b:hospi-\ntalisé] lundi.",
    "the end of a line of capitals": "MONSIEUR A ÉTÉ [b:HOSPI-\nTALISÉ] LUNDI.",
    "the end of a line between two words of a form": "Sous [b:anti-\ndépresseur] depuis mars.",
    "a soft hyphen": "Monsieur a été [b:hospi\u00adtalisé] lundi.",
    "a letter that is two": "œuf, ß, [b:diabète].",
}


@pytest.mark.parametrize("marked", WRONG.values(), ids=WRONG)
def test_a_misspelled_word_is_found_where_it_stands(marked: str) -> None:
    text, marks = unmarked(marked)

    found = [(f.start, f.end, f.level) for f in scan(text) if f.category is Category.SANTE]

    assert found == [(mark.start, mark.end, mark.level) for mark in marks]


@pytest.mark.parametrize(
    "plain",
    [
        "Fam. Legoutteux : 2 enfants rattachés.",
        "Habite Hergnies, rendez-vous à la mairie.",
        "Le porte-monnaie est perdu, peut-être chez sa grand-mère.",
        "Écrire à jean@dupont.fr, montant 200 $ environ.",
        "Patient3, studio4, lot3 rendus.",
        "Local décontaminé, désinfections faites.",
    ],
)
def test_an_ordinary_word_is_not_taken_for_an_illness(plain: str) -> None:
    assert [f for f in scan(plain) if f.category is Category.SANTE] == []


def test_the_words_of_a_longer_form_are_left_apart() -> None:
    text = "Dépression post-partum."

    (finding,) = scan(text)

    assert text[finding.start : finding.end] == "Dépression post-partum"


def test_a_letter_is_never_taken_off_a_short_word_nor_off_the_front() -> None:
    speller = Speller(["otites", "diabete"])

    assert speller.corrected(["otixtes", "xdiabete"], {"otixtes", "xdiabete"}) == ["otixtes", "xdiabete"]


@pytest.mark.parametrize(
    ("written", "folded"), [("Straße", "strasse"), ("GROẞ", "gross"), ("hospi\u00adtal", "hospital"), ("X™", "x#")]
)
def test_a_letter_that_folds_to_two_or_none_keeps_its_place(written: str, folded: str) -> None:
    read = fold(f"{written}, ici")

    assert read.text == f"{folded}, ici"
    assert read.span(len(folded) + 2, len(read.text)) == (len(written) + 2, len(written) + 5)


@pytest.mark.parametrize("said", ["Un hôpe marché", "La Chape marché", "Nova réglé", "Défo réglé"])
def test_a_verb_is_not_seen_inside_a_word(said: str) -> None:
    text = Text.of(said)

    assert spelled_out(text, shipped().vocabulary.words.__contains__) is text
