"""The power of a disk that goes while acts are recorded: ext4 on a file, shut down, its journal not flushed."""

import fcntl
import os
import random
import signal
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.faults.recorder import Wrong, checked, forked, new_subject, opened, record, said
from tests.faults.syscalls import database

MEGABYTES = 96
SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32), linux/fs/ext4/ext4.h
WITHOUT_FLUSH = 2  # EXT4_GOING_FLAGS_NOLOGFLUSH
LONGEST_LIFE = 0.8  # seconds


class Cut(NamedTuple):
    """How many acts one life acknowledged, and what the database says once the power is back."""

    acts: int
    wrong: Wrong


class NoDisk(RuntimeError):
    """This machine does not let a disk be made on a file: it takes root, and loop devices."""


def cuts(folder: Path, count: int, *, synchronous: str = "FULL", seed: int = 1) -> Iterator[Cut]:
    """Cut the power so many times, and give what each cut left; raises NoDisk."""
    chance, kept, before = random.Random(seed), set[str](), Wrong(0, 0)
    image, place = folder / "disk.img", folder / "disk"
    image.write_bytes(b"")
    os.truncate(image, MEGABYTES * 1024 * 1024)
    place.mkdir()
    _run("mkfs.ext4", "-q", "-F", str(image))
    with mounted(image, place):
        url = database(place)
    for _ in range(count):
        with mounted(image, place):
            told = _life(url, place, chance.uniform(0.1, LONGEST_LIFE), synchronous)
        kept |= told
        with mounted(image, place):
            now = checked(url, kept)
        yield Cut(len(told), Wrong(now.lost - before.lost, now.halves - before.halves, now.damage))
        before = now


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[None]:
    """Mount the disk, its journal replayed."""
    _run("mount", "-o", "loop", str(image), str(place))
    try:
        yield
    finally:
        _run("umount", str(place))


def _life(url: str, place: Path, seconds: float, synchronous: str) -> set[str]:
    child, go, reads = forked(_recording(url, synchronous))
    os.write(go, b"!")
    os.close(go)
    time.sleep(seconds)
    disk = os.open(place, os.O_RDONLY)
    told = said(reads)  # a machine without power says nothing more, whereas this process goes on until it is killed
    fcntl.ioctl(disk, SHUTDOWN, struct.pack("I", WITHOUT_FLUSH))
    os.close(disk)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reads)
    return told


def _recording(url: str, synchronous: str) -> Callable[[Callable[[str], None]], None]:
    def work(tell: Callable[[str], None]) -> None:
        sessions = opened(url, synchronous)
        while True:
            subject = new_subject()
            record(sessions, subject)
            tell(subject)

    return work


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoDisk(f"{command[0]} is refused here") from error
