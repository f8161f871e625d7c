"""The command line, called as a person calls it but in this process: the engine is loaded once."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli import vigie
from app.commands.endings import run
from app.commands.french import speak_french

Call = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Return the lines of the output."""
        return self.out.splitlines()


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Give the act of calling `vigie`: `call("scan", path)`, with `given=b"…"` for standard input."""

    def enter(*arguments: object, given: bytes | None = None) -> Done:
        speak_french()
        capsys.readouterr()
        with standard_input(given, tmp_path / "given"):
            status = run(vigie, [str(one) for one in arguments])
        out, err = capsys.readouterr()
        return Done(status, out, err)

    return enter


@contextmanager
def standard_input(given: bytes | None, held: Path) -> Iterator[None]:
    """Put bytes on standard input, as a pipe would."""
    if given is None:
        yield
        return
    held.write_bytes(given)
    kept, source = os.dup(0), os.open(held, os.O_RDONLY)
    os.dup2(source, 0)
    try:
        yield
    finally:
        os.dup2(kept, 0)
        os.close(source)
        os.close(kept)
