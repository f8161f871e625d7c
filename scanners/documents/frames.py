"""How the child tells the parent what it reads: JSON frames, each after its length, trusted in nothing."""

import json
import socket
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterator

from scanners.documents.kinds import Kind
from scanners.documents.passages import (
    Box,
    Drawn,
    Item,
    Made,
    Missing,
    Pages,
    Passage,
    Place,
    Recognised,
    Sight,
    Unreadable,
    Where,
)

_LENGTH = struct.Struct("!I")
_MAX_FRAME = 64_000_000  # bytes: the most characters a reading may hold, in their longest UTF-8 form, and their places
_MAX_TOTAL = 128_000_000
_MAX_COUNT = 10_000_000
_END: list[object] = ["end"]


class Garbled(Exception):
    """The other side broke off, or said what no reader says."""


def send(channel: socket.socket, payload: bytes) -> None:
    """Send one frame."""
    channel.sendall(_LENGTH.pack(len(payload)))
    channel.sendall(payload)


def receive(channel: socket.socket, limit: int = _MAX_FRAME) -> bytes:
    """Return the next frame. Raises `Garbled` when it is cut or longer than `limit` bytes."""
    (length,) = _LENGTH.unpack(_exactly(channel, _LENGTH.size))
    if length > limit:
        raise Garbled
    return bytes(_exactly(channel, length))


def received_items(channel: socket.socket) -> Iterator[Item]:
    """Yield the items of the frames until their end. Raises `Garbled`, or the `Unreadable` that was sent."""
    total = 0
    while total <= _MAX_TOTAL:
        frame = receive(channel)
        total += len(frame)
        for said in _parse(frame):
            if said == _END:
                return
            yield _decode(said)
    raise Garbled


def encoded(items: list[Item]) -> bytes:
    """Return a frame's payload for some items; a lone surrogate, which no text may hold, becomes « ? »."""
    return _bytes([_encode(item) for item in items])


def ending(reason: str = "") -> bytes:
    """Return the payload of the last frame, with the reason why nothing follows if it is not the file's end."""
    return _bytes([["unreadable", reason]] if reason else [_END])


def _bytes(said: list[list[object]]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _encode(item: Item) -> list[object]:
    match item:
        case Passage(place, text, boxes):
            return ["passage", _told(place), text, boxes]
        case Drawn(place, steps):
            return ["drawn", _told(place), steps]
        case Sight(place, words, confidence, dpi, skew, ink):
            return ["sight", _told(place), words, confidence, dpi, skew, ink]
        case Made(data):
            return ["made", b64encode(data).decode()]
        case Missing(reason):
            return ["missing", reason]
        case Pages(count):
            return ["pages", count]
        case Recognised(kind):
            return ["kind", kind or ""]
    return ["missing", f"{item.part} : le fichier n'a pas été lu."]


def _told(place: Place) -> list[object]:
    return [place.where, place.number, place.sheet, place.cell, place.part, place.hidden]


def _parse(frame: bytes) -> list[object]:
    try:
        said = json.loads(frame)
    except (ValueError, RecursionError) as error:
        raise Garbled from error
    if not isinstance(said, list):
        raise Garbled
    return said


def _decode(said: object) -> Item:
    match said:
        case ["passage", list(place), str(text), list(boxes)]:
            return Passage(_place(place), text, tuple(_box(box, len(text)) for box in boxes))
        case ["drawn", list(place), list(steps)] if all(isinstance(step, str) for step in steps):
            return Drawn(_place(place), tuple(steps))
        case ["sight", list(place), int(words), int() | float() as sure, int(dpi), int() | float() as skew, ink]:
            return Sight(_place(place), _count(words), float(sure), _count(dpi), float(skew), _share(ink))
        case ["made", str(data)]:
            return Made(_raw(data))
        case ["missing", str(reason)]:
            return Missing(reason)
        case ["pages", int(count)]:
            return Pages(_count(count))
        case ["kind", str(kind)] if kind == "" or kind in set(Kind):
            return Recognised(Kind(kind) if kind else None)
        case ["unreadable", str(reason)]:
            raise Unreadable(reason)
    raise Garbled


def _place(said: list[object]) -> Place:
    match said:
        case [str(where), int(number), str(sheet), str(cell), str(part), bool(hidden)]:
            return Place(_known(where), _count(number), sheet, cell, part, hidden)
    raise Garbled


def _box(said: object, length: int) -> Box:
    match said:
        case [int(start), int(end), left, top, right, bottom] if 0 <= start <= end <= length:
            return Box(start, end, _share(left), _share(top), _share(right), _share(bottom))
    raise Garbled


def _raw(said: str) -> bytes:
    try:
        return b64decode(said, validate=True)
    except ValueError as error:
        raise Garbled from error


def _share(said: object) -> float:
    if not isinstance(said, int | float) or not 0 <= said <= 1:
        raise Garbled
    return float(said)


def _known(where: str) -> Where:
    try:
        return Where(where)
    except ValueError as error:
        raise Garbled from error


def _count(number: int) -> int:
    if not 0 <= number <= _MAX_COUNT:
        raise Garbled
    return number


def _exactly(channel: socket.socket, length: int) -> bytearray:
    received = bytearray()
    while len(received) < length:
        chunk = channel.recv(min(length - len(received), 1_048_576))
        if not chunk:
            raise Garbled
        received += chunk
    return received
