"""Reads an old Word document: the body and what stands around it, what is hidden or deleted, and the raw streams."""

from collections.abc import Iterator
from typing import NamedTuple

import legacy_doc

from scanners.documents.markup import CODES, DELETED
from scanners.documents.msdoc import Run, read_runs
from scanners.documents.ole import TROUBLES, Ole, drawn
from scanners.documents.passages import Item, Passage, Place, Unreadable, Where

NOTHING = "Le texte de cet ancien document n'a pas pu être lu : enregistrez-le en .docx."
LOCKED = "Le fichier est protégé par un mot de passe."
HIDDEN = "texte masqué"
OTHERWISE = "texte lu autrement"

_BEGIN, _MIDDLE, _END = "\x13", "\x14", "\x15"  # of a field: its code, then what it shows
_ENDS = "\r\x07\x0c\x0b"
_DROPPED = dict.fromkeys(range(32), None) | {9: "\t", 0x1E: "-", 0x1F: None}


class _Piece(NamedTuple):
    part: str
    hidden: bool


def read_doc(data: bytes) -> Iterator[Item]:
    """Yield what a .doc holds. Raises `Unreadable`."""
    ole = Ole(data)
    passages = list(_body(ole, data))
    yield from passages
    told = [passage.text for passage in passages]
    for item in (*ole.properties(), *ole.macros()):
        told += [item.text] if isinstance(item, Passage) else []
        yield item
    raw = list(ole.raw("\n".join(told)))
    if not passages and not raw:
        raise Unreadable(NOTHING)
    yield from raw
    yield from drawn(data)


def _body(ole: Ole, data: bytes) -> Iterator[Passage]:
    """Yield the text by our own reading, which tells the parts; then what another reader saw besides."""
    word = ole.read("WordDocument")
    if len(word) > 12 and word[11] & 1:
        raise Unreadable(LOCKED)
    try:
        runs = read_runs(word, ole.read("1Table" if len(word) > 12 and word[11] & 2 else "0Table"))
    except TROUBLES:
        runs = []
    passages = list(_paragraphs(runs))
    yield from passages
    known = "".join("".join(passage.text.split()) for passage in passages)
    for number, line in enumerate(_second_reading(data).split("\n"), 1):
        words = "".join(line.split())
        if words and words not in known:
            part = "" if not passages else OTHERWISE
            yield Passage(Place(Where.PARAGRAPH, number, part=part), line)


def _second_reading(data: bytes) -> str:
    try:
        return str(legacy_doc.extract_text(data).text)
    except (legacy_doc.LegacyDocError, *TROUBLES):
        return ""


def _paragraphs(runs: list[Run]) -> Iterator[Passage]:
    """Yield the text of the runs, one passage a paragraph and way of showing."""
    numbers: dict[str, int] = {}
    texts: dict[_Piece, list[str]] = {}
    codes = 0
    for run in runs:
        for letter in run.text:
            codes += (letter == _BEGIN) - (letter == _MIDDLE and codes > 0)
            what = CODES if codes else DELETED if run.deleted else HIDDEN if run.vanished else ""
            piece = _Piece(", ".join(word for word in (run.part, what) if word), bool(what))
            if letter in _ENDS:
                yield from _closed(texts, numbers, run.part)
            else:
                texts.setdefault(piece, []).append(letter)
    yield from _closed(texts, numbers, "")


def _closed(texts: dict[_Piece, list[str]], numbers: dict[str, int], part: str) -> Iterator[Passage]:
    numbers[part] = numbers.get(part, 0) + 1
    for piece, letters in texts.items():
        text = "".join(letters).translate(_DROPPED)
        if text.strip():
            yield Passage(Place(Where.PARAGRAPH, numbers[part], part=piece.part, hidden=piece.hidden), text)
    texts.clear()
