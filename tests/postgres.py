"""A PostgreSQL server of its own, in a folder of its own: it may be hurried, filled and killed."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

PATIENCE = 60.0  # seconds: a busy machine is no failure
# Nothing of what tests write has to outlive the machine: without waiting for the disk, a database is made and dropped
# in 0.05 s instead of 0.5 s or more.
HURRIED = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200")


@dataclass
class Server:
    """The server, the folder of its data and the programs that run it."""

    folder: Path
    programs: Path
    port: int
    settings: Sequence[str] = ()
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Return the address of its first database."""
        return f"postgresql://root@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Make its data."""
        command = [self.programs / "initdb", "-D", self.folder, "-U", "root", "--auth=trust", "--no-sync"]
        locale = ["--locale=C.UTF-8", "--encoding=UTF8"]
        subprocess.run([*command, *locale], check=True, capture_output=True, user=owner(), cwd="/")

    def start(self) -> None:
        """Start it, and wait until it answers; it dies with this process."""
        given = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}"]
        options = [part for one in (*given, *self.settings) for part in ("-c", one)]
        with (self.folder.parent / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder, *options],
                stdout=log, stderr=log, user=owner(), cwd="/", preexec_fn=_die_together, start_new_session=True,
            )  # fmt: skip
        self.wait()

    def wait(self) -> float:
        """Wait until it answers; return how many seconds that took."""
        begun = time.monotonic()
        while time.monotonic() < begun + PATIENCE:
            try:
                psycopg.connect(self.url, connect_timeout=3).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return time.monotonic() - begun
        raise TimeoutError("the server does not answer")

    def stop(self) -> None:
        """Stop it at once."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, or None where they are not installed."""
    found = shutil.which("initdb")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda place: int(place.parts[-3]))
    return Path(found).resolve().parent if found else places[-1].parent if places else None


def owner() -> str | None:
    """Return who runs the server: it refuses to be root's."""
    if os.geteuid():
        return None
    return "postgres" if any(one.pw_name == "postgres" for one in pwd.getpwall()) else "nobody"


@contextmanager
def server(settings: Sequence[str] = HURRIED, place: Path | None = None) -> Iterator[Server]:
    """Give a running server, in a fresh folder (of `place`, if given) that goes with it.

    Raises FileNotFoundError where PostgreSQL is not installed.
    """
    where = programs()
    if where is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="vigie-postgres-", dir=place))
    if (name := owner()) is not None:
        shutil.chown(folder, name)
    made = Server(folder / "data", where, free_port(), settings)
    try:
        made.make()
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.socket()) as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _die_together() -> None:
    """Be stopped at once when this process ends, however it ends (Linux, prctl(2))."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(1, signal.SIGQUIT, 0, 0, 0)  # PR_SET_PDEATHSIG
