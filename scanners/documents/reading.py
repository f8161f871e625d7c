"""The way in: a file's name and bytes, and always an honest reading of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from scanners.documents.budgets import MAX_BYTES
from scanners.documents.kinds import lie
from scanners.documents.legibility import Legibility, advice, judged
from scanners.documents.passages import Item, Reading, gather, not_read, sentence
from scanners.documents.sights import whole

EMPTY = "Le fichier est vide."
TOO_BIG = f"Le fichier dépasse {MAX_BYTES // 1_000_000} Mo : il n'a pas été lu."


def read_document(name: str, data: bytes, owner: str = "", told: Callable[[Item], None] | None = None) -> Reading:
    """Return the reading of any file; it raises nothing, logs nothing, and takes the name's extension only.

    `owner` is whose turn it takes; `told` hears each item as it is read.
    """
    if not data:
        return not_read(EMPTY)
    if len(data) > MAX_BYTES:
        return not_read(TOO_BIG)
    reading = gather(_heard(whole(data, owner), told))
    doubtful = [one for one in reading.sights if judged(one) is Legibility.MIDDLING]
    doubts = [f"{sentence(one.place)} : {advice(one)}" for one in doubtful]
    return replace(reading, remarks=tuple(said for said in (lie(name, reading.kind), *doubts) if said))


def _heard(items: Iterator[Item], told: Callable[[Item], None] | None) -> Iterator[Item]:
    for item in items:
        if told is not None:
            told(item)
        yield item
