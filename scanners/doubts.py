"""What a person called a false alarm: known again by a keyed hash, never by its words.

The hash is that of the folded span, the rule and the company the span was in. Two spans that differ by a letter, a rule
or a kind of sentence are two doubts, so that what is forgiven in one place is still asked about in another. What is
refused is another doubt than the same words when they are only asked about: who forgave a question forgave no refusal.
"""

import hmac
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from scanners.findings import Category, Finding, Level
from scanners.fold import fold
from scanners.senses import senses
from scanners.text import Text

_WORD = re.compile(r"\w+")  # an abbreviation may be found with its point, or without

# The kinds of company that the DPO reads beside a doubt, the first that holds.
COMPANY = {
    "soin": "dans une phrase qui parle de soins ou du corps",
    "personne": "dans une phrase qui parle d'une personne",
    "chose": "dans une phrase qui parle de papiers, d'argent, d'objets ou d'institutions",
    "rien": "dans une phrase qui ne dit pas de quoi elle parle",
}


class Decision(StrEnum):
    """What a DPO answers: it was no health datum and is no longer asked about; or it was one."""

    ACCEPTED = "acceptee"
    REFUSED = "refusee"


def company(text: Text, finding: Finding) -> str:
    """Return the kind of company a finding is in: care, a person, a thing, or none.

    >>> company(Text.of("Son fils a une carte."), Finding(17, 20, Category.SANTE, Level.A_VERIFIER, "r", ""))
    'personne'
    """
    places = range(len(text.words))
    begun = bisect_right(places, finding.start, key=lambda i: text.original_span(i, i)[1])
    ended = bisect_left(places, finding.end, key=lambda i: text.original_span(i, i)[0])
    first, classes = _sentence(text, begun)
    around = {*classes[: max(begun - first, 0)], *classes[max(ended - first, 0) :]}
    if around & {"soin", "corps"}:
        return "soin"
    if around & {"personne"}:
        return "personne"
    return "chose" if around - {None, "moi"} else "rien"


def _sentence(text: Text, at: int) -> tuple[int, list[str | None]]:
    """Return the first word of the sentence that holds a word, and the class of each: worked out once for a text."""
    first, end = text.sentence(at)
    known: dict[int, list[str | None]] = text.remembered.setdefault("company", {})
    if first not in known:
        known[first] = [senses().class_of(word) for word in text.words[first:end]]
    return first, known[first]


def may_be_forgiven(finding: Finding) -> bool:
    """Tell whether a finding may become a doubt: a health datum, asked about or refused; a NIR never is."""
    return finding.category is Category.SANTE and finding.level in (Level.A_VERIFIER, Level.BLOQUANT)


def is_refusal(finding: Finding) -> bool:
    """Tell whether a finding refuses what may become a doubt."""
    return may_be_forgiven(finding) and finding.level is Level.BLOQUANT


def digest(key: bytes, text: Text, finding: Finding, level: Level | None = None) -> bytes:
    """Return the hash under which a finding is known again, at its level or another; nothing is read back from it."""
    span = " ".join(_WORD.findall(fold(text.original[finding.start : finding.end]).text))
    parts = [span, finding.rule, company(text, finding)]
    if (level or finding.level) is Level.BLOQUANT:
        parts.append(Level.BLOQUANT.value)
    return hmac.digest(key, "\0".join(parts).encode("utf-8", "surrogatepass"), "sha256")


@dataclass(frozen=True, slots=True)
class Forgiven:
    """The doubts that a structure's DPO accepted, and the key that hashes were made with."""

    key: bytes = field(repr=False)
    digests: Collection[bytes] = frozenset()

    def holds(self, text: Text, finding: Finding) -> bool:
        """Tell whether a finding is one of those; who forgave a refusal forgave the question too."""
        if not self.digests or not may_be_forgiven(finding):
            return False
        levels = {finding.level, Level.BLOQUANT}
        return any(digest(self.key, text, finding, level) in self.digests for level in levels)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a refusal that was called a mistake stands: reported, or answered, and since when."""

    decision: Decision | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Disputes:
    """The refusals that the person asking called mistakes, and those that their DPO keeps, by their hash."""

    key: bytes = field(repr=False)
    standings: Mapping[bytes, Standing]

    def of(self, text: Text, finding: Finding) -> Standing | None:
        """Return where a finding stands; None where it can be reported, or is no refusal."""
        return self.standings.get(digest(self.key, text, finding)) if is_refusal(finding) else None
