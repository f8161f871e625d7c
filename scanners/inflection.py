"""Plurals and feminines of French forms, generously: a form that does not exist harms nobody."""

from collections.abc import Iterator
from functools import cache

_SMALL = frozenset(
    "a à au aux d de des du dans en et l la le les par pour sans sous sur un une chez avec n ne pas plus".split()
)
_FEMININE = (
    ("teur", "trice"),
    ("eux", "euse"),
    ("eur", "euse"),
    ("if", "ive"),
    ("ien", "ienne"),
    ("el", "elle"),
    ("et", "ette"),
)
_PLAIN_E = ("é", "u", "i", "l", "t", "nt", "in", "ain", "an", "d", "r")


def inflected(form: str) -> Iterator[str]:
    """Return a form, then its plural and feminine where the last or every word takes one.

    >>> list(inflected("dépressif"))
    ['dépressif', 'dépressifs', 'dépressive', 'dépressives']
    """
    words = form.split()
    if not words:
        return
    yield form
    if len(words) == 1:
        yield from _single(form)
    else:
        yield " ".join([*words[:-1], _plural(words[-1])])
        yield " ".join([_plural(words[0]), *words[1:]])
        yield " ".join(w if w in _SMALL or "'" in w else _plural(w) for w in words)


def _single(word: str) -> Iterator[str]:
    if len(word) < 4 or not word[-1].isalpha():
        return
    plural = _plural(word)
    if plural != word:
        yield plural
    feminine = _feminine(word)
    if feminine is not None:
        yield feminine
        yield feminine + "s"


@cache
def _plural(word: str) -> str:
    if word in _SMALL or word[-1] in "sxz":
        return word
    if word.endswith("al") and len(word) > 4:
        return word[:-2] + "aux"
    return word + ("x" if word.endswith(("eau", "eu")) else "s")


def _feminine(word: str) -> str | None:
    for ending, by in _FEMININE:
        if word.endswith(ending):
            return word[: -len(ending)] + by
    return word + "e" if word.endswith(_PLAIN_E) else None
