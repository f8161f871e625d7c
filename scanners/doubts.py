"""What a person called a false alarm: known again by a keyed hash, never by its words.

The hash is that of the folded span, the rule and the company the span was in. Two spans that differ by a letter, a rule
or a kind of sentence are two doubts, so that what is forgiven in one place is still asked about in another.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from scanners.findings import Category, Finding, Level
from scanners.fold import fold
from scanners.senses import senses
from scanners.text import Text

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


def company(text: str, finding: Finding) -> str:
    """Return the kind of company a finding is in: care, a person, a thing, or none.

    >>> company("Son fils a une carte.", Finding(17, 20, Category.SANTE, Level.A_VERIFIER, "r", ""))
    'personne'
    """
    cut = Text.of(text)
    at = next((i for i in range(len(cut.words)) if cut.original_span(i, i)[1] > finding.start), 0)
    first, end = cut.sentence(at)
    inside = range(first, end) if cut.words else ()
    around = {
        senses().class_of(cut.words[i])
        for i in inside
        if cut.original_span(i, i)[1] <= finding.start or cut.original_span(i, i)[0] >= finding.end
    }
    if around & {"soin", "corps"}:
        return "soin"
    if around & {"personne"}:
        return "personne"
    return "chose" if around - {None, "moi"} else "rien"


def may_be_forgiven(finding: Finding) -> bool:
    """Tell whether a finding may become a doubt: a refusal never does, nor anything but health."""
    return finding.category is Category.SANTE and finding.level is Level.A_VERIFIER


def digest(key: bytes, text: str, finding: Finding) -> bytes:
    """Return the hash under which a finding is known again; nothing can be read back from it."""
    span = " ".join(fold(text[finding.start : finding.end]).text.split())
    message = "\0".join((span, finding.rule, company(text, finding))).encode("utf-8", "surrogatepass")
    return hmac.digest(key, message, "sha256")


@dataclass(frozen=True, slots=True)
class Forgiven:
    """The doubts that a structure's DPO accepted, and the key that hashes were made with."""

    key: bytes = field(repr=False)
    digests: Collection[bytes] = frozenset()

    def holds(self, text: str, finding: Finding) -> bool:
        """Tell whether a finding is one of those."""
        return bool(self.digests) and may_be_forgiven(finding) and digest(self.key, text, finding) in self.digests
