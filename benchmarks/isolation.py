"""Measure what it costs to read a file in a child of its own: `./vigie bench isolation`.

The same file is read in this process, then by the service's way in; the difference is the price. The least of many
counts: a machine that does something else only adds to it.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from scanners.documents import isolated
from scanners.documents.calls import prepared
from scanners.documents.readers import read
from scanners.documents.reading import read_document
from scanners.documents.tasks import Task
from scanners.documents.walls import around
from scanners.documents.warm import warm_up
from tests.scanners import samples
from tests.scanners.samples import nir

TIMES = 200
FILES = {
    "csv, one line": f"nom;nir\nExemple;{nir(1)}\n".encode(),
    "PDF, one page": samples.pdf(f"NIR {nir(1)}"),
    "docx, one paragraph": samples.document(f"NIR {nir(1)}"),
}


def milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return the least and the median time of some work."""
    spent = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        spent.append((time.perf_counter() - begun) * 1000)
    spent.sort()
    return spent[0], spent[TIMES // 2]


def table(title: str) -> None:
    """Print what each file costs, read here and in a child."""
    print(
        f"\n{title}\n\n| file | here, ms | in a child, ms | price | CPU of child and fork, ms |\n|---|---|---|---|---|"
    )
    for name, data in FILES.items():
        here = milliseconds(lambda data=data: list(read(data)))[0]
        begun = processor()
        child = milliseconds(lambda data=data: list(isolated.ask(Task.READ, data)))[0]
        time.sleep(0.5)  # the last one is to be buried
        spent = (processor() - begun) / TIMES
        print(f"| {name} | {here:.1f} | {child:.1f} | {child - here:.1f} | {spent:.1f} |")


def processor() -> float:
    """Return the milliseconds of processor that the warm process and its dead children have taken."""
    pid = isolated._warm.pid or 0
    while Path(f"/proc/{pid}/cmdline").read_bytes().partition(b"\0")[0].endswith(b"bwrap"):
        pid = int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(one) for one in fields[11:15]) * 1000 / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print the price with what is installed, then without bubblewrap."""
    warm_up()
    begun = time.perf_counter()
    read_document("a.csv", b"a;b")
    print(f"first file, the warm process included: {time.perf_counter() - begun:.2f} s")
    said = ("limits", *(["seccomp"] if prepared() else []), *(["bubblewrap"] if around() else []))
    table(" + ".join(said))
    if around():
        isolated._warm.close()
        isolated.around = tuple  # type: ignore[assignment]  # as on a machine that has none
        read_document("a.csv", b"a;b")
        table(" + ".join(said[:-1]))


if __name__ == "__main__":
    main()
