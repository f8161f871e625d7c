"""Several schedulers on one database, and what they left."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from governance.core.storage import connect
from tests.faults.scheduler_process import TABLE

ROOT = Path(__file__).parents[2]
# The build for several threads: while one thread reads its file, the other build gives the others the true time.
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
PATIENCE = 60.0  # seconds: a busy machine is no failure


@dataclass(frozen=True)
class Trace:
    """A job done for a slot, when, by which process."""

    job: str
    slot: datetime
    at: datetime
    pid: int


@dataclass
class Fleet:
    """The processes, and the database they share."""

    url: str
    engine: Engine
    environment: Mapping[str, str] = field(default_factory=dict)
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, *options: str) -> None:
        """Add a process."""
        command = [sys.executable, "-m", "tests.faults.scheduler_process", self.url, *options]
        environment = {**os.environ, **self.environment}
        log = subprocess.DEVNULL if "FLEET_LOG" not in os.environ else None
        self.processes.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log))

    def traces(self, job: str = "each") -> list[Trace]:
        """Return what was done, in the order of writing."""
        statement = sa.text("SELECT job, slot, at, pid FROM trace WHERE job = :job ORDER BY at")
        with self.engine.connect().execution_options(read_only=True) as connection:
            rows = connection.execute(statement, {"job": job}).all()
        return [Trace(row[0], datetime.fromisoformat(row[1]), datetime.fromisoformat(row[2]), row[3]) for row in rows]

    def leader(self) -> "subprocess.Popen[bytes]":
        """Return the process that last did something."""
        pid = max(self.traces("each") + self.traces("latest"), key=lambda trace: trace.at).pid
        return next(process for process in self.processes if process.pid == pid)

    def wait_until_ready(self) -> None:
        """Wait until every process is there to lead: starting takes seconds, and is no part of a takeover."""
        pids = {process.pid for process in self.processes}
        self.wait_for(len(pids), "ready", lambda trace: trace.pid in pids)

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """End a process as a power cut would."""
        process.kill()
        process.wait()
        self.processes.remove(process)

    def stop(self) -> None:
        """End every process, politely."""
        for process in self.processes:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self.processes:
            process.wait(PATIENCE)
        self.processes.clear()

    def wait_for(self, count: int, job: str = "each", where: Callable[[Trace], bool] = lambda trace: True) -> None:
        """Wait for so many traces of a kind; fail (TimeoutError) when they do not come."""
        end = time.monotonic() + PATIENCE
        while sum(map(where, self.traces(job))) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{count} traces of {job} did not come")
            time.sleep(0.2)

    def wait_for_more(self, count: int, job: str = "each") -> None:
        """Wait for so many traces more than there are."""
        self.wait_for(len(self.traces(job)) + count, job)


@contextmanager
def fleet(url: str, count: int = 2, **environment: str) -> Iterator[Fleet]:
    """Start so many schedulers on a migrated database, and end them all on leaving."""
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(sa.text(TABLE))
    started = Fleet(url, engine, environment)
    try:
        for _ in range(count):
            started.start()
        yield started
    finally:
        started.stop()
        engine.dispose()


@contextmanager
def faked(
    url: str, folder: Path, shift: timedelta = timedelta(), **environment: str
) -> Iterator[tuple[Fleet, Callable[[timedelta], None]]]:
    """Start two schedulers that live at another time, and give the act of moving their clock."""
    clock = folder / "clock"

    def move(by: timedelta) -> None:
        fresh = folder / "clock.new"
        fresh.write_text(f"{by.total_seconds():+.0f}")
        fresh.replace(clock)

    move(shift)
    preload = {"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
    with fleet(url, **preload, DONT_FAKE_MONOTONIC="1", **environment) as started:
        yield started, move


def missed(traces: list[Trace], period: timedelta = timedelta(seconds=1)) -> list[datetime]:
    """Return the slots between the first and the last that nobody did."""
    done = {trace.slot for trace in traces}
    first, count = min(done), (max(done) - min(done)) // period
    return [slot for slot in (first + step * period for step in range(count + 1)) if slot not in done]


def doubled(traces: list[Trace]) -> list[datetime]:
    """Return the slots that were done more than once."""
    return sorted(slot for slot, count in Counter(trace.slot for trace in traces).items() if count > 1)


def worst_delay(traces: list[Trace]) -> float:
    """Return the longest time between a slot and its being done, in seconds."""
    return max((trace.at - trace.slot).total_seconds() for trace in traces)
