"""What an entry may say: codes, counts and days, never a person's data nor a typed sentence."""

import re
from collections.abc import Mapping
from typing import Any

LONGEST_CODE = 64
MOST_VALUES = 200
LARGEST_COUNT = 10**9  # below any NIR, and any telephone number but those of nine digits

_ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.IGNORECASE)
_CODE = re.compile(rf"[A-Za-z0-9_.:+/-]{{0,{LONGEST_CODE}}}")
_NUMBER_OF_A_PERSON = re.compile(
    r"(?<![0-9A-Za-z])(?:[1-478][0-9]{4}(?:2[AB]|[0-9]{2})[0-9]{6}(?:[0-9]{2})?|(?:0|\+33)[1-9][0-9]{8})(?![0-9A-Za-z])",
    re.IGNORECASE,
)


class NotForTheTrail(ValueError):
    """The code tries to write in the trail what may be somebody's data: a mistake of ours, never of who types."""


def check_words(action: str, subject: str, actor: str, structure: str | None) -> None:
    """Refuse (NotForTheTrail) an action, or an identifier, that is not a code.

    >>> check_words("scan.refuse", "4f0c", "anonyme", None)
    """
    if not _ACTION.fullmatch(action) or len(action) > LONGEST_CODE:
        raise NotForTheTrail("an action is words in lower case, joined by dots")
    for word in (subject, actor, structure or ""):
        _check_code(word)


def check_details(details: Mapping[str, Any]) -> None:
    """Refuse (NotForTheTrail) details that are not counts, codes and days: no sentence, no name, no number of a person.

    >>> check_details({"levels": {"bloquant": 2}, "since": "2026-01-01", "scopes": ["scan"]})
    >>> check_details({"reason": "Madame D. a rappelé"})
    Traceback (most recent call last):
    governance.core.trail.rules.NotForTheTrail: a detail is a code of at most 64 letters, figures and signs, no space
    """
    for key, value in details.items():
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise NotForTheTrail("a detail is named by a short word")
        _check_value(value, depth=0)


def _check_value(value: object, depth: int) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) >= LARGEST_COUNT:
            raise NotForTheTrail("a count is below a thousand million")
    elif isinstance(value, str):
        _check_code(value)
    elif isinstance(value, list | tuple | Mapping) and depth < 2 and len(value) <= MOST_VALUES:
        if isinstance(value, Mapping):
            _check_keys(value)
        for one in value.values() if isinstance(value, Mapping) else value:
            _check_value(one, depth + 1)
    else:
        raise NotForTheTrail("a detail is a count, a code, a yes or no, or a short list of them")


def _check_keys(counts: Mapping[Any, Any]) -> None:
    for key in counts:
        if not isinstance(key, str):
            raise NotForTheTrail("a count is named by a code")
        _check_code(key)


def _check_code(word: str) -> None:
    if not _CODE.fullmatch(word):
        raise NotForTheTrail("a detail is a code of at most 64 letters, figures and signs, no space")
    if _NUMBER_OF_A_PERSON.search(word):
        raise NotForTheTrail("a code does not have the shape of a NIR or of a telephone number")
