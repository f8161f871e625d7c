"""The pages on which something was found, as small pictures with boxes; whoever sent the file may look at them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanners.documents import isolated
from scanners.documents.kinds import Kind
from scanners.documents.masks import Corners
from scanners.documents.passages import Made, Passage, Reading, Unreadable, Where
from scanners.documents.tasks import Task
from scanners.findings import Finding

MOST = 8  # pages of one file


@dataclass
class _Page:
    """A page to be shown: its place in French, and what to draw boxes round."""

    label: str
    words: dict[str, None] = field(default_factory=dict)
    boxes: dict[Corners, None] = field(default_factory=dict)


def pictures_of(
    data: bytes, reading: Reading, findings: tuple[Finding, ...], owner: str
) -> Iterator[tuple[str, bytes]]:
    """Yield the place and the JPEG of each page that bears a finding, in order; a page that fails is left out."""
    for steps, page in list(_pages(reading, findings).items())[:MOST]:
        asked = {"steps": list(steps), "words": list(page.words), "boxes": list(page.boxes)}
        try:
            made = [item for item in isolated.ask(Task.POINT, data, asked, owner) if isinstance(item, Made)]
        except Unreadable:
            continue
        yield page.label, made[0].data


def _pages(reading: Reading, findings: tuple[Finding, ...]) -> dict[tuple[str, ...], _Page]:
    pages: dict[tuple[str, ...], _Page] = {}
    starts = reading.flow().starts
    for one in findings:
        for start, passage in zip(starts, reading.passages, strict=True):
            words = passage.text[max(0, one.start - start) : max(0, one.end - start)]
            steps = _steps(passage, reading.kind)
            if not words.strip() or not steps:
                continue
            page = pages.setdefault(steps, _Page(passage.place.label))
            if passage.boxes:
                page.boxes.update(dict.fromkeys(_boxes(passage, one.start - start, one.end - start)))
            else:
                page.words[words] = None
    return pages


def _steps(passage: Passage, kind: Kind | None) -> tuple[str, ...]:
    """Return the way to the page or picture of a passage, none where nothing is drawn."""
    if kind is Kind.PDF and passage.place.where is Where.PAGE and len(passage.steps) <= 1:
        return (f"page {passage.place.number}",)
    return passage.steps


def _boxes(passage: Passage, start: int, end: int) -> Iterator[Corners]:
    for box in passage.boxes:
        if box.start < end and start < box.end:
            yield box.left, box.top, box.right, box.bottom
