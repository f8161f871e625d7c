"""How far a scan is, on the error output and on a terminal only."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.commands.scanning.inputs import STDIN, walk
from app.commands.scanning.items import Result

Follow = Callable[[Iterable[Result]], Iterable[Result]]


@contextmanager
def followed(paths: Sequence[str]) -> Iterator[Follow]:
    """Give what results are passed through to be followed."""
    if not sys.stderr.isatty():
        yield lambda results: results
        return
    from rich.console import Console  # noqa: PLC0415  # a terminal's affair: pipes should not wait for it
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), TimeRemainingColumn())
    # Standard output goes through the bar when both are the same terminal, and never otherwise.
    same = sys.stdout.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=same) as progress:
        task = progress.add_task("lecture…", total=_size(paths))

        def follow(results: Iterable[Result]) -> Iterator[Result]:
            for number, result in enumerate(results, 1):
                progress.update(task, advance=result.size, description=f"{number} vérifiés")
                yield result

        yield follow


def _size(paths: Sequence[str]) -> int | None:
    """Return the bytes to read, None when they cannot be known."""
    if STDIN in paths:
        return None
    found = (one for path in paths for one in walk(path) if isinstance(one, Path))
    return sum(_size_of(path) for path in found) or None


def _size_of(path: Path) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116  # twice as fast, and folders are large
    except OSError:
        return 0
