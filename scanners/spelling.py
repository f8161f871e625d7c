"""Bring a misspelled word back to the word of the vocabulary that sounds or looks like it.

Only words that no French word list knows are tried, so that « foie/foi » and « rein/rien » never meet.
"""

import re
from collections.abc import Iterable, Set
from functools import cache
from importlib.metadata import version
from pathlib import Path

from scanners.fold import fold
from scanners.kept import kept

# wordfreq's list also holds rare misspellings. The 70,000 commonest forms (zipf ≥ 2.2) are French as written
# and are never corrected; the next ones are corrected by sound only (« hospitalise »; « potages » is no « pontages »).
COMMON_FORMS = 70_000
RARE_FORMS = 160_000
EVERYDAY_FORMS = 10_000
LONGEST = 40
_ENDS = 4  # sounds of a word whose end is also known as it is heard
_FIGURES = re.compile(r"[a-z]*[0134568][a-z]+(?:[0134568][a-z]+)?")
_LAST_FIGURE = re.compile(r"[a-z]+3")  # « hospitalis3 »
_AS_LETTERS = (str.maketrans("0134568", "oieaseb"), str.maketrans("0134568", "oleaseb"))
FEWEST_LETTERS = 6  # of a word in which a figure stands for a letter
LONG = 7  # letters of a word that is still itself with one letter wrong, or with an article glued to it
# Words begin with « des » and « de » (« désinfection »), surnames with « le » and « du » (« Legoutteux »): not here.
_ARTICLES = frozenset("l d la un sa les une son ses mon mes".split())
_SOUNDS = (
    (re.compile(r"asth"), "as"),
    (re.compile(r"^h|(?<=[^cps])h|(?<=s)h(?=y)"), ""),
    (re.compile(r"(?:sch?|sh|sk)(?=[iy]z)|sch|ch(?=[rlnt])|(?<=n)ch(?=io)|(?<=ps[iy])ch"), "k"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"k[sz]"), "x"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"qu|q|c(?=[aoulrstk]|$)|ck"), "k"),
    (re.compile(r"t(?=ion|ial|iel)|c(?=[eiy])|z|x"), "s"),
    (re.compile(r"y"), "i"),
    (re.compile(r"eau|au"), "o"),
    (re.compile(r"ai|ei|oe|ae"), "e"),
    (re.compile(r"[ae](?:n(?=[^aeiou]|$)|m(?=[bpf]))"), "1"),
    (re.compile(r"i(?:n(?=[^aeiou]|$)|m(?=[bp]))"), "2"),
    (re.compile(r"ge(?=[aou])|g(?=[ei])"), "j"),
    (re.compile(r"gu(?=[ei])"), "g"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=...)(?:e?s|es|e|t|d)$"), ""),
)


def sound(word: str) -> str:
    """Return a rough key of how a folded word sounds in French.

    >>> sound("alsaimer") == sound("alzheimer"), sound("ospitalise") == sound("hospitalise")
    (True, True)
    """
    for pattern, by in _SOUNDS:
        word = pattern.sub(by, word)
    return word


@cache
def _forms(count: int) -> frozenset[str]:
    here = Path(__file__)
    made_from = (version("wordfreq").encode(), here.read_bytes(), here.with_name("fold.py").read_bytes())
    return frozenset(kept(f"french-words-{count}", made_from, lambda: _folded(count)))


def _folded(count: int) -> list[str]:
    from wordfreq import top_n_list  # noqa: PLC0415  # half a second that only the first start costs

    return sorted({part for word in top_n_list("fr", count) for part in re.findall("[a-z0-9]+", fold(word).text)})


def common_words() -> frozenset[str]:
    """Return the folded French words that are never taken for a misspelling."""
    return _forms(COMMON_FORMS)


def rare_words() -> frozenset[str]:
    """Return the folded French words, common ones included, that are never taken for another with one letter wrong."""
    return _forms(RARE_FORMS)


@cache
def everyday_sounds() -> frozenset[str]:
    """Return how the commonest French words sound: who types as they sound types these first."""
    here = Path(__file__)
    made_from = (version("wordfreq").encode(), here.read_bytes(), here.with_name("fold.py").read_bytes())
    return frozenset(kept("french-sounds", made_from, lambda: sorted(map(sound, _folded(EVERYDAY_FORMS)))))


def _spoken(word: str) -> str | None:
    """Return a word with its end written as it is heard, where its spelling hides it; None where it does not.

    >>> _spoken("schizophrene"), _spoken("lupus"), _spoken("hanche")
    ('schizophren', 'lupusse', None)
    """
    if word.endswith("ne"):
        return word[:-1]
    return word + "se" if word.endswith(("us", "is", "os")) else None


def _shorter(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


class Speller:
    """Knows the vocabulary's words by sound and by near spelling; `correct` words are left as they are.

    `by_ear`, it knows them by sound alone, short ones too: for texts that are typed as they sound.
    """

    MOST_REMEMBERED = 50_000

    def __init__(self, words: Iterable[str], correct: Set[str] = frozenset(), *, by_ear: bool = False) -> None:
        self._correct = correct
        self._by_ear = by_ear
        self._least = 2 if by_ear else 3
        self._rare = rare_words()
        self._by_sound: dict[str, str] = {}
        self._by_deletion: dict[str, str] = {}
        self._long: set[str] = set()
        self._remembered: dict[str, str] = {}
        for word in sorted(words, key=lambda word: (len(word), word)):  # a set has another order in each process
            self._learn(word)

    def _learn(self, word: str) -> None:
        key = sound(word)
        if len(key) >= (3 if self._by_ear else 4):
            self._by_sound.setdefault(key, word)
        if len(key) >= _ENDS and (spoken := _spoken(word)):
            self._by_sound.setdefault(sound(spoken), word)
        if len(word) >= LONG and not self._by_ear:
            self._long.add(word)
            for part in _shorter(word):
                self._by_deletion.setdefault(part, word)

    def corrected(self, words: list[str], unknown: Set[str]) -> list[str]:
        """Return the words, each `unknown` one replaced by the vocabulary's if one is near.

        >>> Speller(["fibromyalgie"], {"fibromyalgie"}).corrected(["fibr0myalgie"], {"fibr0myalgie"})
        ['fibromyalgie']
        """
        unknown = unknown - self._correct
        fixes = {w: fixed for w in unknown if len(w) > self._least and (fixed := self._fixed(w)) != w}
        return [fixes.get(w, w) for w in words] if fixes else words

    def _fixed(self, word: str) -> str:
        if word.isalpha():
            return self._nearest(word)
        if len(word) < FEWEST_LETTERS or not self._may_be_figures(word):
            return word
        return next((s for table in _AS_LETTERS if (s := word.translate(table)) in self._correct), word)

    def _may_be_figures(self, word: str) -> bool:
        """Tell whether figures may stand for letters: the last one does only if there is no word without it."""
        if _FIGURES.fullmatch(word):
            return True
        return _LAST_FIGURE.fullmatch(word) is not None and not (word[:-1] in self._correct or word[:-1] in self._rare)

    def hears(self, word: str) -> bool:
        """Tell whether a folded word sounds like one of the vocabulary."""
        return sound(word) in self._by_sound

    def _nearest(self, word: str) -> str:
        found = self._remembered.get(word)
        if found is None:
            if len(self._remembered) >= self.MOST_REMEMBERED:
                self._remembered.clear()
            found = self._remembered[word] = self._search(word)
        return found

    def _search(self, word: str) -> str:
        near = self._by_sound.get(sound(word))
        if near is not None:
            return near
        if not 6 <= len(word) <= LONGEST or word in self._rare:
            return word
        shorter = sorted(_shorter(word))
        one_wrong = (self._by_deletion.get(part) for part in shorter)
        lightened = self._without_a_letter(word, shorter)
        # « oignions » is « oignons » before « moignons », but « enceintr » is « enceinte » before « enceint ».
        first = lightened if lightened in common_words() else None
        candidates = (self._by_deletion.get(word), first, *one_wrong, lightened)
        near = next((c for c in candidates if c is not None and abs(len(c) - len(word)) < 2), None)
        return near or self._unglued(word)

    def _without_a_letter(self, word: str, shorter: list[str]) -> str | None:
        """Return the word that a letter was added to: never before the first, where another word begins."""
        return next((part for part in shorter if part in self._long and part[0] == word[0]), None)

    def _unglued(self, word: str) -> str:
        """Return a word without the article that it was glued to (« ladepression »)."""
        parts = ((word[:size], word[size:]) for size in (1, 2, 3))
        return next((rest for article, rest in parts if article in _ARTICLES and rest in self._long), word)
