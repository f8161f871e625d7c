"""The warm process: every reader is imported once, and each file gets a forked child that it limits and buries."""

import codecs
import gc
import io
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

from scanners.documents import frames, ocr
from scanners.documents.budgets import MAX_BYTES
from scanners.documents.calls import prepared
from scanners.documents.clean import cleaned, warm_copies
from scanners.documents.confine import address_space, confine
from scanners.documents.folders import READING, private_folder
from scanners.documents.passages import Item, Made, Passage, Unreadable, gather
from scanners.documents.pictures import Picture
from scanners.documents.pointing import pointed
from scanners.documents.readers import read
from scanners.documents.steps import picture_at
from scanners.documents.tasks import ALLOWED, Task

TOO_HEAVY = "La lecture du fichier demande trop de mémoire : elle a été arrêtée."
FAILED = "Le fichier n'a pas pu être lu : son contenu n'est pas celui qu'annonce son type."

WORK: dict[Task, Callable[[bytes, Any], Iterator[Item]]] = {
    Task.READ: lambda data, _: read(data),
    Task.SEE: lambda data, steps: ocr.read_words(picture_at(data, steps)),
    Task.CLEAN: cleaned,
    Task.POINT: pointed,
    Task.SHOW: lambda data, steps: shown(picture_at(data, steps)),
}
_TOLD_EVERY = 16_384  # characters: the first page is told while the others are read
_ENCODINGS = "ascii utf-8 utf-16 utf-16-le utf-16-be utf-32 latin-1 iso8859-15 cp437 cp850 cp1252 pdfdoc".split()


class Nursery:
    """The children of the warm process: one per file, known by its job's number."""

    def __init__(self, control: socket.socket, folder: Path) -> None:
        self._control, self._folder = control, folder
        self._held = address_space()
        self._jobs: dict[int, int] = {}
        signal.signal(signal.SIGCHLD, lambda *_: self._bury())

    def serve(self) -> None:
        """Obey « TASK N » (a file's channel comes along) and « stop N » until the service goes."""
        while True:
            message, descriptors, _, _ = socket.recv_fds(self._control, 64, 1)
            if not message:
                return
            order, _, job = message.partition(b" ")
            if order == b"stop":
                self._kill(int(job))
            elif descriptors:
                self._fork(Task(order.decode()), int(job), socket.socket(fileno=descriptors[0]))

    def close(self) -> None:
        """End every child."""
        for job in list(self._jobs.values()):
            self._kill(job)

    def _fork(self, task: Task, job: int, channel: socket.socket) -> None:
        """Fork with burials held back: a child may die before its number is written down."""
        folder = self._folder / str(job)
        folder.mkdir(mode=0o700)
        with channel:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
            try:
                pid = os.fork()
                if pid == 0:
                    self._become_reader(task, channel, folder)
                self._jobs[pid] = job
            except OSError:
                folder.rmdir()
            finally:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})

    def _become_reader(self, task: Task, channel: socket.socket, folder: Path) -> None:
        try:
            self._control.close()
            os.chdir(folder)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            confine(self._held, ALLOWED[task])
            answer(task, channel)
        finally:
            os._exit(0)

    def _kill(self, job: int) -> None:
        """Kill a child that is not buried yet: its number cannot have been given to another process."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        for pid in [pid for pid, known in self._jobs.items() if known == job]:
            os.kill(pid, signal.SIGKILL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})

    def _bury(self) -> None:
        while self._jobs:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            shutil.rmtree(self._folder / str(self._jobs.pop(pid, 0)), ignore_errors=True)


def answer(task: Task, channel: socket.socket) -> None:
    """Do a task on the file that comes through the channel, after what the task needs to know; tell as it is done."""
    gc.disable()  # the process ends with the file
    reason = ""
    try:
        asked = json.loads(frames.receive(channel))
        for items in batches(WORK[task](frames.receive(channel, MAX_BYTES), asked)):
            frames.send(channel, frames.encoded(items))
    except Unreadable as refused:
        reason = refused.reason
    except MemoryError:
        reason = TOO_HEAVY
    except Exception:  # whatever a stranger's file makes a parser raise
        reason = FAILED
    frames.send(channel, frames.ending(reason))


def shown(picture: Picture) -> Iterator[Item]:
    """Yield a picture as a PNG that anything may look at: nothing of the stranger's file is left but points."""
    made = io.BytesIO()
    picture.image.save(made, "PNG", compress_level=1)
    yield Made(made.getvalue())


def batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Yield items by handfuls; those read before a refusal are yielded before it is raised."""
    handful: list[Item] = []
    size = 0
    try:
        for item in items:
            handful.append(item)
            size += len(item.text) + 100 if isinstance(item, Passage) else 0
            if size >= _TOLD_EVERY:
                yield handful
                handful, size = [], 0
    except Exception:
        yield handful
        raise
    yield handful


def warm_up() -> None:
    """Load what Python loads at first use: a confined child opens no file, not even a codec's."""
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    blank = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo[pikepdf.Name.Title] = "Amorce"
        document.save(blank)
    gather(read(blank.getvalue()))
    warm_copies()
    Image.init()
    ocr.load()
    prepared()
    gc.collect()
    gc.freeze()


def main(control: int, parent: str) -> None:
    """Run until the service closes its end of the `control` socket; `parent` is where private folders go."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    folder, _ = private_folder(Path(parent), READING)
    warm_up()
    nursery = Nursery(socket.socket(fileno=control), folder)
    try:
        nursery.serve()
    finally:
        nursery.close()
        shutil.rmtree(folder, ignore_errors=True)
