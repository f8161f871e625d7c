"""Text in, findings out: pure, deterministic, total. Imports neither governance nor Flask."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scanners.detectors import health, likely, nir, numbers, phrases, spoken, third_parties
from scanners.findings import Finding
from scanners.own_words import OwnWords
from scanners.presidio import LANGUAGE, DetectorsRecognizer, analyzer, as_finding
from scanners.presidio_alone import EntityRecognizer
from scanners.text import Text

VERSION = "1"
LONGEST = 2_000_000


class TextTooLong(ValueError):
    """The text exceeds what one scan accepts (2,000,000 characters)."""


@dataclass(frozen=True, slots=True)
class Detector:
    """A name and what it finds where a text holds digits enough; the ground it takes is closed to those that follow."""

    name: str
    find: Callable[[Text], Iterable[Finding]]
    fewest: int = 0  # digits


# In this order: what is certain first, then what would be mistaken for a NIR, then the NIRs that need a context.
DETECTORS = (
    Detector("email", numbers.find_emails),
    Detector("iban", numbers.find_ibans, numbers.FEWEST_IN_IBAN),
    Detector("nir_certain", nir.find_certain_nirs, nir.FEWEST),
    Detector("telephone", numbers.find_phones, numbers.FEWEST_IN_PHONE),
    Detector("etablissement", numbers.mask_establishments, numbers.FEWEST_IN_SIRET),
    Detector("date_naissance", numbers.find_birth_dates, numbers.FEWEST_IN_DATE),
    Detector("nir_probable", nir.find_likely_nirs, nir.FEWEST),
    Detector("nir_en_morceaux", nir.find_split_nirs, nir.FEWEST_SPLIT),
    Detector("nir_partiel", nir.find_partial_nirs, nir.SHORTEST_HIDDEN),
    Detector("nir_dicte", spoken.find_spoken_nirs),
    Detector("adresse", numbers.find_addresses, 1),
    Detector("nom_tiers", third_parties.find_related),
    Detector("sante", lambda text: health.shipped().find(text)),
    Detector("sante_probable", likely.find_likely),
    Detector("phrase_probable", phrases.find_phrases),
)


class Scanner:
    """Presidio over the detectors; with `names`, the language model looks for third parties too."""

    def __init__(self, *, names: bool = False, configuration: Path | None = None) -> None:
        recognizers = [DetectorsRecognizer("vigie", lambda text, _: _found(text))]
        if names:
            recognizers.append(DetectorsRecognizer("noms", third_parties.find_named))
        self._engine = analyzer(recognizers, configuration)

    def scan(self, text: str, own: OwnWords | None = None) -> tuple[Finding, ...]:
        """Return the findings of a text, in order, none overlapping another.

        `own` are the words that a structure added or silenced. Raises TextTooLong beyond 2,000,000 characters.
        """
        if len(text) > LONGEST:
            raise TextTooLong(f"{LONGEST} caractères au plus")
        results = self._engine.analyze(text, LANGUAGE, ad_hoc_recognizers=_recognizers(own))
        if not results:
            return ()
        found = (as_finding(result) for result in results)
        return tuple(_resolved(found if own is None else own.heard(text, found)))


@cache
def default() -> Scanner:
    """Return the scanner without the language model, built once."""
    return Scanner()


def scan(text: str) -> tuple[Finding, ...]:
    """Return the findings of a text with the vocabulary that ships.

    >>> [(f.category.value, f.level.value) for f in scan("NIR 1 85 07 78 006 000 13")]
    [('nir', 'bloquant')]
    """
    return default().scan(text)


def _recognizers(own: OwnWords | None) -> list[EntityRecognizer] | None:
    if own is None or not own.added:
        return None
    return [DetectorsRecognizer("structure", lambda text, _: own.find(Text.of(text)))]


def _found(original: str) -> Iterator[Finding]:
    text = Text.of(original)
    digits = text.digits
    for detector in DETECTORS:
        if digits >= detector.fewest:
            yield from detector.find(text)


def _resolved(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Keep, where findings overlap, the gravest, then the longest."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.start, -f.end)):
        if kept and finding.start < kept[-1].end:
            if _gravity(finding) > _gravity(kept[-1]):
                kept[-1] = finding
            continue
        kept.append(finding)
    return iter(kept)


def _gravity(finding: Finding) -> tuple[int, int]:
    return finding.level.weight, finding.end - finding.start


def versions() -> dict[str, Any]:
    """Return the versions that a receipt bears: engine and vocabulary (by content)."""
    return {"engine": VERSION, "lexicon": health.fingerprint()}
