"""Plurals, feminines and the imperfect of French forms, generously: a form that does not exist harms nobody."""

from collections.abc import Container, Iterator
from functools import cache

from scanners.fold import fold

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


_CLITICS = frozenset("ne n n' se s s' y en me m m' le la les lui".split())
_IMPERFECT = dict(
    pair.split(":")
    for pair in (
        "a:avait est:était fait:faisait prend:prenait va:allait voit:voyait boit:buvait dort:dormait sort:sortait "
        "peut:pouvait sait:savait tient:tenait vit:vivait entend:entendait perd:perdait suit:suivait vient:venait "
        "doit:devait veut:voulait met:mettait attend:attendait sent:sentait devient:devenait croit:croyait dit:disait "
        "comprend:comprenait répond:répondait vomit:vomissait maigrit:maigrissait grossit:grossissait meurt:mourait "
        "court:courait reçoit:recevait ressent:ressentait revoit:revoyait reprend:reprenait revient:revenait "
        "apprend:apprenait subit:subissait gémit:gémissait rit:riait craint:craignait"
    ).split()
)


def in_the_past(form: str, known: Container[str]) -> str | None:
    """Return a form whose first verb is told in the imperfect; `known` tells the folded French words.

    >>> in_the_past("ne voit plus", ()), in_the_past("tousse", {"toussait", "tousser"}), in_the_past("grippe", ())
    ('ne voyait plus', 'toussait', None)
    """
    words = form.split()
    at = next((i for i, word in enumerate(words) if word not in _CLITICS), None)
    if at is None:
        return None
    before, elided, verb = words[at].rpartition("'")
    past = _IMPERFECT.get(verb) or _first_group(verb, known)
    return past and " ".join([*words[:at], before + elided + past, *words[at + 1 :]])


def _first_group(verb: str, known: Container[str]) -> str | None:
    stem = verb[:-1] + ("e" if verb.endswith("ge") else "")
    if len(verb) < 5 or not verb.endswith("e") or fold(verb[:-1]).text + "er" not in known:
        return None
    return stem + "ait" if fold(stem).text + "ait" in known else None
