"""Reads a whole file: its text by one child, then each of its pictures by a child of its own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from time import monotonic

from scanners.documents import isolated
from scanners.documents.isolated import STOPPED
from scanners.documents.legibility import LEAST_SURE, Legibility, advice, judged
from scanners.documents.ocr_data import LACKING, find_data, has_second_reading
from scanners.documents.passages import Drawn, Item, Made, Missing, Passage, Sight, Unreadable, sentence
from scanners.documents.second import second_reading
from scanners.documents.tasks import Task

MAX_PICTURES = 60  # of one file: 5 Mo hold ten scanned pages
MAX_SECONDS = 600.0  # that the pictures of one file may take, waiting for their turn included
MAX_STOPPED = 2  # pictures that killed their reader, after which the file is taken to be hostile
_Ask = Callable[..., Iterator[Item]]
_TOO_MANY = "les mots que montre l'image n'ont pas été lus : le document en a trop."
_LACKING = f"{LACKING} : les mots que montre l'image n'ont pas été lus."


def whole(data: bytes, owner: str = "") -> Iterator[Item]:
    """Yield what a file says, then what its pictures show, in its owner's turn. Raises `Unreadable`."""
    ask = partial(isolated.ask, owner=owner)
    drawn: list[Drawn] = []
    for item in ask(Task.READ, data):
        if isinstance(item, Drawn):
            drawn.append(item)
        else:
            yield item
    yield from _shown(ask, data, drawn)


def _shown(ask: _Ask, data: bytes, drawn: list[Drawn]) -> Iterator[Item]:
    until, stopped = monotonic() + MAX_SECONDS, 0
    for rank, one in enumerate(drawn):
        if find_data() is None:
            yield _untold(one, _LACKING)
        elif rank >= MAX_PICTURES or stopped >= MAX_STOPPED or monotonic() > until:
            yield _untold(one, _TOO_MANY)
        else:
            for item in _seen(ask, data, one):
                stopped += isinstance(item, Missing) and item.reason.endswith(STOPPED)
                yield item


def _seen(ask: _Ask, data: bytes, drawn: Drawn) -> Iterator[Item]:
    try:
        # All of it first: a second reading takes a place of its own, which no one must hold while waiting for it.
        for item in list(ask(Task.SEE, data, drawn.steps)):
            if isinstance(item, Passage):
                yield replace(item, place=drawn.place, steps=drawn.steps)
            elif isinstance(item, Sight):
                yield from _judged(ask, data, drawn, replace(item, place=drawn.place))
    except Unreadable as refused:
        yield _untold(drawn, refused.reason)


def _judged(ask: _Ask, data: bytes, drawn: Drawn, sight: Sight) -> Iterator[Item]:
    """Yield how a picture was read, after a second reading when the first is doubtful and there is one."""
    if judged(sight) in (Legibility.MIDDLING, Legibility.ILLEGIBLE) and has_second_reading():
        for item in _again(ask, data, drawn):
            if isinstance(item, Passage):
                yield replace(item, place=drawn.place, steps=drawn.steps)
            elif isinstance(item, Sight) and item.words > sight.words / 2:
                # Two engines that agree would prove more than one that is sure: a person still has to look.
                sure = max(sight.confidence, min(item.confidence, LEAST_SURE))
                sight = replace(sight, words=item.words, confidence=sure)
    yield sight
    if judged(sight) is Legibility.ILLEGIBLE:
        yield _untold(drawn, advice(sight))


def _again(ask: _Ask, data: bytes, drawn: Drawn) -> list[Item]:
    pictures = [item.data for item in ask(Task.SHOW, data, drawn.steps) if isinstance(item, Made)]
    return second_reading(pictures[0]) if pictures else []


def _untold(drawn: Drawn, reason: str) -> Missing:
    return Missing(f"{sentence(drawn.place)} : {reason}")
