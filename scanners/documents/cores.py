"""One reader a core, however many processes serve: a locked file for each core, freed with who holds it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

_LOOK_SECONDS = 0.02


def count() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


class Cores:
    """The cores that processes share by a folder; without one, every process believes that it is alone."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    def share(self, folder: Path) -> None:
        """Take turns with every process that is given the same folder."""
        self._folder = folder

    @contextmanager
    def taken(self, seconds: float) -> Iterator[bool]:
        """Hold a core, or give False when none came free in that many seconds."""
        held = self._hold(monotonic() + seconds)
        try:
            yield held is not None
        finally:
            if held is not None and held >= 0:
                os.close(held)

    def _hold(self, until: float) -> int | None:
        """Return the descriptor of a locked file, -1 where nothing is shared, None when time is up."""
        if self._folder is None:
            return -1
        while True:
            for number in range(count()):
                if (held := _locked(self._folder / f"coeur-{number}")) is not None:
                    return held
            if monotonic() >= until:
                return None
            sleep(_LOOK_SECONDS)


def _locked(path: Path) -> int | None:
    """Return a descriptor that locks a file, None when another holds it; opened anew, so that threads differ."""
    try:
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:
        return -1  # a folder that is gone keeps nobody from reading
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        return None
    return opened
