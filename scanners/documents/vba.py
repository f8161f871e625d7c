"""Reads the source of macros: MS-OVBA 2.4.1, the compression of a module's text."""

from collections.abc import Iterator

_SIGNATURE, _HEAD = 0x01, b"\x00Attribut"
_CHUNK = 4096
_MAX_TEXT = 2_000_000  # characters of one module


def macro_texts(stream: bytes) -> Iterator[str]:
    """Yield the texts compressed in a module's stream; each begins with « Attribut », three bytes after its start."""
    at = stream.find(_HEAD)
    while at >= 0:
        if at >= 3 and stream[at - 3] == _SIGNATURE:
            yield expanded(stream[at - 3 :]).decode("cp1252", "replace")
        at = stream.find(_HEAD, at + 1)


def expanded(container: bytes) -> bytes:
    """Return what a compressed container holds, up to the first fault (MS-OVBA 2.4.1.3).

    >>> expanded(bytes.fromhex("0119b000616263646566676882696a6b6c6d6e6f70718000727374757677"))[:8]
    b'abcdefgh'
    """
    made = bytearray()
    at = 1
    while at + 2 <= len(container) and len(made) < _MAX_TEXT:
        header = int.from_bytes(container[at : at + 2], "little")
        end = min(at + (header & 0x0FFF) + 3, len(container))
        if header & 0x8000:
            _expand_chunk(container[at + 2 : end], made)
        else:
            made += container[at + 2 : at + 2 + _CHUNK]
        at = end
    return bytes(made)


def _expand_chunk(chunk: bytes, made: bytearray) -> None:
    start, at = len(made), 0
    while at < len(chunk):
        flags, at = chunk[at], at + 1
        for bit in range(8):
            if at >= len(chunk) or len(made) - start > _CHUNK:
                return
            if not flags >> bit & 1:
                made.append(chunk[at])
                at += 1
                continue
            token = int.from_bytes(chunk[at : at + 2], "little")
            at += 2
            if not _copy(token, made, start):
                return


def _copy(token: int, made: bytearray, start: int) -> bool:
    """Repeat what stands a little before; say whether that place exists (MS-OVBA 2.4.1.3.19)."""
    bits = max((len(made) - start - 1).bit_length(), 4)
    length = (token & (0xFFFF >> bits)) + 3
    offset = (token >> (16 - bits)) + 1
    if offset > len(made) - start:
        return False
    for _ in range(length):
        made.append(made[-offset])
    return True
