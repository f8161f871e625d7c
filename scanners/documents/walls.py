"""Walls around the warm process, where bubblewrap is installed and may be used: no network, no other process, no file.

It sees the interpreter, its libraries and this package, all read-only, and an empty folder of its own in memory. Set up
once, when the warm process starts: files cost nothing more.
"""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from scanners.documents.ocr_data import find_data

_PACKAGE = Path(__file__).resolve().parents[1]
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d")
_TRIED_SECONDS = 10.0


@cache
def around() -> tuple[str, ...]:
    """Return the beginning of the command that starts a program within walls; empty where there are none.

    Tried once: a system may have the program and forbid what it does (containers often do).
    """
    program = shutil.which("bwrap")
    if program is None:
        return ()
    command = (program, *_options())
    interpreter = [*command, sys.executable, "-I", "-S", "-c", ""]
    try:
        tried = subprocess.run(interpreter, capture_output=True, timeout=_TRIED_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return command if tried.returncode == 0 else ()


def _options() -> tuple[str, ...]:
    # Not --die-with-parent: it ends with the thread that started it. It ends when the service closes its channel.
    alone = ("--unshare-all", "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp")  # noqa: S108 - its own
    seen = (*_SYSTEM, sys.base_prefix, sys.prefix, str(_PACKAGE), *([str(data)] if (data := find_data()) else []))
    binds = (("--ro-bind-try", one, one) for one in dict.fromkeys(seen))
    return (*alone, *(word for bind in binds for word in bind), "--chdir", "/")
