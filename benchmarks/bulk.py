"""Measure many comments on one and two processes, and the memory they take: `./vigie bench bulk`."""

import resource
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from evaluation.marked import comments  # noqa: E402  # the repository is no package
from scanners.bulk import Text, scan_many  # noqa: E402

COUNT = 100_000


def texts(count: int) -> Iterator[Text]:
    """Give so many comments, those of the dev part again and again."""
    known = [comment.text for comment in comments("dev")]
    return enumerate(islice(cycle(known), count))


def memory(who: int) -> float:
    """Return the most memory this process, or the largest of its children, ever held, in MB."""
    return resource.getrusage(who).ru_maxrss / 1024


def timed(count: int, jobs: int) -> float:
    """Return how many comments a second so many processes check."""
    begun = time.perf_counter()
    done = sum(1 for _ in scan_many(texts(count), jobs))
    return done / (time.perf_counter() - begun)


def main() -> None:
    """Print the table: one process is the opponent."""
    count = int(sys.argv[1]) if sys.argv[1:] else COUNT
    timed(2_000, 1)
    before = memory(resource.RUSAGE_SELF)
    alone = timed(count, 1)
    print("| processes | comments | comments/s | × one process | MB at 2,000 | MB at the end | largest child MB |")
    print("|---|---|---|---|---|---|---|")
    for jobs in (1, 2):
        rate = alone if jobs == 1 else timed(count, jobs)
        held = (f"{before:.0f}", f"{memory(resource.RUSAGE_SELF):.0f}", f"{memory(resource.RUSAGE_CHILDREN):.0f}")
        print("|", " | ".join((str(jobs), f"{count:,}", f"{rate:,.0f}", f"{rate / alone:.2f}", *held)), "|")


if __name__ == "__main__":
    main()
