"""Health data by vocabulary and context, in the levels of the annotation guide."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from scanners.contexts import Case
from scanners.detectors.crossing import crossed
from scanners.dictation import Dictation
from scanners.findings import Finding, Level
from scanners.placing import IMAGES, READ, Line, Placed
from scanners.text import Text, lazy
from scanners.vocabulary import DATA, Entry, Vocabulary, load


@cache
def shipped() -> "HealthWords":
    """Return the detector over the vocabulary that ships with the product (built once)."""
    return HealthWords(load())


@cache
def fingerprint() -> str:
    """Return a short name of the vocabulary's content, the same for the same files."""
    digest = sha256()
    for path in sorted(path for path in DATA.parent.rglob("*") if path.suffix in (".toml", ".bin")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class HealthWords:
    """Walks a vocabulary over a text; spelling mistakes are brought back to the vocabulary first."""

    def __init__(self, vocabulary: Vocabulary, *, spelling: bool = True) -> None:
        self.vocabulary = vocabulary
        self._dictation = Dictation(vocabulary) if spelling else None

    @lazy
    def whys(self) -> dict[str, str]:
        """Return what each rule says of what it finds, in French."""
        return self.vocabulary.whys()

    def find(self, text: Text) -> list[Finding]:
        """Return the health findings of a text, in order, none overlapping another."""
        original = text
        text, words = (text, text.words) if self._dictation is None else self._dictation.read(text)
        beginnings = self.vocabulary.beginnings(words)
        if not beginnings:
            return []
        line = Line(text, words)
        findings: list[Finding] = []
        done = quiet = 0
        for index in beginnings:
            form = None if index < done else self.vocabulary.longest(words, index)
            if form is None:
                continue
            end, finding = _read(line, index, index + form[0], form[1])
            # A form that means nothing protects what it holds, not what begins in it and goes beyond.
            if index < quiet and end <= quiet:
                continue
            if finding is None:
                quiet = end
            else:
                done = end
                findings.append(finding)
        original.remembered |= line.read
        return crossed(findings)


def _read(line: Line, first: int, end: int, entries: Sequence[Entry]) -> tuple[int, Finding | None]:
    """Return where the reading of a form ends, and the finding it makes, if any."""
    speaking = [entry for entry in entries if entry.level or entry.telling]
    if not speaking:
        return end, None
    place = Placed(line, first, end - 1)
    best = max([place.reading(entry) for entry in speaking], key=_weight)
    if best[1] is not None:
        line.read[READ].append(line.text.original_span(first, end - 1))
        if place.is_no_illness(best[0]):
            line.read[IMAGES].append(line.read[READ][-1])
            return end, None
    return place.end(best[2]), place.finding(*best)


def _weight(reading: tuple[Entry, Level | None, Case | None]) -> int:
    return 0 if reading[1] is None else reading[1].weight
