"""Work that runs an event loop of its own, in a thread that has none: pyHanko signs and checks in one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """Return what the work returns, done in a thread of its own; a thread that already runs a loop refuses another."""
    with ThreadPoolExecutor(max_workers=1) as one:
        return one.submit(work).result()
