"""Spell out what is typed as it sounds (« i peu pa marché » is « il peut pas marcher »), where a text is typed so.

What is read is another text; each of its characters remembers the place of the original that it stands for.
"""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scanners.fold import Folded, fold
from scanners.spelling import common_words, everyday_sounds, rare_words, sound
from scanners.text import Text

TEXTING = Path(__file__).parent / "lexicon" / "sms.toml"
ENOUGH = 2  # signs that a text is typed so: anybody writes one of them
_CEST = "c"
_WORD = re.compile(r"(?<![\w'’.@-])[^\W_]+(?![\w'’@-])")
# « du mal a respiré », « peu pa marché »: an infinitive typed as it sounds. It is looked for before a word in « é ».
_PAST = re.compile(r"é\b")
_REACH = 80  # characters from what calls for an infinitive to its end
_ABLE = re.compile(
    r"(?:\b(?:du mal|peine|arrive|arrivent|arive|ariv|commence|commencent|r?é?apprend)(?: (?:pas?|plus?|trop|bcp))?"
    r" [aà]|\b(?:peu[xt]?|pe|peuvent|pourra|pourrait|veu[tx]?|doit?|fo|faut|va)(?: (?:pas?|plus?|pu|mêm|meme|guere))*)"
    r"((?: (?:se|s|le|la|les|lui|y|en|bien|tou|tout|toute|seule?|trop))*) (?:s'|l')?"
    r"((?!(?:côté|santé|été|clé|né|café|thé|congé)\b)\w*[^\W\d]é)\b(?! par\b)",
    re.IGNORECASE,
)
_BEFORE_ABLE = frozenset(
    (
        "mal peine arrive arrivent arive ariv commence commencent apprend reapprend peu peut peux pe peuvent pourra "
        "pourrait veut veux veu doit doi fo faut va"
    ).split()
)
_ACCENTED_END = re.compile(r"[éè](?!\w)")
_GLUED = re.compile(r"(?:[ldjnsm]|qu)(?=[aeiouyhéèêâœ])")
_SEVERAL = frozenset("les ses des mes leurs deux trois quatre plusieurs quelques 2 3 4".split())
_SHORTEST = 4  # letters of a word that an article was glued to


@dataclass(frozen=True, slots=True)
class _When:
    """What a word stands for between two others."""

    to: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    not_before: re.Pattern[str] | None
    not_after: re.Pattern[str] | None

    def holds(self, before: str, after: str) -> bool:
        """Tell whether the words on either side (lower-case, empty at a break) are those that it takes."""
        return (
            (self.before is None or self.before.fullmatch(before) is not None)
            and (self.after is None or self.after.fullmatch(after) is not None)
            and (self.not_before is None or self.not_before.fullmatch(before) is None)
            and (self.not_after is None or self.not_after.fullmatch(after) is None)
        )


class Texting:
    """How words typed as they sound are spelled, by the words beside them."""

    def __init__(self, path: Path = TEXTING) -> None:
        data = tomllib.loads(path.read_text("utf-8"))
        self._marks = frozenset(data["marks"].split())
        self._sure = frozenset(data["sure"].split())
        signs = self._marks | self._sure
        # « c'est » is in most texts, and « c » is only a sign beside another.
        self._plain = frozenset(sign for sign in signs if sign.isascii()) - {_CEST}
        accented_signs = sorted(sign for sign in signs if not sign.isascii())
        if unlike := [sign for sign in accented_signs if not _ACCENTED_END.fullmatch(sign[-1])]:
            raise ValueError(f"signs that end with another letter: {unlike}")
        self._longest = max(map(len, accented_signs))
        accented = "|".join(accented_signs)
        self._accented = re.compile(rf"(?:^|(?<=[\s,.;:(]))(?:{accented})(?!\w)")
        self._rules: dict[str, list[_When]] = {}
        always = [{"words": [word], "to": to} for word, to in data["words"].items()]
        for raw in data["when"] + always:
            for word in raw["words"]:
                self._rules.setdefault(word, []).append(_when(raw))

    def may_be(self, text: Text) -> bool:
        """Tell whether signs enough may be there: most texts bear none or one, and are looked at no further."""
        found = self._plain & text.distinct
        if len(found) >= ENOUGH or (found and (_CEST in text.distinct or not self._sure.isdisjoint(found))):
            return True
        return self._bears_an_accented_sign(text.original)

    def _bears_an_accented_sign(self, original: str) -> bool:
        # Each ends with one of two letters, which are found ten times faster than what may stand before them.
        return any(
            self._accented.search(original, max(0, end.start() - self._longest), end.end() + 1) is not None
            for end in _ACCENTED_END.finditer(original)
        )

    def is_typed_so(self, words: list[str]) -> bool:
        """Tell whether a sure sign of it, or enough different ones, are among the words as typed."""
        return not self._sure.isdisjoint(words) or len(self._marks.intersection(words)) >= ENOUGH

    def spelling(self, word: str, before: str, after: str) -> str | None:
        """Return how a word is spelled between two others; None as it is typed."""
        return next((rule.to for rule in self._rules.get(word, ()) if rule.holds(before, after)), None)


@cache
def texting() -> Texting:
    """Return the table that ships with the product (read once)."""
    return Texting()


def _when(raw: dict[str, Any]) -> _When:
    sides = (raw.get(side) for side in ("before", "after", "not_before", "not_after"))
    return _When(raw["to"], *(None if side is None else re.compile(side) for side in sides))


def spelled_out(text: Text, known: Callable[[str], bool]) -> Text:
    """Return the text as it is spelled, or the text itself where nothing in it is typed as it sounds.

    `known` tells whether a folded word is, or sounds like, one of the vocabulary.
    """
    original = text.original
    changes = dict(_infinitives(original)) if not _BEFORE_ABLE.isdisjoint(text.distinct) else {}
    if texting().may_be(text):
        words = list(_WORD.finditer(original))
        if texting().is_typed_so([word.group() for word in words]):
            changes = {**changes, **dict(_changes(original, words, known))}
    return _changed(text, changes) if changes else text


def in_the_plural(words: list[str], known: Collection[str]) -> list[str]:
    """Return the words, each with its « s » after what announces several, where that is a word of the vocabulary.

    >>> in_the_plural(["ses", "dent", "tombent"], {"dents"})
    ['ses', 'dents', 'tombent']
    """
    many = zip(["", *words], words, strict=False)
    return [word + "s" if before in _SEVERAL and word + "s" in known else word for before, word in many]


def _infinitives(original: str) -> Iterator[tuple[tuple[int, int], str]]:
    done = 0
    for past in _PAST.finditer(original):
        able = _ABLE.search(original, max(done, past.end() - _REACH), past.end() + len(" par "))
        if able is None:
            continue
        done, infinitive = able.end(), able.group(2)[:-1] + "er"
        if fold(infinitive).text in rare_words():
            yield able.span(2), infinitive


def _changes(
    original: str, words: list[re.Match[str]], known: Callable[[str], bool]
) -> Iterator[tuple[tuple[int, int], str]]:
    typed = [word.group() if word.group().islower() or word.group().isdigit() else "" for word in words]
    for at, word in enumerate(words):
        if len(typed[at]) == 1 and _is_a_letter_apart(words, at):
            continue
        before = typed[at - 1] if at and _are_side_by_side(original, words[at - 1], word) else ""
        follows = at + 1 < len(words) and _are_side_by_side(original, word, words[at + 1])
        spelling = texting().spelling(typed[at], before, typed[at + 1] if follows else "")
        if spelling is None and typed[at].isalpha():
            spelling = _unglued(typed[at], known)
        if spelling is not None:
            yield word.span(), spelling


def _is_a_letter_apart(words: list[re.Match[str]], at: int) -> bool:
    """Tell whether a letter stands by another: « s é r o p o s i t i f » is one word."""
    return any(
        len(word.group()) == 1 and word.group().isalpha()
        for word in words[max(0, at - 1) : at] + words[at + 1 : at + 2]
    )


def _are_side_by_side(original: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return original[one.end() : other.start()].isspace()


def _unglued(word: str, known: Callable[[str], bool]) -> str | None:
    """Return a word apart from the article glued to it (« larttrose »), if it is one that is looked for."""
    glued = _GLUED.match(word)
    rest = word[glued.end() :] if glued else ""
    plain = fold(word).text
    if len(rest) < _SHORTEST or _is_everyday(plain) or not known(fold(rest).text):
        return None
    return f"{word[: len(word) - len(rest)]}'{rest}"


def _is_everyday(plain: str) -> bool:
    """Tell whether a word is French, or one of every day with its end unwritten (« dernié »)."""
    words = common_words()
    return any(plain + end in words for end in ("", "r", "t", "s", "x", "e")) or sound(plain) in everyday_sounds()


def _changed(text: Text, changes: dict[tuple[int, int], str]) -> Text:
    pieces: list[str] = []
    origin: list[int] = []
    done = 0
    for (start, end), spelling in sorted(changes.items()):
        pieces += (text.original[done:start], spelling)
        origin.extend(range(done, start))
        origin.extend(min(start + i, end - 1) for i in range(len(spelling)))
        done = end
    pieces.append(text.original[done:])
    origin.extend(range(done, len(text.original)))
    folded = fold("".join(pieces))
    places = origin if folded.origin is None else [origin[at] for at in folded.origin]
    return Text(text.original, Folded(folded.text, places, len(text.original)))
