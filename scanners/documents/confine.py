"""What a process that opens strangers' files is left with: little time, little memory, no file, no network."""

import ctypes
import resource
import signal
from pathlib import Path

from scanners.documents.calls import prepared
from scanners.documents.tasks import Allowance

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38


def address_space() -> int:
    """Return the bytes of address space this process holds (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def confine(held: int, allowed: Allowance) -> None:
    """Give up, for good, all that a task does not need; `held` is the address space already in use, in bytes.

    With no descriptor left to open, `open`, `socket` and `pipe` fail: no file, no network. What is already open stays.
    Where seccomp is to be had, calls that a reader never makes fail too: signals to other processes, programs, forks.
    """
    filtered = prepared()  # first: it may open the library
    _with_parent()
    limits = (
        (resource.RLIMIT_CPU, allowed.cpu),
        (resource.RLIMIT_AS, held + allowed.memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    )
    for limit, value in limits:
        resource.setrlimit(limit, (value, value))
    if filtered is not None:
        filtered()


def _with_parent() -> None:
    """Die with the warm process, and never gain a privilege by running a program (Linux, prctl(2))."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
