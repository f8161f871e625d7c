"""Killing a process at a chosen line of our own code, or at an instant: SIGKILL, no handler, no clean-up."""

import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any


def is_killed_at(step: int, act: Callable[[], object], *within: str) -> bool:
    """Run an act in a child killed at the n-th line it runs of files whose path holds one of `within`; say it."""
    child = os.fork()
    if child == 0:
        _run_until(step, act, within)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the act itself failed"
    return os.WIFSIGNALED(status)


def is_killed_after(seconds: float, act: Callable[[], object]) -> bool:
    """Run an act in a child killed after so many seconds, be it inside a library or the disk; say whether it was."""
    child = os.fork()
    if child == 0:
        _run_until(0, act, ())
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the act itself failed"
    return os.WIFSIGNALED(status)


def _run_until(step: int, act: Callable[[], object], within: tuple[str, ...]) -> None:
    left = [step]

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        if not any(part in frame.f_code.co_filename for part in within):
            return None
        if event == "line":
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    try:
        sys.settrace(trace)
        act()
        sys.settrace(None)
        os._exit(0)
    finally:
        os._exit(1)
