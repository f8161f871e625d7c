"""How the child tells the parent what it reads: JSON frames, each after its length, trusted in nothing."""

import json
import socket
import struct
from collections.abc import Iterator

from scanners.documents.kinds import Kind
from scanners.documents.passages import Item, Missing, Pages, Passage, Place, Recognised, Unreadable, Where

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
        case Passage(place, text):
            return ["passage", place.where, place.number, place.sheet, place.cell, place.part, place.hidden, text]
        case Missing(reason):
            return ["missing", reason]
        case Pages(count):
            return ["pages", count]
        case Recognised(kind):
            return ["kind", kind or ""]


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
        case ["passage", str(where), int(number), str(sheet), str(cell), str(part), bool(hidden), str(text)]:
            return Passage(Place(_known(where), _count(number), sheet, cell, part, hidden), text)
        case ["missing", str(reason)]:
            return Missing(reason)
        case ["pages", int(count)]:
            return Pages(_count(count))
        case ["kind", str(kind)] if kind == "" or kind in set(Kind):
            return Recognised(Kind(kind) if kind else None)
        case ["unreadable", str(reason)]:
            raise Unreadable(reason)
    raise Garbled


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
