"""Hints of the first tier that the sentence they stand in belies: nothing else in it reads like somebody's health."""

from collections.abc import Iterable, Iterator

from scanners.detectors.crossing import CROSSED
from scanners.detectors.phrases import FEWEST, MOST, shipped
from scanners.findings import Category, Finding, Level
from scanners.text import Text

BELIED = -2.5  # score under which a hint is let go, chosen on comments that the table was not learned from
# What is said in the midst of papers: no word around can belie it.
NEVER = frozenset(
    f"sante.{family}"
    for family in (
        "vigilance jugement sigle_ambigu prestation handicap_prestation arret protection maternite traitement "
        "structure hospitalisation"
    ).split()
)


def believed(text: Text, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Give the findings but for the hints that the words around them make unlikely; a refusal always stands."""
    index = 0
    for finding in findings:
        if _is_hint(finding):
            index, belied = _is_belied(text, finding, index)
            if belied:
                continue
        yield finding


def _is_hint(finding: Finding) -> bool:
    return (
        finding.category is Category.SANTE
        and finding.level is Level.A_VERIFIER
        and finding.rule not in NEVER
        and finding.why != CROSSED
    )


def _is_belied(text: Text, finding: Finding, index: int) -> tuple[int, bool]:
    """Return the word where a finding begins, sought from another, and whether its sentence belies it."""
    words = text.words
    while index + 1 < len(words) and text.original_span(index + 1, index + 1)[0] <= finding.start:
        index += 1
    first, end = text.sentence(index)
    first, end = max(first, index - MOST // 2), min(end, index + MOST // 2)
    return index, shipped().score(words[first:end], FEWEST) < BELIED
