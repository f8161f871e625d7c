"""Find NIRs that a machine misread on a picture: one or two digits wrong, letters for digits, one lost or doubled.

For text read by OCR only: in typed text these tolerances would cry wolf.
"""

import re
from collections.abc import Iterator

from scanners.findings import Category, Finding, Level
from scanners.nir import SEXES, has_structure, is_grouped

RULE = "nir.mal_lu"
WHY = "Un numéro lu sur une image, construit comme un NIR à un ou deux caractères près."

_LOOKS = "0-9OoQDIl|!iSsBZzGA"
_RUN = re.compile(rf"(?<![0-9A-Za-zÀ-ÿ])[{_LOOKS}](?:[ \n.,\-/_':;]{{0,2}}[{_LOOKS}ab]){{11,16}}(?![0-9A-Za-zÀ-ÿ])")
_GROUP = re.compile(rf"[{_LOOKS}ab]+")
_AS_DIGITS = str.maketrans("OoQDIl|!iSsBbZzGAa", "000011111558822644")
_CORSICA = {"2A", "2B", "2a", "2b"}
_SHAPES = ([1, 2, 2, 2, 3, 3, 2], [1, 2, 2, 2, 3, 3])
_WHOLE = ([15], [13], [13, 2])
_ABOUT = re.compile(
    r"\b(?:nir|nia|nss|s[ée]cu|s[ée]curit[ée] sociale|immatricul|assur[ée]|insee|vitale)", re.IGNORECASE
)
_NEAR = 60
_FEWEST = 8  # true digits


def find_misread(text: str) -> Iterator[Finding]:
    """Find the numbers of a text read by a machine that are nearly built like a NIR."""
    for run in _RUN.finditer(text):
        if sum(letter.isdigit() for letter in run.group()) < _FEWEST:
            continue
        span = _nearly(text, *run.span())
        if span is not None:
            yield Finding(*span, Category.NIR, Level.A_VERIFIER, RULE, WHY)


def _nearly(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the stretch of whole groups that is nearly a NIR, the longest first, or None."""
    groups = [found.span() for found in _GROUP.finditer(text, start, end)]
    is_announced = _ABOUT.search(text, max(0, start - _NEAR), start) is not None
    for size in range(len(groups), 0, -1):
        for first in range(len(groups) - size + 1):
            some = groups[first : first + size]
            words = [text[a:b] for a, b in some]
            if _is_near(words, is_announced=is_announced, is_whole=size == len(groups)):
                return some[0][0], some[-1][1]
    return None


def _is_near(words: list[str], *, is_announced: bool, is_whole: bool) -> bool:
    lengths = [len(word) for word in words]
    number = _as_number("".join(words))
    if len(number) in (13, 15):
        cost = _cost(number[:13])
        if len(words) > 2 and is_grouped(lengths):
            return cost <= 2
        return is_whole and lengths in _WHOLE and cost <= (1 if is_announced else 0)
    return any(_differ_once(lengths, shape) for shape in _SHAPES) and number[0] in SEXES


def _as_number(raw: str) -> str:
    """Return the characters as the digits they were taken for; the A and B of Corsica stay.

    >>> _as_number("1B5O77BOO6OOOI3"), _as_number("299O12AOO4OOO58")
    ('185077800600013', '299012a00400058')
    """
    corsica = raw[5:7].lower() if raw[5:7] in _CORSICA else ""
    number = raw.translate(_AS_DIGITS)
    return number[:5] + corsica + number[7:] if corsica else number


def _cost(number: str) -> int:
    """Return how many characters at least must change for 13 characters to be built like a NIR.

    >>> _cost("1850778006000"), _cost("4851578006000"), _cost("7850000006000")
    (0, 2, 3)
    """
    if has_structure(number):
        return 0
    cost = int(number[0] not in SEXES)
    cost += number[3:5] == "00" or "13" <= number[3:5] <= "19"
    return cost + (number[5:7] == "00")


def _differ_once(lengths: list[int], shape: list[int]) -> bool:
    """Say whether one group only has one character too many or too few.

    >>> _differ_once([1, 2, 2, 2, 2, 3, 2], [1, 2, 2, 2, 3, 3, 2]), _differ_once([2, 2, 4, 5], [1, 2, 2, 2, 3, 3, 2])
    (True, False)
    """
    if len(lengths) != len(shape):
        return False
    return sorted(abs(one - other) for one, other in zip(lengths, shape, strict=True))[-2:] == [0, 1]
