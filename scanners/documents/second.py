"""Hands weak pages to the second reading, where it is installed: one process, started at the first of them."""

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from scanners.documents import frames
from scanners.documents.passages import Item
from scanners.documents.walls import around

WALL_SECONDS = 60.0  # 6 to 13 s of processor a page, the start included
_ROOT = str(Path(__file__).resolve().parents[2])
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from scanners.documents.second_reader import main; main(int(sys.argv[2]))"
)


class _Second:
    """The one process of the second reading: one page at a time, restarted when it is gone."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def read(self, picture: bytes) -> list[Item]:
        """Return what it reads of a PNG, nothing when it fails."""
        with self.lock:
            try:
                channel = self._ready()
                frames.send(channel, picture)
                return list(frames.received_items(channel))
            except (frames.Garbled, OSError):
                self._end()
                return []

    def close(self) -> None:
        """End the process."""
        with self.lock:
            self._end()

    def forget(self) -> None:
        """Leave to the process that forked this one what belongs to it."""
        if self._process:
            self._process.returncode = 0
        self.__init__()  # type: ignore[misc]  # as new, its lock too

    def _ready(self) -> socket.socket:
        if self._channel is not None and self._process is not None and self._process.poll() is None:
            return self._channel
        self._end()
        ours, theirs = socket.socketpair()
        ours.settimeout(WALL_SECONDS)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and this package, nothing typed
                [*around(), sys.executable, "-I", "-X", "utf8", "-c", _BOOT, _ROOT, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                start_new_session=True,
            )
        self._channel = ours
        return ours

    def _end(self) -> None:
        if self._channel:
            self._channel.close()
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = self._channel = None


_second = _Second()
atexit.register(_second.close)
os.register_at_fork(after_in_child=_second.forget)


def second_reading(picture: bytes) -> list[Item]:
    """Return what the second reading makes of a PNG, nothing when it fails."""
    return _second.read(picture)
