"""What is true of every mistake of one letter, or of a cut, in long words that no other word is near."""

import string

from hypothesis import assume, given
from hypothesis import strategies as st

from scanners.engine import scan
from scanners.findings import Category, Level
from scanners.fold import fold
from scanners.spelling import LONG, rare_words

# Chosen because every mistake below is found in them. It is not so of all words: « hospitaliwée » is read as
# « hospitalière », « insulite » as « insulte », and « sé-ropositif » as « s'est-ropositif ».
WORDS = (
    "cancéreux diabète diabétique dépression dépressive schizophrène schizophrénie hospitalisation chimiothérapie "
    "tuberculose fibromyalgie alcoolique toxicomane antidépresseur psychiatrique psychiatre arthrose polyarthrite "
    "leucémie parkinson alzheimer handicapée migraine anorexie boulimie bipolaire autisme hémiplégie asthmatique "
    "insomnie mastectomie hémodialyse méningite paraplégique addiction overdose suicidaire endométriose mucoviscidose"
).split()
CUTS = ("-", "-\n", "-\r\n", "\u00ad", "\u200b")


@st.composite
def mistakes(draw: st.DrawFn) -> str:
    """Give a word with a letter added, left out, replaced or exchanged with the next, never the first one."""
    word = draw(st.sampled_from(WORDS))
    at = draw(st.integers(1, len(word) - 1))
    letter = draw(st.sampled_from(string.ascii_lowercase))
    before, after = word[:at], word[at:]
    typed = draw(
        st.sampled_from(
            (
                before + letter + after,
                before + after[1:],
                before + letter + after[1:],
                before + after[1::-1] + after[2:],
            )
        )
    )
    assume(fold(typed).text not in rare_words())
    return typed


@st.composite
def cuts(draw: st.DrawFn) -> str:
    word = draw(st.sampled_from(WORDS))
    at = draw(st.integers(2, len(word) - 1))
    return word[:at] + draw(st.sampled_from(CUTS)) + word[at:]


def read_in(text: str) -> list[tuple[str, Level]]:
    return [(text[f.start : f.end], f.level) for f in scan(text) if f.category is Category.SANTE]


@given(mistakes())
def test_a_long_word_with_one_letter_wrong_is_found_where_it_stands(typed: str) -> None:
    assert [said for said, _ in read_in(f"Rendez-vous jeudi, {typed} signalé hier.")] == [typed]


@given(cuts())
def test_a_long_word_cut_in_two_is_found_whole(cut: str) -> None:
    assert [said for said, _ in read_in(f"Rendez-vous jeudi, {cut} signalé hier.")] == [cut]


def test_the_words_tried_are_long() -> None:
    assert min(map(len, WORDS)) >= LONG
