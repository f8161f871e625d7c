"""One act of the service while a call to the system fails or kills it: each call of the act in its turn."""

import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from app.schema import migrate
from tests.faults.recorder import Wrong, acknowledged, checked, forked, new_subject, opened, record

CALLS = ("openat", "pread64", "pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "fcntl", "newfstatat")
FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC")


class Trial(NamedTuple):
    """A fault put in an act, and what it left."""

    call: str
    number: int
    fault: str
    wrong: Wrong


def calls_of_an_act(url: str) -> Counter[str]:
    """Return how many times an act makes each call."""
    with tempfile.NamedTemporaryFile("r", suffix=".strace") as log:
        _traced(url, new_subject(), ["-o", log.name], apart=False)
        found = re.findall(r"^(?:\d+ +)?(\w+)\(", log.read(), re.M)
    return Counter(name for name in found if name in CALLS)


def trials(url: str, *, apart: bool = False, every: int = 1) -> Iterator[Trial]:
    """Put each fault in each call of an act (one in `every`), and give what each one alone left wrong."""
    kept, before = set[str](), Wrong(0, 0)
    places = [(call, number) for call, count in sorted(calls_of_an_act(url).items()) for number in range(1, count + 1)]
    for place, (call, number, fault) in enumerate((*one, fault) for fault in FAULTS for one in places):
        if place % every:
            continue
        options = ["-o", os.devnull, "-e", f"inject={call}:{fault}:when={number}"]
        kept |= _traced(url, new_subject(), options, apart=apart)
        now = checked(url, kept)
        yield Trial(call, number, fault, Wrong(now.lost - before.lost, now.halves - before.halves, now.damage))
        before = now


def _traced(url: str, subject: str, options: list[str], *, apart: bool) -> set[str]:
    def work(tell: Callable[[str], None]) -> None:
        sessions = opened(url)
        record(sessions, subject, apart=apart)
        sessions.kw["bind"].dispose()
        tell(subject)

    return acknowledged(straced(work, options))


def straced(work: Callable[[Callable[[str], None]], None], options: list[str], calls: Iterable[str] = CALLS) -> int:
    """Do work in a process whose calls fail as the options say; return where it said what it acknowledged."""
    child, go, reads = forked(work)
    command = ["strace", "-p", str(child), "-e", f"trace={','.join(calls)}", *options]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    told = tracer.stderr.readline()
    assert "attached" in told, told
    os.write(go, b"!")
    os.close(go)
    os.waitpid(child, 0)
    tracer.stderr.close()
    tracer.wait()
    return reads


def database(folder: Path) -> str:
    """Return the address of a fresh, migrated database in a folder."""
    url = f"sqlite:///{folder / 'vigie.sqlite'}"
    migrate(url)
    return url
