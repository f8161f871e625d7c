"""The words that a structure's DPO added or silenced."""

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field

from scanners.detectors.crossing import uncrossed
from scanners.detectors.health import HealthWords
from scanners.doubts import Forgiven
from scanners.findings import Category, Finding, Level
from scanners.fold import fold
from scanners.inflection import inflected
from scanners.text import Text
from scanners.tiers import OWN_FAMILY, Tier, find_unnamed, tier_of
from scanners.vocabulary import Entry, Vocabulary

WHY = "Mot ajouté par le délégué à la protection des données de votre structure."


@dataclass(frozen=True)
class OwnWords:
    """Added words with their level, silenced ones, tiers off; built once per version of a structure's list."""

    added: tuple[tuple[str, Level], ...] = ()
    silenced: frozenset[str] = frozenset()
    forgiven: Forgiven | None = None
    off: frozenset[Tier] = frozenset()
    _words: HealthWords = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        entries = [
            (form, Entry(OWN_FAMILY, level, WHY), True) for word, level in self.added for form in inflected(word)
        ]
        object.__setattr__(self, "_words", HealthWords(Vocabulary(entries), spelling=False))

    @classmethod
    def of(cls, added: Iterable[tuple[str, Level]], silenced: Iterable[str]) -> "OwnWords":
        """Return the words, silenced ones in every number and gender; the words of a tier switch it off."""
        silenced = tuple(silenced)
        quiet = frozenset(key(form) for word in silenced for form in inflected(word))
        off = frozenset(tier for word in silenced if (tier := tier_named(word)) is not None)
        return cls(tuple(added), quiet, off=off)

    def forgiving(self, forgiven: Forgiven | None) -> "OwnWords":
        """Return the same words with the false alarms that were accepted; nothing is built again."""
        if forgiven == self.forgiven:
            return self
        other = copy(self)
        object.__setattr__(other, "forgiven", forgiven)
        return other

    def with_every_tier(self) -> "OwnWords":
        """Return the same words with no tier off: what the service itself sends is read whole."""
        if not self.off:
            return self
        other = copy(self)
        object.__setattr__(other, "off", frozenset())
        return other

    def find(self, text: Text) -> list[Finding]:
        """Return the findings of the added words."""
        return self._words.find(text)

    def heard(self, original: str, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings of a text that are not silenced; what is makes no refusal with others either."""
        text = Text.of(original)
        if Tier.NAMED in self.off:
            findings = self._unnamed(text, findings)
        return uncrossed([one for one in findings if not self._silences(text, one)])

    def _unnamed(self, text: Text, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Give the findings of a text without the first tier, and what it spoke for: own words, what is likely."""
        yield from (one for one in findings if tier_of(one) is not Tier.NAMED)
        yield from self.find(text)
        if Tier.LIKELY not in self.off:
            yield from find_unnamed(text)

    def _silences(self, text: Text, finding: Finding) -> bool:
        """Tell whether a health finding is a silenced word or tier, or an accepted false alarm; a NIR never is."""
        if tier_of(finding) in self.off:
            return True
        if self.forgiven is not None and self.forgiven.holds(text, finding):
            return True
        return finding.category is Category.SANTE and key(text.original[finding.start : finding.end]) in self.silenced


def tier_named(word: str) -> Tier | None:
    """Return the tier that silencing a word switches off: the words of a tier, however they are spelled.

    >>> tier_named("Mots NOMMES").value, tier_named("mots")
    ('nomme', None)
    """
    return next((tier for tier in Tier if key(tier.words) == key(word)), None)


def key(word: str) -> str:
    """Return the form under which two spellings of a word are the same word."""
    return " ".join(fold(word).text.replace("-", " ").replace("'", " ").split())
