"""The two tiers of health data, what is named and what is only likely, each of which a structure may switch off.

With the first one off, the second hears every sentence: none has a named word to speak for it any more.
"""

from collections.abc import Collection, Iterator
from enum import StrEnum

from scanners.detectors import health, likely, phrases
from scanners.findings import Category, Finding
from scanners.text import Text

OWN_FAMILY = "vocabulaire"  # of the words that a structure added: they are its own, whatever it switches off
OWN_RULE = f"sante.{OWN_FAMILY}"


class Tier(StrEnum):
    """What is looked for: health data that is named, or that is only likely; the same words in API and receipts."""

    NAMED = "nomme"
    LIKELY = "probable"

    @property
    def words(self) -> str:
        """Return what is silenced, in a structure's words, to switch the tier off."""
        return {Tier.NAMED: "mots nommés", Tier.LIKELY: "mots probables"}[self]


SAID_OF = {Tier.NAMED: "ce qui est nommé", Tier.LIKELY: "ce qui n'est que probable"}
_SECOND = frozenset((likely.RULE, phrases.RULE))


def tier_of(finding: Finding) -> Tier | None:
    """Return the tier of a finding; none for a NIR, an identity, a structure's own word or a configured detector."""
    if finding.category is not Category.SANTE or finding.rule == OWN_RULE:
        return None
    if finding.rule in _SECOND:
        return Tier.LIKELY
    return Tier.NAMED if finding.rule.startswith("sante.") else None


def find_unnamed(text: Text) -> Iterator[Finding]:
    """Find what is likely where nothing is looked for by its name; an image of an illness stays an image."""
    yield from likely.find_likely(text)
    health.shipped().find(text)  # remembers the images
    yield from phrases.find_phrases(text, alone=True)


def in_force(off: Collection[Tier]) -> list[str]:
    """Return the tiers that are on, as the API and receipts say them.

    >>> in_force({Tier.NAMED})
    ['probable']
    """
    return [tier.value for tier in Tier if tier not in off]


def unlooked(off: Collection[Tier]) -> str | None:
    """Return what a structure does not have looked for, as who has a text checked must know it; None for little."""
    if Tier.NAMED not in off:
        return None
    what = (
        "Les données de santé" if Tier.LIKELY in off else "Les données de santé nommées (maladies, soins, handicaps…)"
    )
    return f"{what} ne sont pas cherchées dans votre structure, par choix de son délégué à la protection des données."
