"""Many texts on several cores: bounded memory, in order or as they come.

The work is handed to forked processes, which share the vocabulary that is already loaded; a few batches are under way
at any time, whatever the length of the source, and a batch that is slow holds back at most those few.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any, TypeVar

from scanners.engine import Scanner, default
from scanners.findings import Finding

BATCH = 128
HEAVIEST = 2_000_000  # bytes
AHEAD = 3  # batches under way for each process

Identifier = str | int | float | None
Text = tuple[Identifier, str]
T = TypeVar("T")
R = TypeVar("R")

_WORK: list[Callable[[Sequence[Any]], Any]] = []  # what a forked process does, told once: it inherits it


class WorkerLost(RuntimeError):
    """A process ended before its answer: killed, or out of memory."""


def scan_many(
    texts: Iterable[Text], jobs: int = 1, *, ordered: bool = True, scanner: Scanner | None = None
) -> Iterator[tuple[Identifier, tuple[Finding, ...]]]:
    """Give each text's identifier and findings; with `ordered` in the order of the texts.

    The source is read as answers are taken: a million texts take no more memory than a thousand. Raises TextTooLong
    for a text beyond the engine's limit, WorkerLost when a process dies.
    """
    engine = scanner or default()
    engine.scan("")  # the vocabulary, loaded once, before the processes are forked

    def scanned(batch: Sequence[Text]) -> list[tuple[Identifier, tuple[Finding, ...]]]:
        return [(identifier, engine.scan(text)) for identifier, text in batch]

    for answers in spread(scanned, texts, jobs, ordered=ordered, weigh=lambda text: len(text[1])):
        yield from answers


def spread(
    work: Callable[[Sequence[T]], R],
    items: Iterable[T],
    jobs: int,
    *,
    ordered: bool = True,
    weigh: Callable[[T], int] = lambda _: 0,
) -> Iterator[R]:
    """Give what `work` returns for each batch of items, worked on by so many processes; one works here.

    A batch is closed by its number of items or by their weight in bytes. What `work` returns must be picklable. Raises
    what `work` raises, and WorkerLost when a process dies.
    """
    batches = _batches(items, weigh)
    if jobs == 1:
        yield from map(work, batches)
        return
    # With fork, what a process is told when it begins is inherited: a closure could not be pickled.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), _WORK.append, (work,)) as pool:
        try:
            yield from (_in_order if ordered else _as_they_come)(pool, batches, jobs * AHEAD)
        except BrokenProcessPool as error:
            raise WorkerLost("Un processus de vérification s'est arrêté avant de répondre.") from error
        finally:
            pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, batches: Iterator[Any], most: int) -> Iterator[Any]:
    under_way = deque(pool.submit(_do, batch) for batch in islice(batches, most))
    while under_way:
        yield under_way.popleft().result()
        under_way.extend(pool.submit(_do, batch) for batch in islice(batches, 1))


def _as_they_come(pool: ProcessPoolExecutor, batches: Iterator[Any], most: int) -> Iterator[Any]:
    under_way = {pool.submit(_do, batch) for batch in islice(batches, most)}
    while under_way:
        done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        for one in done:
            yield one.result()
            under_way.update(pool.submit(_do, batch) for batch in islice(batches, 1))


def _do(batch: Sequence[Any]) -> Any:
    return _WORK[-1](batch)


def _batches(items: Iterable[T], weigh: Callable[[T], int]) -> Iterator[Sequence[T]]:
    batch: list[T] = []
    weight = 0
    for item in items:
        batch.append(item)
        weight += weigh(item)
        if len(batch) >= BATCH or weight >= HEAVIEST:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch
