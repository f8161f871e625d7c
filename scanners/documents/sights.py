"""Reads a whole file: its text by one child, then each of its pictures by a child of its own."""

from collections.abc import Iterator
from dataclasses import replace
from time import monotonic

from scanners.documents import isolated
from scanners.documents.isolated import STOPPED
from scanners.documents.legibility import Legibility, advice, judged
from scanners.documents.ocr_data import LACKING, find_data
from scanners.documents.passages import Drawn, Item, Missing, Passage, Sight, Unreadable, sentence
from scanners.documents.tasks import Task

MAX_PICTURES = 60  # of one file: 5 Mo hold ten scanned pages
MAX_SECONDS = 180.0  # that the pictures of one file may take, whoever waits
MAX_STOPPED = 2  # pictures that killed their reader, after which the file is taken to be hostile
_TOO_MANY = "les mots que montre l'image n'ont pas été lus : le document en a trop."
_LACKING = f"{LACKING} : les mots que montre l'image n'ont pas été lus."


def whole(data: bytes) -> Iterator[Item]:
    """Yield what a file says, then what its pictures show. Raises `Unreadable`."""
    drawn: list[Drawn] = []
    for item in isolated.ask(Task.READ, data):
        if isinstance(item, Drawn):
            drawn.append(item)
        else:
            yield item
    yield from _shown(data, drawn)


def _shown(data: bytes, drawn: list[Drawn]) -> Iterator[Item]:
    until, stopped = monotonic() + MAX_SECONDS, 0
    for rank, one in enumerate(drawn):
        if find_data() is None:
            yield _untold(one, _LACKING)
        elif rank >= MAX_PICTURES or stopped >= MAX_STOPPED or monotonic() > until:
            yield _untold(one, _TOO_MANY)
        else:
            for item in _seen(data, one):
                stopped += isinstance(item, Missing) and item.reason.endswith(STOPPED)
                yield item


def _seen(data: bytes, drawn: Drawn) -> Iterator[Item]:
    try:
        for item in isolated.ask(Task.SEE, data, drawn.steps):
            if isinstance(item, Passage):
                yield replace(item, place=drawn.place, steps=drawn.steps)
            elif isinstance(item, Sight):
                yield replace(item, place=drawn.place)
            if isinstance(item, Sight) and judged(item) is Legibility.ILLEGIBLE:
                yield _untold(drawn, advice(item))
    except Unreadable as refused:
        yield _untold(drawn, refused.reason)


def _untold(drawn: Drawn, reason: str) -> Missing:
    return Missing(f"{sentence(drawn.place)} : {reason}")
