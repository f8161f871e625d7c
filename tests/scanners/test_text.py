"""What a text under scan says of itself: how it folds, where its words stand, how many digits it holds."""

import pytest

from evaluation.marked import comments
from scanners.detectors.third_parties import _RELATED, _RELATIONS
from scanners.fold import fold
from scanners.text import Text

KINDS = {"latin-1": "é", "cp1252": "’", "like cp1252": "\u2212", "two letters": "œ", "odd": "中"}


@pytest.mark.parametrize("other", KINDS.values(), ids=KINDS)
def test_a_letter_folds_alike_whatever_letters_stand_beside_it(other: str) -> None:
    letters = [chr(code) for code in range(256)] + list("€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œŸ")

    apart = [f"{fold(f'a{letter}b').text}, {fold(other).text}" for letter in letters]

    assert [fold(f"a{letter}b, {other}").text for letter in letters] == apart


def test_a_word_stands_where_its_text_has_it() -> None:
    texts = [Text.of(comment.text) for comment in comments("dev3")]

    for text in texts:
        found = [text.folded.text[slice(*text.span(index))] for index in range(len(text.words))]

        assert found == text.words


@pytest.mark.parametrize(("written", "digits"), [("", 0), ("le 12/03", 4), ("é 7", 1), ("中 ٣ 4", 2)])
def test_digits_are_counted_in_every_alphabet(written: str, digits: int) -> None:
    assert Text.of(written).digits == digits


def test_every_relation_that_is_looked_for_may_introduce_a_name() -> None:
    accented = {"epouse": "épouse", "epoux": "époux", "mere": "mère", "pere": "père", "frere": "frère"}
    accented |= {"niece": "nièce", "proprietaire": "propriétaire", "referent": "référent"}
    accented |= {"referente": "référente", "collegue": "collègue"}

    assert all(_RELATED.match(f"{accented.get(word, word)} Léa") for word in _RELATIONS)
