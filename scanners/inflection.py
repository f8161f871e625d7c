"""Plurals, feminines, persons, imperfect of French forms, generously: a form that does not exist harms nobody."""

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
_MINE = {"se": "me", "s": "m"}
# he : I : they : stem of the imperfect
_IRREGULAR = {
    he: others
    for he, *others in (
        verb.split(":")
        for verb in (
            "a:ai:ont:av est:suis:sont:ét fait:fais:font:fais prend:prends:prennent:pren va:vais:vont:all "
            "voit:vois:voient:voy boit:bois:boivent:buv dort:dors:dorment:dorm sort:sors:sortent:sort "
            "peut:peux:peuvent:pouv sait:sais:savent:sav tient:tiens:tiennent:ten vit:vis:vivent:viv "
            "entend:entends:entendent:entend perd:perds:perdent:perd suit:suis:suivent:suiv "
            "vient:viens:viennent:ven doit:dois:doivent:dev veut:veux:veulent:voul met:mets:mettent:mett "
            "attend:attends:attendent:attend sent:sens:sentent:sent devient:deviens:deviennent:deven "
            "croit:crois:croient:croy dit:dis:disent:dis comprend:comprends:comprennent:compren "
            "répond:réponds:répondent:répond vomit:vomis:vomissent:vomiss maigrit:maigris:maigrissent:maigriss "
            "grossit:grossis:grossissent:grossiss meurt:meurs:meurent:mour court:cours:courent:cour "
            "reçoit:reçois:reçoivent:recev ressent:ressens:ressentent:ressent revoit:revois:revoient:revoy "
            "reprend:reprends:reprennent:repren revient:reviens:reviennent:reven "
            "apprend:apprends:apprennent:appren subit:subis:subissent:subiss gémit:gémis:gémissent:gémiss "
            "rit:ris:rient:ri craint:crains:craignent:craign"
        ).split()
    )
}


def conjugated(form: str, known: Container[str]) -> Iterator[str]:
    """Give a form whose first verb is said of others (I, they) and in the imperfect; `known` tells the folded words.

    >>> list(conjugated("ne voit plus", ()))
    ['ne voient plus', 'ne voyait plus', 'ne voyaient plus', 'je ne vois plus', 'je ne voyais plus']
    >>> list(conjugated("se gratte", {"gratter", "grattait"}))[3], list(conjugated("grippe", ()))
    ('je me gratte', [])
    """
    words = form.split()
    at = next((i for i, word in enumerate(words) if word not in _CLITICS), None)
    if at is None:
        return
    before, elided, he = words[at].rpartition("'")
    verb = _IRREGULAR.get(he) or _first_group(he, known)
    if verb is None:
        return
    me, they, stem = verb
    after = words[at + 1 :]
    mine = [_MINE.get(word, word) for word in words[:at]]
    for said in (they, stem + "ait", stem + "aient"):
        yield " ".join([*words[:at], before + elided + said, *after])
    if len(words) == 1 or (me == he and mine == words[:at]):  # « bois » alone is wood
        return
    for said in (me, stem + "ais"):
        yield " ".join(["je", *mine, _MINE.get(before, before) + elided + said, *after])


def _first_group(he: str, known: Container[str]) -> list[str] | None:
    stem = he[:-1] + ("e" if he.endswith("ge") else "")
    if len(he) < 5 or not he.endswith("e") or fold(he[:-1]).text + "er" not in known:
        return None
    return [he, he + "nt", stem] if fold(stem).text + "ait" in known else None
