"""The layout of an old Word document (MS-DOC): its pieces of text, the parts they belong to, what hides them."""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

# FibRgLw97 (2.5.4): the lengths of the parts of the text, in this order.
_LENGTHS = (0x4C, 0x50, 0x54, 0x58, 0x5C, 0x60, 0x64, 0x68)
_PARTS = (
    "", "note de bas de page", "en-tête ou pied de page", "", "commentaire", "note de fin", "zone de texte",
    "zone de texte d'en-tête",
)  # fmt: skip
_CLX, _CHPX = 0x01A2, 0x00FA  # FibRgFcLcb97 (2.5.5): where the pieces and the properties of characters are told
_COMPRESSED, _PAGE = 0x40000000, 512
_VANISH, _DELETED = 0x083C, 0x0800  # sprmCFVanish, sprmCFRMarkDel (2.6.1)
_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}  # bytes that follow a property, by its kind (2.2.5.1)
_MAX_CHARACTERS = 12_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """Some text that is shown one way, in one part of the document."""

    part: str
    text: str = field(repr=False)
    vanished: bool
    deleted: bool


def read_runs(word: bytes, table: bytes) -> list[Run]:
    """Return the text of a document's streams in runs. Raises ValueError or struct.error when they are damaged."""
    try:
        marks = _marks(word, table)
        return list(_runs(word, table, marks))
    except struct.error as error:
        raise ValueError(str(error)) from error


def _runs(word: bytes, table: bytes, marks: list[tuple[int, bool, bool]]) -> Iterator[Run]:
    ends = list(accumulate(_long(word, at) for at in _LENGTHS))
    starts = [first for first, _, _ in marks]
    for position, length, offset, width in _pieces(word, table):
        done = 0
        while done < length:
            at = offset + done * width
            mark = bisect_right(starts, at) - 1
            following = starts[mark + 1] if mark + 1 < len(starts) else at + length * width
            part = min(bisect_right(ends, position + done), len(_PARTS) - 1)
            until = min(length, max(done + 1, done + (following - at) // width))
            if position + done < ends[part]:
                until = min(until, max(done + 1, ends[part] - position))
            text = word[at : offset + until * width].decode("cp1252" if width == 1 else "utf-16-le", "replace")
            _, vanished, deleted = marks[mark] if mark >= 0 else (0, False, False)
            yield Run(_PARTS[part], text, vanished, deleted)
            done = until


def _pieces(word: bytes, table: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield each piece's first character, length, offset in the stream and bytes a character (2.8.35, 2.9.73)."""
    at = _long(word, _CLX)
    while table[at] == 1:
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    if table[at] != 2:
        raise ValueError("no piece table")
    count = (_long(table, at + 1) - 4) // 12
    firsts = struct.unpack_from(f"<{count + 1}I", table, at + 5)
    if firsts[-1] > _MAX_CHARACTERS:
        raise ValueError("too long")
    for index in range(count):
        where = _long(table, at + 5 + 4 * (count + 1) + 8 * index + 2)
        length = max(0, firsts[index + 1] - firsts[index])
        if where & _COMPRESSED:
            yield firsts[index], length, (where & ~_COMPRESSED) // 2, 1
        else:
            yield firsts[index], length, where, 2


def _marks(word: bytes, table: bytes) -> list[tuple[int, bool, bool]]:
    """Return where characters begin to be shown otherwise: the offset, whether they vanish, whether deleted (2.8.5)."""
    at, size = _long(word, _CHPX), _long(word, _CHPX + 4)
    count = max(0, (size - 4) // 8)
    found: list[tuple[int, bool, bool]] = []
    for index in range(count):
        page = (_long(table, at + 4 * (count + 1) + 4 * index) & 0x3FFFFF) * _PAGE
        found += _page_marks(word[page : page + _PAGE])
    return sorted(found)


def _page_marks(page: bytes) -> Iterator[tuple[int, bool, bool]]:
    if len(page) < _PAGE:
        return
    total = page[-1]
    offsets = struct.unpack_from(f"<{total + 1}I", page)
    for index in range(total):
        at = page[4 * (total + 1) + index] * 2
        set_on = _properties(page[at + 1 : at + 1 + page[at]]) if at else frozenset()
        yield offsets[index], _VANISH in set_on, _DELETED in set_on


def _properties(changes: bytes) -> frozenset[int]:
    """Return the properties that a list of changes switches on."""
    found, at = set(), 0
    while at + 3 <= len(changes):
        name = struct.unpack_from("<H", changes, at)[0]
        kind = name >> 13
        if kind in (0, 1) and changes[at + 2] in (1, 0x81):
            found.add(name)
        at += 2 + (_SIZES[kind] if kind in _SIZES else 1 + changes[at + 2])
    return frozenset(found)


def _long(data: bytes, at: int) -> int:
    value: int = struct.unpack_from("<I", data, at)[0]
    return value
