"""What stands in a file that was read: what is found in any text, and what only pictures call for."""

from collections.abc import Iterator

from scanners.detectors.misread import find_misread
from scanners.documents.names import GPS
from scanners.documents.passages import Flow, Reading
from scanners.engine import LONGEST, Scanner
from scanners.findings import Category, Finding, Level
from scanners.own_words import OwnWords

_WHERE_TAKEN = "La photo garde les coordonnées du lieu où elle a été prise."


def found_in(reading: Reading, flow: Flow, scanner: Scanner, own: OwnWords) -> tuple[Finding, ...]:
    """Return the findings of a reading, by their offsets in its flow, in order, none overlapping another."""
    found = list(scanner.scan(flow.text[:LONGEST], own))
    for extra in _of_pictures(reading, flow):
        if extra.end <= LONGEST and all(extra.end <= one.start or one.end <= extra.start for one in found):
            found.append(extra)
    return tuple(sorted(found))


def _of_pictures(reading: Reading, flow: Flow) -> Iterator[Finding]:
    for start, passage in zip(flow.starts, reading.passages, strict=True):
        if GPS in passage.place.part:
            end = start + len(passage.text)
            yield Finding(start, end, Category.ADRESSE, Level.INFO, "adresse.gps", _WHERE_TAKEN)
        if passage.boxes:
            for one in find_misread(passage.text):
                yield Finding(start + one.start, start + one.end, one.category, one.level, one.rule, one.why)
