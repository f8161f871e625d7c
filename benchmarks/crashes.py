"""Measure what a failing disk, a killing call and a power cut leave of acknowledged acts: `./vigie bench crashes`.

Takes root (a disk is made on a file) and strace. The opponents, in the same run: an act in two transactions, and SQLite
with synchronous=NORMAL. `--short` makes a twentieth of the trials.
"""

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from governance.core.keystore import KeyStore  # noqa: E402  # the repository's own modules come first
from governance.core.masters import GivenMaster  # noqa: E402
from tests.conftest import MASTER_KEY  # noqa: E402
from tests.faults import powercut, syscalls  # noqa: E402

SHORT = "--short" in sys.argv
CUTS = 5 if SHORT else 100
EVERY = 20 if SHORT else 1


def calls(folder: Path, name: str, *, apart: bool) -> None:
    """Print what each fault in each call of an act left."""
    folder.mkdir()
    done = list(syscalls.trials(syscalls.database(folder), apart=apart, every=EVERY))
    wrong = [one for one in done if not one.wrong.nothing]
    by_fault = Counter(one.fault for one in wrong)
    lost = sum(one.wrong.lost for one in done)
    print(f"| {name} | {len(done)} | {lost} | {len(wrong)} | {dict(by_fault) or '–'} |", flush=True)


def power(folder: Path, synchronous: str) -> None:
    """Print what power cuts left."""
    folder.mkdir()
    done = list(powercut.cuts(folder, CUTS, synchronous=synchronous))
    acts, lost = sum(one.acts for one in done), sum(one.wrong.lost for one in done)
    halves, damaged = sum(one.wrong.halves for one in done), sum(one.wrong.damage != "ok" for one in done)
    print(f"| WAL, synchronous={synchronous} | {CUTS} | {acts} | {lost} | {halves} | {damaged} |", flush=True)


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ |= {"VIGIE_KEY_STORE": str(folder / "keys"), "VIGIE_MASTER_KEY": MASTER_KEY}
        KeyStore(folder / "keys", GivenMaster(MASTER_KEY)).create()
        print("| act | faults put in | lost | by halves or damaged | by fault |\n|---|---|---|---|---|")
        calls(folder / "one", "one transaction (vigie)", apart=False)
        calls(folder / "two", "two transactions", apart=True)
        print("\n| SQLite | cuts | acts acknowledged | lost | by halves | damaged |\n|---|---|---|---|---|---|")
        power(folder / "full", "FULL")
        power(folder / "normal", "NORMAL")


if __name__ == "__main__":
    main()
