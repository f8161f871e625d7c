"""`vigie run-jobs` as a process: told to stop, or left by the program that started it, it ends without a fault."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import on_sqlite
from tests.web.conftest import SECRET

pytestmark = [pytest.mark.slow, on_sqlite]
ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds: a busy machine is no failure


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("told", ["by a signal", "by the end of its input"])
def test_it_ends_when_told_and_says_no_more(database_url: str, told: str) -> None:
    environment = {**os.environ, "VIGIE_DATABASE_URL": database_url, "VIGIE_SECRET": SECRET}
    command = [sys.executable, "-m", "app.cli", "run-jobs", "--with-parent"]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:
        said = [process.stderr.readline()]
        if told == "by a signal":
            process.send_signal(signal.SIGTERM)
        else:
            process.stdin.close()
        said += process.stderr.readlines()
        status = process.wait(PATIENCE)

    assert b'"jobs.leading"' in said[0]
    assert (status, [line for line in said if not line.startswith(b"{")]) == (0, [])
