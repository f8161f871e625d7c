"""Files that hold keys: read only when nobody else can, written whole or not at all, by one writer at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident

FRESH = ".nouveau"
_ZEROS = bytes(1 << 20)


class ReadableByOthers(Exception):
    """The mode of the file lets others read it."""


def read(path: Path) -> bytes:
    """Return what the file holds; raises OSError, ReadableByOthers."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise ReadableByOthers
        return file.read()


def write(path: Path, content: bytes) -> None:
    """Put a file in place of the one before it, for its owner only: after a crash, one or the other is there, whole.

    One writer at a time (`alone`): what a dead one left half written is removed.
    """
    for left in path.parent.glob(f"{path.name}{FRESH}-*"):
        left.unlink()
    replace(_fresh(path, content), path)


def create(path: Path, content: bytes) -> bool:
    """Write a file unless there is one, which is left alone; say whether it was written."""
    fresh = _fresh(path, content)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    sync(path.parent)
    return True


def replace(source: Path, target: Path) -> None:
    """Give a file the name of another, which is gone, and make it durable."""
    source.replace(target)
    sync(target.parent)


def blank(path: Path) -> None:
    """Overwrite a file with zeros, where it lies, so that its name is not the only thing that goes."""
    left = path.stat().st_size
    with path.open("r+b") as file:
        while left:
            left -= file.write(_ZEROS[:left])
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of a file, waiting for who holds it; a process that dies lets it go."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fresh(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}{FRESH}-{os.getpid()}-{get_ident()}")
    fresh.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    return fresh
