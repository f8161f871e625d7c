"""A real clamd with a signature base of our own: it knows EICAR, the harmless file every antivirus recognises."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
# In two halves, so that no antivirus of a developer's machine takes this file away.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Vigie.Essai.EICAR.UNOFFICIAL"
LARGEST = 6_000_000


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Give the address of a daemon that runs until the end, or skip where ClamAV is not installed."""
    if CLAMD is None:
        pytest.skip("no clamd here: apt-get install clamav-daemon")
    base = folder / "base"
    base.mkdir()
    (base / "essai.ndb").write_text(f"Vigie.Essai.EICAR:0:*:{EICAR.hex()}\n")
    door = folder / "clamd.ctl"
    lines = (
        f"LocalSocket {door}", f"DatabaseDirectory {base}", f"StreamMaxLength {LARGEST}", "Foreground yes",
        "ScanImageFuzzyHash no", "MaxThreads 2",
    )  # fmt: skip
    settings = folder / "clamd.conf"
    settings.write_text("\n".join(lines) + "\n")
    process = subprocess.Popen([CLAMD, "--config-file", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not door.exists():
            assert process.poll() is None, "clamd did not start"
            time.sleep(0.05)
        yield f"unix:{door}"
    finally:
        process.kill()
        process.wait()
