"""Find NIRs dictated in words (« un, quatre-vingt-cinq, zéro sept… »)."""

import re
from collections.abc import Iterator, Sequence

from scanners.findings import Category, Finding, Level
from scanners.nir import has_key, has_structure
from scanners.text import Text

_UNITS = {
    word: value
    for value, word in enumerate(
        ("zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize").split()
    )
} | {"une": 1}
_TENS = {"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_TENS |= {"septante": 70, "huitante": 80, "octante": 80, "nonante": 90}
_SPELLED = frozenset(_UNITS) | frozenset(_TENS) | {"cent", "cents"}
_TIMES = frozenset({"double", "triple", "fois"})
_NUMBERS = _SPELLED | _TIMES | {"zeros"}
MOST_DIGITS = 3  # of a figure among the words (« un, 85, zéro sept »)
_LINKS = frozenset(", et . ; puis / : la cle clef c est ensuite apres tiret espace".split())
_ANNOUNCED = re.compile(r"\b(?:nir|numeros?|n#|num|secu|securite sociale|immatricul\w*|ss)\b")
FEWEST, FEWEST_DISTINCT = 7, 4
NEAR = 60  # characters before the number in which it may be announced
WHY = "Un NIR dicté en toutes lettres."


def find_spoken_nirs(text: Text) -> Iterator[Finding]:
    """Find runs of number words that spell 13 or 15 digits built like a NIR."""
    words = text.words
    if len(_NUMBERS & text.distinct) < FEWEST_DISTINCT:
        return
    for first, last in _runs(words):
        digits = _spelled(words[first : last + 1])
        if len(digits) in (13, 15) and has_structure(digits[:13]):
            start = text.span(first)[0]
            told = _ANNOUNCED.search(text.folded.text[max(0, start - NEAR) : start]) is not None
            certain = told or (len(digits) == 15 and has_key(digits))
            level = Level.BLOQUANT if certain else Level.A_VERIFIER
            yield Finding(*text.original_span(first, last), Category.NIR, level, "nir.en_lettres", WHY)


def _runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Return the first and last of the number words that follow one another, links between them aside."""
    first = last = -1
    for at in [i for i, word in enumerate(words) if word in _NUMBERS or (word.isdigit() and len(word) <= MOST_DIGITS)]:
        if first < 0 or not _LINKS.issuperset(words[last + 1 : at]):
            if first >= 0 and last - first >= FEWEST:
                yield first, last
            first = at
        last = at
    if first >= 0 and last - first >= FEWEST:
        yield first, last


def _spelled(words: Sequence[str]) -> str:
    """Return the digits that number words spell, each number being the longest that French allows.

    >>> _spelled("un quatre vingt cinq zero sept soixante dix huit zero zero six".split())
    '1850778006'
    """
    digits, at = "", 0
    while at < len(words):
        if words[at] in _LINKS:
            at += 1
            continue
        said, at = _repeated(words, at) or _number(words, at)
        digits += said
    return digits


def _repeated(words: Sequence[str], at: int) -> tuple[str, int] | None:
    """Return the zeros of « trois zéros », « trois fois zéro », « double zéro »."""
    times = {"double": 2, "triple": 3}.get(words[at]) or _UNITS.get(words[at], 0)
    after = at + 2 if words[at + 1 : at + 2] == ["fois"] else at + 1
    zero = words[after : after + 1]
    if 1 < times < 10 and (zero == ["zeros"] or (zero == ["zero"] and (after > at + 1 or words[at] in _TIMES))):
        return "0" * times, after + 1
    return None


def _number(words: Sequence[str], at: int) -> tuple[str, int]:
    if words[at] not in _SPELLED or words[at] in ("zero", "zeros"):
        return words[at] if words[at].isdigit() else "0" * words[at].startswith("zero"), at + 1
    hundreds, at = _hundreds(words, at)
    tens, at = _tens(words, at)
    return str(hundreds + tens), at


def _hundreds(words: Sequence[str], at: int) -> tuple[int, int]:
    if words[at] in ("cent", "cents"):
        return 100, at + 1
    if at + 1 < len(words) and words[at + 1] in ("cent", "cents") and 1 < _UNITS.get(words[at], 0) < 10:
        return _UNITS[words[at]] * 100, at + 2
    return 0, at


def _tens(words: Sequence[str], at: int) -> tuple[int, int]:
    if at >= len(words) or words[at] in _LINKS or words[at] == "zero":
        return 0, at
    if words[at] == "quatre" and at + 1 < len(words) and words[at + 1] in ("vingt", "vingts"):
        base, at = 80, at + 2
    elif words[at] in _TENS:
        base, at = _TENS[words[at]], at + 1
    else:
        base = 0
    if base and at + 1 < len(words) and words[at] == "et" and words[at + 1] in ("un", "une", "onze"):
        at += 1
    return _unit(words, at, base)


def _unit(words: Sequence[str], at: int, base: int) -> tuple[int, int]:
    value = _UNITS.get(words[at], 0) if at < len(words) else 0
    if value == 0 or (base not in (0, 60, 80) and value > 9):
        return base, at
    at += 1
    if value == 10 and at < len(words) and 7 <= _UNITS.get(words[at], 0) <= 9:
        return base + 10 + _UNITS[words[at]], at + 1
    return base + value, at
