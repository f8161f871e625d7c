"""Asks ClamAV's daemon about a file, before anything opens it; only a clear « OK » is one.

The protocol is clamd's INSTREAM (clamd(8)): the file is sent by lengths and pieces, the answer is one line. The clients
that exist are either unsafe (a daemon that is down looks like an answer) or under a licence that is not ours.
"""

import re
import socket
import time
from dataclasses import dataclass

from scanners.documents.budgets import MAX_BYTES
from scanners.documents.examined import Examined, State

PIECE = 65_536  # bytes
SECONDS = (
    20.0  # for a whole file: 5 Mo take a tenth of a second (measured), a picture of 176 million points half a minute
)
LONGEST_ANSWER = 1_024
_FOUND = re.compile(r"stream: (.+) FOUND")
_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class BadAddress(ValueError):
    """The daemon's address is neither `unix:/path` nor `tcp:host:port`."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """The daemon at `unix:/run/clamav/clamd.ctl` or `tcp:host:3310`."""

    address: str
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        parsed(self.address)

    def examine(self, data: bytes) -> Examined:
        """Return what is known of the bytes: unreachable, slow or unclear is never clean."""
        until = time.monotonic() + self.seconds
        try:
            with self._connected() as channel:
                return _understood(_streamed(channel, data, until))
        except (OSError, ValueError):
            return Examined(State.UNREACHABLE)

    def version(self) -> str | None:
        """Return the daemon's version, with that of its signatures and their date; None when it does not answer."""
        try:
            with self._connected() as channel:
                channel.settimeout(2)
                channel.sendall(b"zVERSION\0")
                return _line(channel)
        except (OSError, ValueError):
            return None

    def _connected(self) -> socket.socket:
        kind, place = parsed(self.address)
        channel = socket.socket(kind, socket.SOCK_STREAM)
        channel.settimeout(2)
        try:
            channel.connect(place)
        except OSError:
            channel.close()
            raise
        return channel


def parsed(address: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    """Return the family and the place of an address; raises BadAddress.

    >>> parsed("tcp:clamav:3310")[1], parsed("unix:/run/clamd.ctl")[1]
    (('clamav', 3310), '/run/clamd.ctl')
    """
    kind, _, place = address.partition(":")
    if kind == "unix" and place.startswith("/"):
        return socket.AF_UNIX, place
    host, _, port = place.rpartition(":")
    if kind == "tcp" and host and port.isascii() and port.isdigit() and 0 < int(port) < 65_536:
        return socket.AF_INET6 if ":" in host else socket.AF_INET, (host.strip("[]"), int(port))
    raise BadAddress("l'adresse attendue est « unix:/chemin » ou « tcp:machine:port »")


def _streamed(channel: socket.socket, data: bytes, until: float) -> str:
    if len(data) > MAX_BYTES:
        raise ValueError
    view = memoryview(data)
    try:
        _send(channel, b"zINSTREAM\0", until)
        for start in range(0, len(data), PIECE):
            piece = view[start : start + PIECE]
            _send(channel, len(piece).to_bytes(4, "big") + piece, until)
        _send(channel, bytes(4), until)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the daemon hung up on a file beyond its own limit: it may have said so
    channel.settimeout(_left(until))
    return _line(channel)


def _send(channel: socket.socket, data: bytes, until: float) -> None:
    channel.settimeout(_left(until))
    channel.sendall(data)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _line(channel: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0"):
        piece = channel.recv(LONGEST_ANSWER)
        if not piece or len(answer) > LONGEST_ANSWER:
            raise ValueError
        answer += piece
    return answer[:-1].decode("ascii", "replace")


def _understood(answer: str) -> Examined:
    if answer == "stream: OK":
        return Examined(State.CLEAN)
    found = _FOUND.fullmatch(answer)
    return Examined(State.INFECTED, _NAME.sub("-", found[1])[:80]) if found else Examined(State.UNREACHABLE)
