"""Sentences that read like those that tell of somebody's health, though no known word of them does: the second tier.

A sentence is scored by one number a word, learned from the labelled comments of `evaluation/` by
`benchmarks/phrases.py` (logistic regression over words and their letters). It asks, never refuses.
"""

import json
import sys
from array import array
from collections.abc import Iterator, Sequence
from functools import cache
from math import sqrt
from pathlib import Path
from zlib import crc32, decompress

from scanners.collective import is_collective
from scanners.findings import Category, Finding, Level
from scanners.marks import marks_of_all
from scanners.placing import IMAGES, READ
from scanners.text import Text
from scanners.vocabulary import DATA

TABLE = DATA.parent / "phrases.bin"
RULE = "sante.phrase"
WHY = (
    "Aucun mot de cette phrase ne nomme une maladie ni un soin, mais l'ensemble ressemble à ce qui s'écrit de la "
    "santé d'une personne : à relire."
)
WHY_ALONE = "Cette phrase ressemble à ce qui s'écrit de la santé d'une personne : à relire."
BUCKETS = 1 << 17
FEWEST, MOST, STEP = 4, 25, 10  # words of a sentence; of what is read of a long one at once; from one such to the next
LETTERS = (3, 4, 5)
REMEMBERED = 50_000  # words


def word_features(word: str) -> list[tuple[int, float]]:
    """Return where a folded word and its groups of letters stand in the table, and what each weighs in it."""
    if not word.isalpha():
        return [(_bucket("=#"), 1.0)]
    whole, groups = f"<{word}>", []
    if len(word) > LETTERS[0]:
        groups = [whole[i : i + n] for n in LETTERS for i in range(len(whole) - n + 1)]
    share = 1 / sqrt(len(groups) + 1)
    return [(_bucket("=" + word), 1.0), *((_bucket("~" + group), share) for group in groups)]


def _bucket(feature: str) -> int:
    return crc32(feature.encode()) % BUCKETS


def counted(words: Sequence[str]) -> list[str]:
    """Return the words of a sentence that count: neither punctuation nor signs."""
    return [word for word in words if word[0].isalnum()]


class WordTable:
    """One number a word: above zero, it is met where health is told."""

    def __init__(self, path: Path = TABLE) -> None:
        head, _, weights = path.read_bytes().partition(b"\n")
        said = json.loads(head)
        self._scale, self.bias, self.least = said["scale"], said["bias"], said["least"]
        self._weights = array("h", decompress(weights))
        if sys.byteorder == "big":
            self._weights.byteswap()
        self._known: dict[str, float] = {}

    def number(self, word: str) -> float:
        """Return the number of a folded word, known or not; punctuation has none."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            features = word_features(word) if word[0].isalnum() else []
            found = self._known[word] = self._scale * sum(self._weights[at] * by for at, by in features)
        return found

    def numbers(self, words: Sequence[str]) -> list[float]:
        """Return the number of each word."""
        known = list(map(self._known.get, words))
        return [self.number(w) if n is None else n for n, w in zip(known, words, strict=True)]


class Scored:
    """The words of a text, ready to have their stretches scored."""

    def __init__(self, table: WordTable, words: Sequence[str]) -> None:
        self._words, self._numbers = words, table.numbers(words)
        self._needed = table.least - table.bias  # above zero: a stretch of few words needs as much as one of FEWEST

    def telling(self, first: int, end: int) -> tuple[int, int] | None:
        """Return the first and last (included) of the words that make a stretch read like health, or None."""
        total = sum(self._numbers[first:end])
        if total < self._needed:  # most stretches: their words need no counting
            return None
        count = sum(map(str.isalnum, self._words[first:end]))
        return _heaviest(self._numbers, first, end) if count >= FEWEST and total >= self._needed * sqrt(count) else None


def _heaviest(numbers: Sequence[float], first: int, end: int) -> tuple[int, int]:
    """Return the stretch of the greatest sum (Kadane's algorithm)."""
    best, best_sum, start, total = (first, first), numbers[first], first, 0.0
    for at in range(first, end):
        if total <= 0:
            start, total = at, 0.0
        total += numbers[at]
        if total > best_sum:
            best, best_sum = (start, at), total
    return best


@cache
def shipped() -> WordTable:
    """Return the table that ships with the product, read once."""
    return WordTable()


def find_phrases(text: Text, *, alone: bool = False) -> Iterator[Finding]:
    """Find the sentences that read like health where the first tier has read nothing.

    `alone`, where the first tier finds nothing by itself: only what it reads as an image is left out.
    """
    words, why = text.words, WHY_ALONE if alone else WHY
    read = sorted(text.remembered.get(IMAGES if alone else READ, ()), reverse=True)
    scored = Scored(shipped(), words)
    index = 0
    while index < len(words):
        end = text.sentence(index)[1]
        found = _told(scored, index, end)
        if found is not None and not (
            _holds(text.original_span(index, end - 1), read) or _is_of_nobody(words[index:end], text)
        ):
            yield Finding(*text.original_span(*found), Category.SANTE, Level.A_VERIFIER, RULE, why)
        index = end + 1


def _holds(sentence: tuple[int, int], read: list[tuple[int, int]]) -> bool:
    """Tell whether a sentence holds what the first tier has read; what lies before it is taken off the list."""
    while read and read[-1][1] <= sentence[0]:
        read.pop()
    return bool(read) and read[-1][0] < sentence[1]


def _told(scored: Scored, first: int, end: int) -> tuple[int, int] | None:
    for start in range(first, max(first + 1, end - MOST + STEP), STEP):
        told = scored.telling(start, min(start + MOST, end))
        if told is not None:
            return told
    return None


def _is_of_nobody(sentence: Sequence[str], text: Text) -> bool:
    told = " ".join(sentence)
    return is_collective(told, "", told, told, marks_of_all(sentence, digits=text.digits > 0))
