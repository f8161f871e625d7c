"""Makes a copy of a file without what does not show, what was found in it masked, and checks the copy by reading it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from governance.core.refusals import Invalid
from scanners.attachments import found_in
from scanners.documents import isolated
from scanners.documents.kinds import Kind
from scanners.documents.masks import Corners, Masks
from scanners.documents.passages import Made, Passage, Reading, Unreadable
from scanners.documents.reading import read_document
from scanners.documents.tasks import Task
from scanners.engine import Scanner
from scanners.findings import Finding
from scanners.own_words import OwnWords

ROUNDS = 3  # a copy that is drawn is read by a machine: what it reads anew is masked too
NOT_CLEAN = "La copie montrait encore ce qui devait être masqué : elle est jetée. Masquez-le vous-même."


class NoCopy(Invalid):
    """A copy cannot be made of this file, or did not pass its own check."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was checked: its bytes, its extension, how many passages it masks, what of it was not read."""

    data: bytes = field(repr=False)
    extension: str
    masked: int
    notes: tuple[str, ...]


def make_copy(name: str, data: bytes, scanner: Scanner, own: OwnWords) -> Copy:
    """Return a copy of a file. Raises NoCopy."""
    reading = read_document(name, data)
    findings = _found(reading, scanner, own)
    masks = masks_of(reading, findings)
    for _ in range(ROUNDS):
        copied = _cleaned(data, masks)
        again = read_document(name, copied)
        left = _found(again, scanner, own)
        if not left:
            extension = reading.kind.extensions[0] if reading.kind else ""
            return Copy(copied, extension, len(findings), (*again.missing, *again.remarks))
        masks = _together(masks, masks_of(again, left))
    raise NoCopy(NOT_CLEAN, field="file")


def masks_of(reading: Reading, findings: Iterable[Finding]) -> Masks:
    """Return what hides some findings: boxes where they were read on a picture, their words elsewhere."""
    flow = reading.flow()
    words: dict[str, None] = {}
    boxes: dict[str, dict[Corners, None]] = {}
    for one in findings:
        for start, passage in zip(flow.starts, reading.passages, strict=True):
            inside = passage.text[max(0, one.start - start) : max(0, one.end - start)]
            if not inside.strip():
                continue
            if passage.boxes:
                step = boxes.setdefault(_step(passage, reading.kind), {})
                step.update(dict.fromkeys(_boxes(passage, one.start - start, one.end - start)))
            else:
                words[inside] = None
    return Masks(tuple(words), {step: tuple(several) for step, several in boxes.items()})


def _found(reading: Reading, scanner: Scanner, own: OwnWords) -> tuple[Finding, ...]:
    return found_in(reading, reading.flow(), scanner, own)


def _cleaned(data: bytes, masks: Masks) -> bytes:
    try:
        made = [item for item in isolated.ask(Task.CLEAN, data, masks.told()) if isinstance(item, Made)]
    except Unreadable as refused:
        raise NoCopy(refused.reason, field="file") from refused
    return made[0].data


def _boxes(passage: Passage, start: int, end: int) -> Iterator[Corners]:
    for box in passage.boxes:
        if box.start < end and start < box.end:
            yield box.left, box.top, box.right, box.bottom


def _step(passage: Passage, kind: Kind | None) -> str:
    """Return the step that leads to a passage's picture, as copies name it: the page, not the part of it."""
    first = passage.steps[0] if passage.steps else ""
    return " ".join(first.split()[:2]) if kind is Kind.PDF else first


def _together(one: Masks, other: Masks) -> Masks:
    steps = {*one.boxes, *other.boxes}
    boxes = {step: (*one.boxes.get(step, ()), *other.boxes.get(step, ())) for step in steps}
    return Masks((*one.words, *other.words), boxes)
