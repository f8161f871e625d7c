"""The second tier: what no list holds but medicine alone would say is to be checked, never refused."""

import pytest

from scanners.detectors.likely import RULE
from scanners.engine import Scanner, scan
from scanners.findings import Level
from scanners.own_words import OwnWords
from scanners.tiers import Tier


@pytest.mark.parametrize(
    "word", ["thoracoscopie", "mastoïdectomie", "myocardiopathie", "tulathromycine", "leucocytose"]
)
def test_a_word_built_like_a_medical_term_is_to_be_checked(word: str) -> None:
    (finding,) = scan(f"Elle parle de {word} depuis lundi.")

    assert (finding.rule, finding.level) == (RULE, Level.A_VERIFIER)


@pytest.mark.parametrize(
    "text",
    [
        "Une polémique sympathique et académique.",
        "Elle étudie la spectroscopie.",
        "M. Lafaurie attend sa carte.",
        "Rue de la Laparothérapie.",
        "Atelier sur la phagocytose pour les agents.",
    ],
)
def test_a_french_word_a_name_a_street_or_a_workshop_is_not(text: str) -> None:
    assert scan(text) == ()


def test_a_structure_switches_the_second_tier_off_and_keeps_the_first() -> None:
    own = OwnWords.of([], [Tier.LIKELY.words])

    found = Scanner().scan("Thoracoscopie et diabète.", own)

    assert [finding.level for finding in found] == [Level.BLOQUANT]
