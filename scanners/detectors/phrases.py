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
from scanners.detectors.health import PHRASES, READ
from scanners.findings import Category, Finding, Level
from scanners.marks import marks_of_all
from scanners.text import Text

RULE = "sante.phrase"
WHY = (
    "Aucun mot de cette phrase ne nomme une maladie ni un soin, mais l'ensemble ressemble à ce qui s'écrit de la "
    "santé d'une personne : à relire."
)
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

    def __init__(self, path: Path = PHRASES) -> None:
        head, _, weights = path.read_bytes().partition(b"\n")
        said = json.loads(head)
        self._scale, self.bias, self.least = said["scale"], said["bias"], said["least"]
        self._weights = array("h", decompress(weights))
        if sys.byteorder == "big":
            self._weights.byteswap()
        self._known: dict[str, float] = {}

    def number(self, word: str) -> float:
        """Return the number of a folded word, known or not."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[word] = self._scale * sum(self._weights[at] * by for at, by in word_features(word))
        return found

    def telling(self, words: Sequence[str]) -> tuple[int, int] | None:
        """Return the first and last (included) of the words that make a sentence read like one of health, or None."""
        numbers = [self.number(word) if word[0].isalnum() else 0.0 for word in words]
        count = sum(word[0].isalnum() for word in words)
        if count < FEWEST or sum(numbers) / sqrt(count) + self.bias < self.least:
            return None
        return _heaviest(numbers)


def _heaviest(numbers: Sequence[float]) -> tuple[int, int]:
    """Return the stretch of the greatest sum (Kadane's algorithm)."""
    best, best_sum, start, total = (0, 0), numbers[0], 0, 0.0
    for at, number in enumerate(numbers):
        if total <= 0:
            start, total = at, 0.0
        total += number
        if total > best_sum:
            best, best_sum = (start, at), total
    return best


@cache
def shipped() -> WordTable:
    """Return the table that ships with the product, read once."""
    return WordTable()


def find_phrases(text: Text) -> Iterator[Finding]:
    """Find the sentences that read like health where the first tier has read nothing."""
    index, count = 0, len(text.words)
    read = text.remembered.get(READ, ())
    while index < count:
        end = text.sentence(index)[1]
        if end > index and not _holds(text.original_span(index, end - 1), read):
            found = _told(text, index, end)
            if found is not None:
                yield Finding(*text.original_span(*found), Category.SANTE, Level.A_VERIFIER, RULE, WHY)
        index = end + 1


def _holds(sentence: tuple[int, int], read: Sequence[tuple[int, int]]) -> bool:
    return any(start < sentence[1] and end > sentence[0] for start, end in read)


def _told(text: Text, first: int, end: int) -> tuple[int, int] | None:
    words = text.words
    for start in range(first, max(first + 1, end - MOST + STEP), STEP):
        telling = shipped().telling(words[start : min(start + MOST, end)])
        if telling is not None:
            return None if _is_of_nobody(words[first:end], text) else (start + telling[0], start + telling[1])
    return None


def _is_of_nobody(sentence: Sequence[str], text: Text) -> bool:
    told = " ".join(sentence)
    return is_collective(told, "", told, told, marks_of_all(sentence, digits=text.digits > 0))
