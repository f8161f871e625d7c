"""Private folders that nobody else may open, and that are swept when their owner was killed before it could."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

READING = "vigie-lecture-"  # where files are read when nothing walls them in


def private_folder(parent: Path, prefix: str) -> tuple[Path, int]:
    """Return a new folder and the lock that shows it is in use; sweep those whose owner was killed."""
    sweep(parent, prefix)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        lock = _lock(folder)
        if lock is not None and folder.exists():
            return folder, lock


def sweep(parent: Path, prefix: str) -> int:
    """Remove the folders whose owner was killed, and return how many there were; those in use are left."""
    swept = 0
    for left in parent.glob(f"{prefix}*"):
        if (lock := _lock(left)) is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)
            swept += 1
    return swept


def _lock(folder: Path) -> int | None:
    """Return a lock on a folder of ours, or None when another holds it or owns the folder."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        if os.fstat(lock).st_uid != os.getuid():
            raise BlockingIOError
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
