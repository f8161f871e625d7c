"""What can be said of a page follows from how surely its words were read, and a page without words is never clean."""

import pytest
from PIL import Image

from scanners.documents.legibility import Legibility, advice, judged, worst_of
from scanners.documents.passages import Place, Sight, Where
from scanners.documents.upright import evened, skew_of
from tests.scanners import pictures

PAGE = Place(Where.PAGE, 1)


@pytest.mark.parametrize(
    ("words", "confidence", "ink", "expected"),
    [
        (200, 95.0, 0.03, Legibility.LEGIBLE),
        (200, 93.0, 0.03, Legibility.LEGIBLE),
        (200, 92.9, 0.03, Legibility.MIDDLING),
        (200, 75.0, 0.03, Legibility.MIDDLING),
        (200, 74.9, 0.03, Legibility.ILLEGIBLE),
        (0, 0.0, 0.03, Legibility.ILLEGIBLE),
        (0, 0.0, 0.0, Legibility.BLANK),
    ],
)
def test_legibility_is_the_confidence_of_the_words(words, confidence, ink, expected):
    assert judged(Sight(PAGE, words, confidence, 200, 0.0, ink)) is expected


def test_the_worst_page_speaks_for_the_file_and_blank_pages_do_not():
    legible, blank = Sight(PAGE, 9, 95.0, 200, 0.0, 0.03), Sight(PAGE, 0, 0.0, 200, 0.0, 0.0)

    assert worst_of([legible, blank]) is Legibility.LEGIBLE
    assert worst_of([legible, Sight(PAGE, 9, 20.0, 200, 0.0, 0.03)]) is Legibility.ILLEGIBLE
    assert worst_of([]) is None


def test_advice_names_what_is_known_to_be_wrong():
    assert "celle-ci en a 100" in advice(Sight(PAGE, 9, 20.0, 100, 0.0, 0.03))
    assert "bien droite" in advice(Sight(PAGE, 9, 20.0, 200, 6.0, 0.03))
    assert "sans ombre ni flou" in advice(Sight(PAGE, 9, 20.0, 200, 0.0, 0.03))


@pytest.mark.parametrize("contrast", [1.0, 0.3])
def test_letters_however_pale_do_not_make_a_page_lean(contrast):
    lines = ["Rendez-vous pour la mise à jour du dossier et les pièces demandées."] * 20
    page = pictures.page(*lines, size=(1240, 1754)).convert("L").point(lambda shade: 216 - (255 - shade) * contrast)

    assert skew_of(evened(page)) == 0
    assert abs(skew_of(evened(page.rotate(3, fillcolor=216))) + 3) < 0.5


def test_a_page_of_specks_is_not_turned():
    specks = Image.effect_noise((620, 877), 200)

    assert abs(skew_of(evened(specks))) < 12
