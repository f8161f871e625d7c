"""The number of registration in the directory (NIR): its structure and its key, as plain functions.

Source: décret 82-103, art. 4; structure as the Assurance Maladie's own validator reads it.
"""

import re

# First digits that are a sex, and those of provisional numbers (NNP 7-8, MIG 5-6, older temporary 3-4).
SEXES = "12"
_STRUCTURE = re.compile(r"[1-8]\d\d(?:0[1-9]|1[0-2]|[2-9]\d)(?:0[1-9]|[1-8]\d|9[0-9]|2[ab])\d{6}")
_PROVISIONAL = re.compile(r"[3-8][12]\d{11}")
# Where the groups of a written NIR may be parted: sex, year, month, département (two or three), commune, order, key.
_BOUNDARIES = frozenset({1, 3, 5, 7, 8, 10, 13})


def has_structure(number: str) -> bool:
    """Tell whether 13 folded characters are built like a NIR or a NIA.

    >>> has_structure("1850778006000"), has_structure("299012a004000"), has_structure("1851378006000")
    (True, True, False)
    """
    return number[0] in SEXES and _STRUCTURE.fullmatch(number) is not None


def is_usual(number: str) -> bool:
    """Tell whether the month of birth is a month, as in nearly every NIR: chance alone seldom gives one.

    >>> is_usual("1850778006000"), is_usual("1856278006000")
    (True, False)
    """
    return "01" <= number[3:5] <= "12"


def is_provisional(number: str) -> bool:
    """Tell whether 13 digits are built like a provisional number (NNP, MIG, older temporary ones)."""
    return number[0] not in SEXES and any(built.fullmatch(number) for built in (_PROVISIONAL, _STRUCTURE))


def key(number: str) -> int:
    """Return the control key, 1 to 97, of 13 folded characters (2A counts as 19, 2B as 18).

    >>> key("1850778006000"), key("299012a004000"), key("187122b033000")
    (13, 58, 29)
    """
    return 97 - int(number.replace("2a", "19").replace("2b", "18")) % 97


def has_key(number: str) -> bool:
    """Tell whether 15 folded characters end with the right key.

    >>> has_key("185077800600013"), has_key("185077800600014"), has_key("185077800600000")
    (True, False, False)
    """
    return number[13:].isdigit() and int(number[13:]) == key(number[:13])


def is_grouped(lengths: list[int]) -> bool:
    """Tell whether groups of these lengths are parted only where a NIR is.

    >>> is_grouped([1, 2, 2, 2, 3, 3, 2]), is_grouped([13, 2]), is_grouped([2, 2, 4, 5])
    (True, True, False)
    """
    at = 0
    for length in lengths[:-1]:
        at += length
        if at not in _BOUNDARIES:
            return False
    return True
