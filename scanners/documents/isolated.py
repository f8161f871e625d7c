"""Hands files to children that may die of them: the service itself parses nothing."""

import atexit
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from scanners.documents import frames
from scanners.documents.cores import Cores, count
from scanners.documents.passages import Item, Unreadable
from scanners.documents.tasks import ALLOWED, Task
from scanners.documents.turns import Turns
from scanners.documents.walls import around

QUEUE_SECONDS = 180.0  # with as many checks as are let in, each page waits far less
STOPPED = "La lecture du fichier a été arrêtée : elle demande trop de temps ou de mémoire."
BUSY = "Trop de fichiers se lisent en ce moment : celui-ci n'a pas été lu, présentez-le à nouveau."
UNAVAILABLE = "La lecture des pièces jointes est indisponible : le fichier n'a pas été lu."

_ROOT = str(Path(__file__).resolve().parents[2])
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from scanners.documents.warm import main; main(int(sys.argv[2]), sys.argv[3])"
)
# Numerical libraries start a thread for each core; a process that has threads must not fork.
_ALONE = {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
_PASSED = ("TESSDATA_PREFIX",)
_WITHIN = "/tmp"  # noqa: S108 - within walls, a folder in memory that nobody else sees
_ORDER_SECONDS = 5.0  # an order that the warm process does not take in this time means that it hangs


class _Warm:
    """The one warm process of this process: started at the first file, restarted when it is gone."""

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self.turns = Turns(count())
        self._lock = threading.Lock()
        self._jobs = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """Return the process's number, None when it does not run."""
        return self._process.pid if self._process else None

    def begin(self, task: Task) -> tuple[socket.socket, int]:
        """Return the channel of a new child and its job's number. Raises `Unreadable`."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            job = next(self._jobs)
            for _ in range(2):
                try:
                    socket.send_fds(self._ready(), [f"{task} {job}".encode()], [theirs.fileno()])
                except OSError:
                    self._end()
                else:
                    return ours, job
        ours.close()
        raise Unreadable(UNAVAILABLE)

    def stop(self, job: int) -> None:
        """Have a child killed, if it still runs."""
        with self._lock:
            try:
                if self._control:
                    self._control.send(b"stop %d" % job)
            except OSError:
                self._end()

    def close(self) -> None:
        """End the warm process and its children."""
        with self._lock:
            self._end()

    def forget(self) -> None:
        """Leave to the process that forked this one what belongs to it; locks may have been copied while held."""
        if self._control:
            self._control.close()
        if self._process:
            self._process.returncode = 0  # not our child: never to be waited for
        self._reset()

    def _ready(self) -> socket.socket:
        if self._control is None or self._process is None or self._process.poll() is not None:
            self._end()
            self._start()
        if self._control is None:
            raise OSError
        return self._control

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(_ORDER_SECONDS)
        walls = around()
        arguments = [_ROOT, str(theirs.fileno()), _WITHIN if walls else tempfile.gettempdir()]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and this package, nothing typed
                [*walls, sys.executable, "-I", "-X", "utf8", "-c", _BOOT, *arguments],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_ALONE | {name: os.environ[name] for name in _PASSED if name in os.environ},
                cwd="/",
                start_new_session=True,
            )
        self._control = ours

    def _end(self) -> None:
        if self._control:
            self._control.close()
        if self._process:
            try:
                self._process.wait(_ORDER_SECONDS)
            except subprocess.TimeoutExpired:
                # Its group: within walls, it is a descendant of what was started.
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._process = self._control = None


CORES = Cores()
_warm = _Warm()
atexit.register(_warm.close)
os.register_at_fork(after_in_child=_warm.forget)


def ask(task: Task, data: bytes, asked: object = None, owner: str = "") -> Iterator[Item]:
    """Yield what a child answers about a file, as it works. Raises `Unreadable`, whatever becomes of the child.

    `asked` is what the task needs to know, as JSON can tell it; places are given in turn to the owners who wait.
    """
    with _warm.turns.taken(owner, QUEUE_SECONDS) as has_turn, CORES.taken(QUEUE_SECONDS * has_turn) as has_core:
        if not (has_turn and has_core):
            raise Unreadable(BUSY)
        channel, job = _warm.begin(task)
        with channel:
            yield from _attend(channel, job, ALLOWED[task].wall, (json.dumps(asked).encode(), data))


def _attend(channel: socket.socket, job: int, wall: float, told: tuple[bytes, bytes]) -> Iterator[Item]:
    watch = threading.Timer(wall, _break_off, (channel, job))
    watch.daemon = True
    is_over = False
    try:
        watch.start()
        for frame in told:
            frames.send(channel, frame)
        yield from frames.received_items(channel)
        is_over = True
    except (frames.Garbled, OSError, RuntimeError) as error:
        raise Unreadable(STOPPED) from error
    except Unreadable:
        is_over = True
        raise
    finally:
        watch.cancel()
        if not is_over:
            _warm.stop(job)


def _break_off(channel: socket.socket, job: int) -> None:
    _warm.stop(job)
    try:
        channel.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
