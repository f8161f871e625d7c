"""What a look at words tells of a pattern: the marks of which one must be there wherever the pattern matches.

A mark is a word, the first letters of one where the pattern goes on with any letter, or a sign for digits. Patterns are
read over words joined by single spaces, and begin and end where words do.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from re import _parser  # type: ignore[attr-defined]  # what the standard library reads patterns with
from typing import Any

_STEM = 3  # letters of a word that make a mark
_DIGITS, _ANY = "\x01", "\x02"  # stand for digits and for unknown letters in what a pattern may read
_MOST = 12_000  # readings of one pattern: beyond, no mark is worth its time
_REPEATS = 3
_REMEMBERED = 8_192  # words
# Most sentences hold one of these: it tells nothing to find it there. So it is of digits in a text that holds some.
COMMON = frozenset(
    "a ai au aux avec c ce ces d dans de des du elle en est et il ils j je l la le les leur lui m mais mme n ne nous "
    "on ou par pas plus pour qu que qui s sa se ses son sont sur un une vous y , . : # ( ; "
    "car quand comme mais deux trois notre nos votre vos mon ma mes cette cet".split()
) | {_DIGITS}


@lru_cache(_REMEMBERED)
def marks_of(word: str) -> tuple[str, ...]:
    """Return the marks that a word bears.

    >>> marks_of("suivie"), marks_of("2")
    (('suivie', 'sui'), ('2', '2', '\\x01'))
    """
    if word[:1].isdigit() or word[-1:].isdigit():
        return word, word[:_STEM], _DIGITS
    return word, word[:_STEM]


def marks_of_all(words: Iterable[str], *, digits: bool) -> set[str]:
    """Return the marks that some of the words bear, where the text holds `digits` or none."""
    marks = set(words)
    marks.update([word[:_STEM] for word in marks])
    if digits:
        marks.add(_DIGITS)
    return marks


class _AnyWord(Exception):  # no failure: there is nothing to spare
    """The pattern may begin, or end, with any word."""


def marks_in(source: str, reader: "Reader") -> frozenset[str] | None:
    """Return the marks that a reader finds in a pattern; None where some word may be any. Raises re.error."""
    try:
        reader.end(reader.read({""}, _parser.parse(source)))
    except _AnyWord:
        return None
    return frozenset(reader.found)


def _mark(read: str) -> str | None:
    """Return the mark of a word that was read, or of a common one before it; none where too little of them is sure."""
    common, _, word = read.rpartition(" ")
    mark = _mark_of_one(word)
    return common if common and (mark is None or mark in COMMON) else mark


def _mark_of_one(word: str) -> str | None:
    if word and _DIGITS in (word[0], word[-1]):
        return _DIGITS
    sure = re.split(f"[{_DIGITS}{_ANY}]", word, maxsplit=1)[0]
    if not word or (sure != word and len(sure) < _STEM):
        return None
    return sure if sure == word else sure[:_STEM]


class Reader:
    """Reads the first word of all that a parsed pattern matches, the last one (`backwards`), or a rare one."""

    def __init__(self, *, backwards: bool = False, anywhere: bool = False) -> None:
        self.found: set[str] = set()
        self._backwards, self._anywhere = backwards, anywhere

    def end(self, begun: set[str]) -> None:
        """End the words that are begun; raises _AnyWord where one may be any."""
        if None in (marks := set(map(_mark, begun))):
            raise _AnyWord
        self.found.update(mark for mark in marks if mark)

    def read(self, begun: set[str], pieces: Any) -> set[str]:
        """Return the words that are begun after the pieces; those that end are found. Raises _AnyWord."""
        for kind, what in reversed(pieces) if self._backwards else pieces:
            if begun:
                begun = self._piece(begun, str(kind), what)
        if len(begun) + len(self.found) > _MOST:
            raise _AnyWord
        return begun

    def _piece(self, begun: set[str], kind: str, what: Any) -> set[str]:
        match kind:
            case "LITERAL":
                return self._letter(begun, chr(what))
            case "IN":
                return set().union(*(self._letter(begun, letter) for letter in self._letters(what)))
            case "BRANCH":
                return set().union(*(self.read(begun, branch) for branch in what[1]))
            case "SUBPATTERN":
                return self.read(begun, what[-1])
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeated(begun, *what)
            case "AT" if str(what) == "AT_END" and not self._backwards and not self._anywhere:
                self.found.update(begun & {""})  # no word at all
                self.end(begun - {""})
                return set()
            case "AT" | "ASSERT" | "ASSERT_NOT":
                return begun
            case _:
                return self._anything(begun)

    def _letter(self, begun: set[str], letter: str) -> set[str]:
        if letter == " ":
            marks = {word: _mark(word) for word in begun} if self._anywhere else {}
            unsure = {word for word, mark in marks.items() if mark is None or mark in COMMON}
            self.end(begun - unsure)
            return {f"{marks[word] or ''} " for word in unsure}
        if not letter:
            return self._anything(begun)
        if self._backwards:
            return {word if word[:1] == letter in (_DIGITS, _ANY) else letter + word for word in begun}
        return {word if word[-1:] == letter in (_DIGITS, _ANY) else word + letter for word in begun}

    @staticmethod
    def _letters(choice: Any) -> Iterator[str]:
        """Give what a class of characters may be; nothing is said of one that may hold a space."""
        for kind, what in choice:
            if str(kind) == "LITERAL":
                yield chr(what)
            elif str(what) == "CATEGORY_DIGIT":
                yield _DIGITS
            else:
                yield _ANY if str(what) == "CATEGORY_WORD" else ""

    def _anything(self, begun: set[str]) -> set[str]:
        if self._anywhere:
            return self._letter(begun, _ANY)
        if self._backwards:
            raise _AnyWord
        self.end({word + _ANY for word in begun})
        return set()

    def _repeated(self, begun: set[str], least: int, most: int, pieces: Any) -> set[str]:
        ended = set() if least else set(begun)
        for count in range(1, min(most, max(least, _REPEATS)) + 1):
            begun = self.read(begun, pieces)
            if count >= least and begun <= ended:
                return ended
            ended |= begun if count >= least else set()
        if most > max(least, _REPEATS):
            self._anything(begun)
        return ended
