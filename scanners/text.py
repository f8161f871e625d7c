"""A text under scan: its folded form, its words, and the ground already taken by stronger findings."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Generic, TypeVar

from scanners.fold import Folded, fold
from scanners.spelling import common_words

T = TypeVar("T")
# With its group, split gives what stands between words too: the places of words are sums of lengths.
_WORD = re.compile(r"([a-z0-9]+|[^a-z0-9\s'\-]|-(?= )|\n)")
_ORDINARY = frozenset("cdefghjkmnpqrtuvwxyz")  # letters that no digit is taken for
_NUMBER = re.compile(r"\d[^c-hjkmnp-rt-z]*")
_DIGITS = b"0123456789"
_BEYOND = 3  # characters after a number that its pattern may look at
_ENDS = frozenset(".!?\n")
_ABBREVIATED = frozenset(
    (
        "m mr mrs mme mmes mlle dr pr me st ste av bd n tel rdv art cf ex etc env dept hab p resp ref min max cie no "
        "nb imp pl bld"
    ).split()
)


class lazy(Generic[T]):  # noqa: N801  # a decorator
    """A property worked out once; without the lock that functools.cached_property takes before Python 3.12."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, of: Any, owner: type | None = None) -> T:
        worked_out = of.__dict__[self._name] = self._work(of)
        return worked_out


class Remembered(dict[str, T]):
    """Answers by word, each worked out once; all are forgotten beyond so many. Half the time of functools.lru_cache."""

    def __init__(self, work: Callable[[str], T], most: int) -> None:
        self._work, self._most = work, most

    def __missing__(self, word: str) -> T:
        if len(self) >= self._most:
            self.clear()
        answer = self[word] = self._work(word)
        return answer


def _is_abbreviation(word: str) -> bool:
    return word in _ABBREVIATED or (len(word) == 1 and word.isalpha())


def _digits(text: str) -> int:
    """Return how many digits a text holds; a tenth of a microsecond a hundred characters, but for rare alphabets."""
    if text.isascii():
        letters = text.encode()
        return len(letters) - len(letters.translate(None, _DIGITS))
    return sum(map(str.isdecimal, text))


@dataclass
class Text:
    """One text, folded and cut into words once, shared by every detector of one scan."""

    original: str
    folded: Folded

    @classmethod
    def of(cls, original: str) -> "Text":
        """Return the text ready to be scanned."""
        return cls(original, fold(original))

    @lazy
    def _pieces(self) -> list[str]:
        return _WORD.split(self.folded.text)

    @lazy
    def words(self) -> list[str]:
        """Return the folded words, punctuation marks and line ends, in order."""
        return self._pieces[1::2]

    @lazy
    def distinct(self) -> frozenset[str]:
        """Return the words, each once: what most detectors look at before they look closer."""
        return frozenset(self.words)

    @lazy
    def unknown(self) -> frozenset[str]:
        """Return the words, each once, that are no common French."""
        return self.distinct - common_words()

    @lazy
    def _ends(self) -> list[int]:
        return list(accumulate(map(len, self._pieces)))

    def span(self, index: int) -> tuple[int, int]:
        """Return where a word stands in the folded text."""
        at = 2 * index
        return self._ends[at], self._ends[at + 1]

    @lazy
    def shouted(self) -> bool:
        """Tell whether the text is written in capitals, so that capitals say nothing."""
        count, letters = self.original.count, set(self.original)
        return sum(map(count, filter(str.isupper, letters))) > 0.7 * sum(map(count, filter(str.isalpha, letters)))

    @lazy
    def _stretches(self) -> list[tuple[int, int, int]]:
        text = self.folded.text
        return [(*found.span(), _digits(found.group())) for found in _NUMBER.finditer(text)]

    @lazy
    def digits(self) -> int:
        """Return how many digits the text holds; few digits, no number to look for."""
        return _digits(self.folded.text)

    def numbers(self, pattern: re.Pattern[str], fewest: int) -> Iterable[re.Match[str]]:
        """Give the matches of a pattern of numbers of at least so many digits; they may be misread as o, i, l, s or b.

        Only stretches of enough digits between two other letters are looked at.
        """
        return () if self.digits < fewest else self._numbers(pattern, fewest)

    def _numbers(self, pattern: re.Pattern[str], fewest: int) -> Iterator[re.Match[str]]:
        text = self.folded.text
        for begins, end, digits in self._stretches:
            if digits >= fewest:
                start = next((at for at in range(begins, 0, -1) if text[at - 1] in _ORDINARY), 0)
                yield from pattern.finditer(text, start, end + _BEYOND)

    def original_span(self, first: int, last: int) -> tuple[int, int]:
        """Return the span in the original text of the words `first` to `last` included."""
        return self.folded.span(self._ends[2 * first], self._ends[2 * last + 1])

    def is_capitalised(self, index: int) -> bool:
        """Tell whether a word begins with a capital that is not just shouting."""
        start = self.folded.span(*self.span(index))[0]
        return self.original[start : start + 1].isupper()

    def is_upper(self, index: int) -> bool:
        """Tell whether every letter of a word is a capital."""
        start, end = self.folded.span(*self.span(index))
        return self.original[start:end].isupper()

    def is_plain(self, index: int) -> bool:
        """Tell whether a word is written without any accent: « interne », which « interné » is not."""
        start, end = self.folded.span(*self.span(index))
        return self.original[start:end].isascii()

    @lazy
    def _breaks(self) -> list[int]:
        words = self.words
        return [
            i
            for i, word in enumerate(words)
            if word in _ENDS and not (word == "." and i and _is_abbreviation(words[i - 1]))
        ]

    def sentence(self, index: int) -> tuple[int, int]:
        """Return the first word of the sentence that holds a word, and the end (excluded)."""
        at = bisect_left(self._breaks, index)
        start = self._breaks[at - 1] + 1 if at else 0
        return start, self._breaks[at] if at < len(self._breaks) else len(self.words)

    @lazy
    def matched(self) -> dict[tuple[object, str], re.Match[str] | None]:
        """Return what was already looked for in this text, by pattern and by words; it goes with the text."""
        return {}

    @lazy
    def remembered(self) -> dict[str, Any]:
        """Return what a detector worked out and another asks for again, by the name they gave it."""
        return {}

    @lazy
    def _taken(self) -> bytearray:
        return bytearray(len(self.folded.text))

    def take(self, start: int, end: int) -> None:
        """Close a folded span to the detectors that follow."""
        self._taken[start:end] = b"\x01" * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        """Tell whether no stronger finding holds part of this folded span."""
        return self._taken.find(1, start, end) < 0
