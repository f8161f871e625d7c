"""The words that a structure's DPO added or silenced."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field

from scanners.detectors import likely, phrases
from scanners.detectors.crossing import uncrossed
from scanners.detectors.health import HealthWords
from scanners.doubts import Forgiven
from scanners.findings import Category, Finding, Level
from scanners.fold import fold
from scanners.inflection import inflected
from scanners.text import Text
from scanners.vocabulary import Entry, Vocabulary

LIKELY = "mots probables"  # silenced like a word, it switches the second tier off for the structure
SECOND_TIER = frozenset((likely.RULE, phrases.RULE))
WHY = "Mot ajouté par le délégué à la protection des données de votre structure."


@dataclass(frozen=True)
class OwnWords:
    """Added words with their level, and silenced ones; built once per version of a structure's list."""

    added: tuple[tuple[str, Level], ...] = ()
    silenced: frozenset[str] = frozenset()
    forgiven: Forgiven | None = None
    _words: HealthWords = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        entries = [
            (form, Entry("vocabulaire", level, WHY), True) for word, level in self.added for form in inflected(word)
        ]
        object.__setattr__(self, "_words", HealthWords(Vocabulary(entries), spelling=False))

    @classmethod
    def of(cls, added: Iterable[tuple[str, Level]], silenced: Iterable[str]) -> "OwnWords":
        """Return the words, silenced ones in every number and gender."""
        quiet = frozenset(key(form) for word in silenced for form in inflected(word))
        return cls(tuple(added), quiet)

    def forgiving(self, forgiven: Forgiven | None) -> "OwnWords":
        """Return the same words with the false alarms that were accepted; nothing is built again."""
        if forgiven == self.forgiven:
            return self
        other = copy(self)
        object.__setattr__(other, "forgiven", forgiven)
        return other

    def find(self, text: Text) -> list[Finding]:
        """Return the findings of the added words."""
        return self._words.find(text)

    def heard(self, original: str, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings of a text that are not silenced; what is makes no refusal with others either."""
        text = Text.of(original)
        return uncrossed([one for one in findings if not self._silences(text, one)])

    def _silences(self, text: Text, finding: Finding) -> bool:
        """Tell whether a health finding is a silenced word or tier, or an accepted false alarm; a NIR never is."""
        if finding.rule in SECOND_TIER and LIKELY in self.silenced:
            return True
        if self.forgiven is not None and self.forgiven.holds(text, finding):
            return True
        return finding.category is Category.SANTE and key(text.original[finding.start : finding.end]) in self.silenced


def key(word: str) -> str:
    """Return the form under which two spellings of a word are the same word."""
    return " ".join(fold(word).text.replace("-", " ").replace("'", " ").split())
