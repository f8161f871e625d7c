"""Whatever a stranger's file does to the child that opens it, the service gets an honest reading and goes on."""

import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path

import pytest

from scanners.documents import frames, isolated
from scanners.documents.budgets import within_budget
from scanners.documents.calls import prepared
from scanners.documents.folders import private_folder
from scanners.documents.isolated import UNAVAILABLE
from scanners.documents.kinds import Kind
from scanners.documents.passages import (
    Box,
    Drawn,
    Missing,
    Outcome,
    Pages,
    Passage,
    Place,
    Recognised,
    Sight,
    Unreadable,
    Where,
    gather,
)
from scanners.documents.reading import read_document
from scanners.documents.tasks import ALLOWED, Task
from scanners.documents.walls import around
from tests.scanners import samples
from tests.scanners.samples import nir

read = partial(isolated.ask, Task.READ)
ROOT = Path(isolated.__file__).resolve().parents[2]
WITHOUT_CALLS = """
import ctypes
load = ctypes.CDLL.__init__
def refuse(self, name, *rest, **more):
    if name == "libseccomp.so.2":
        raise OSError
    load(self, name, *rest, **more)
ctypes.CDLL.__init__ = refuse
"""
ORDINARY = {
    "a.pdf": samples.pdf(f"NIR {nir(1)}"),
    "a.docx": samples.document(f"NIR {nir(1)}"),
    "a.xlsx": samples.saved(samples.workbook([[nir(1)]])),
    "a.csv": f"nom;nir\nExemple;{nir(1)}\n".encode("cp1252"),
}
NOT_READ = {
    "empty.pdf": b"",
    "zero.pdf": b"\x00",
    "locked.pdf": samples.locked_pdf(),
    "broken.pdf": b"%PDF-1.7" + bytes(4000),
    "scan.pdf": samples.pdf_with_image(),
    "bomb.pdf": samples.pdf_bomb(),
    "loop.pdf": samples.pdf_of_forms(3, 3, endless=True),
    "laughs.pdf": samples.pdf_of_forms(10, 10),
    "broken.docx": samples.document("Bonjour")[:9000],
    "bomb.docx": samples.zip_bomb("word/document.xml", 300),
    "bomb.xlsx": samples.lying_bomb("xl/worksheets/sheet1.xml", 300),
    "locked.xlsx": samples.ole("EncryptedPackage"),
    "old.doc": samples.ole("WordDocument"),
    "old.xls": samples.ole("Workbook"),
    "photo.png": samples.PNG,
    "photo.jpg": samples.JPEG,
    "fax.tif": samples.TIFF,
    "letter.rtf": b"{\\rtf1 Bonjour}",
    "page.html": b"<html>1&nbsp;85&nbsp;05",
    "archive.zip": samples.zip_bomb("a.txt", 1),
    "noise.pdf": bytes(range(256)) * 50,
}
# More than a channel holds: its child cannot have ended before it is listened to.
LONG = samples.pdf(*["\n".join(["Une page de texte. " * 4] * 50)] * 300)


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_file_is_read_by_a_child(name):
    reading = read_document(name, ORDINARY[name])

    assert reading.outcome is Outcome.READ
    assert nir(1) in reading.flow().text
    assert reading.kind == name.partition(".")[2]
    assert reading.remarks == ()


@pytest.mark.parametrize("name", NOT_READ)
def test_a_file_that_cannot_be_read_is_never_clean_and_says_why(name):
    reading = read_document(name, NOT_READ[name])

    assert reading.outcome is Outcome.NOT_READ
    assert reading.passages == () or all(each.place.where is Where.METADATA for each in reading.passages)
    assert all(reason.endswith(".") for reason in reading.missing)
    assert reading.missing


def test_a_file_larger_than_any_child_takes_is_not_sent(monkeypatch):
    monkeypatch.setattr("scanners.documents.reading.MAX_BYTES", 10)

    assert read_document("a.csv", b"0123456789").outcome is Outcome.READ
    assert read_document("a.csv", b"0123456789+").outcome is Outcome.NOT_READ


@pytest.mark.parametrize(
    "name", ["a\x00.docx", "a\u202efdp.docx", "x" * 300 + ".docx", "\ud800.docx", "../../a.docx", "docx"]
)
def test_no_name_prevents_reading(name):
    assert read_document(name, ORDINARY["a.docx"]).outcome is Outcome.READ


def test_an_extension_that_lies_is_told_and_the_file_is_read_all_the_same():
    reading = read_document("certificat.pdf", ORDINARY["a.xlsx"])

    assert reading.outcome is Outcome.READ
    assert reading.remarks == ("Ce fichier se nomme « .pdf » mais contient un classeur Excel.",)


def test_one_byte_of_text_is_read_and_its_name_lies():
    reading = read_document("a.pdf", b"a")

    assert reading.kind is Kind.CSV
    assert reading.remarks


def test_a_text_beyond_the_budget_is_read_up_to_it(monkeypatch):
    monkeypatch.setattr("scanners.documents.budgets.MAX_CHARACTERS", 10)
    passages = [Passage(Place(Where.PAGE, number), "123456") for number in (1, 2, 3)]

    reading = gather(within_budget(iter(passages)))

    assert [passage.text for passage in reading.passages] == ["123456", "1234"]
    assert reading.outcome is Outcome.IN_PART


def test_many_threads_read_at_once():
    with ThreadPoolExecutor(8) as threads:
        readings = list(threads.map(lambda name: read_document(name, ORDINARY[name]), list(ORDINARY) * 8))

    assert {reading.outcome for reading in readings} == {Outcome.READ}


def test_a_child_killed_while_it_reads_leaves_what_was_read_and_harms_no_other():
    items = read(LONG)
    first = next(items)
    signal_children(signal.SIGKILL)

    with pytest.raises(Unreadable):
        list(items)

    assert first == Recognised(Kind.PDF)
    assert read_document("a.csv", ORDINARY["a.csv"]).outcome is Outcome.READ


def test_a_child_that_hangs_is_killed_and_what_it_had_read_stands(monkeypatch):
    read_document("a.csv", b"a;b")
    monkeypatch.setitem(isolated.ALLOWED, Task.READ, ALLOWED[Task.READ]._replace(wall=2.0))
    items = read(LONG)
    first = next(items)
    signal_children(signal.SIGSTOP)

    reading = gather(chain([first], items))

    assert reading.outcome is Outcome.IN_PART
    assert reading.missing == (isolated.STOPPED,)
    wait_until(lambda: not readers())


def test_a_reader_that_is_given_up_midway_frees_its_place():
    for _ in range(10):
        items = read(ORDINARY["a.pdf"])
        next(items)
        items.close()

    assert read_document("a.csv", ORDINARY["a.csv"]).outcome is Outcome.READ


def test_the_warm_process_is_restarted_when_it_dies():
    read_document("a.csv", b"a;b")
    first = isolated._warm.pid
    os.killpg(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)

    reading = read_document("a.csv", ORDINARY["a.csv"])

    assert reading.outcome is Outcome.READ
    assert isolated._warm.pid != first


def test_a_warm_process_that_hangs_costs_files_their_reading_and_never_the_service(monkeypatch):
    monkeypatch.setattr(isolated, "_ORDER_SECONDS", 0.2)
    isolated._warm.close()
    read_document("a.csv", b"a;b")
    monkeypatch.setitem(isolated.ALLOWED, Task.READ, ALLOWED[Task.READ]._replace(wall=0.1))
    os.killpg(isolated._warm.pid, signal.SIGSTOP)

    readings = [read_document("a.csv", ORDINARY["a.csv"]) for _ in range(3)]
    isolated._warm.close()
    monkeypatch.undo()

    assert {reading.outcome for reading in readings} == {Outcome.NOT_READ}
    assert read_document("a.csv", ORDINARY["a.csv"]).outcome is Outcome.READ


def test_without_an_interpreter_to_start_every_file_is_told_unread(monkeypatch):
    isolated._warm.close()
    monkeypatch.setattr("scanners.documents.isolated.around", tuple)
    monkeypatch.setattr(sys, "executable", "/nonexistent")

    reading = read_document("a.csv", ORDINARY["a.csv"])
    monkeypatch.undo()

    assert reading.outcome is Outcome.NOT_READ
    assert reading.missing == (UNAVAILABLE,)


def test_no_child_and_no_folder_remains(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    isolated._warm.close()
    for name, data in (ORDINARY | {"bomb.pdf": NOT_READ["bomb.pdf"]}).items():
        read_document(name, data)
    warm_pid = isolated._warm.pid

    # The warm process removes a child's folder once the child is gone: a moment after it.
    wait_until(lambda: not readers() and not [*tmp_path.glob("*/*")])
    isolated._warm.close()

    assert list(tmp_path.iterdir()) == []
    assert not Path(f"/proc/{warm_pid}").exists()


def test_the_folders_of_a_killed_service_are_swept_and_those_in_use_are_left(tmp_path):
    abandoned = tmp_path / "vigie-lecture-abandoned"
    (abandoned / "7").mkdir(parents=True)
    used, lock = private_folder(tmp_path, "vigie-lecture-")

    other, other_lock = private_folder(tmp_path, "vigie-lecture-")

    assert sorted(tmp_path.iterdir()) == sorted([used, other])
    os.close(lock)
    os.close(other_lock)


def test_a_fork_of_the_service_starts_its_own_warm_process():
    read_document("a.csv", b"a;b")
    ours = isolated._warm.pid

    pid = os.fork()
    if pid == 0:
        is_read = read_document("a.csv", ORDINARY["a.csv"]).outcome is Outcome.READ
        is_own = isolated._warm.pid != ours
        isolated._warm.close()
        os._exit(0 if is_read and is_own else 1)
    _, status = os.waitpid(pid, 0)

    assert status == 0
    assert isolated._warm.pid == ours
    assert read_document("a.csv", ORDINARY["a.csv"]).outcome is Outcome.READ


def test_a_command_that_reads_a_file_ends_and_leaves_nothing(tmp_path):
    program = "from scanners.documents.reading import read_document as r; print(r('a.csv', b'a;b').outcome)"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)

    assert done.stdout == "read\n"
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


CONFINED = """
    import os, socket, sys
    from scanners.documents import calls
    from scanners.documents.confine import address_space, confine
    from scanners.documents.tasks import ALLOWED, Task
    if "seccomp" not in sys.argv:
        calls.prepared = lambda: None
        import scanners.documents.confine as module
        module.prepared = calls.prepared
    others = os.getppid()
    confine(address_space(), ALLOWED[Task.READ])
    attempts = {
        "open": lambda: open("/etc/hostname"), "write": lambda: open("new", "w"), "socket": socket.socket,
        "pipe": os.pipe, "memory": lambda: bytearray(600_000_000), "signal": lambda: os.kill(others, 0),
        "exec": lambda: os.execv("/bin/true", ["true"]),
    }
    for name, attempt in attempts.items():
        try:
            attempt()
        except (OSError, MemoryError):
            print(name, flush=True)
"""


@pytest.mark.parametrize(
    ("with_calls", "refused"),
    [
        pytest.param("limits", "open write socket pipe memory exec", id="limits alone"),
        pytest.param("seccomp", "open write socket pipe memory signal exec", id="and seccomp"),
    ],
)
def test_a_confined_process_opens_no_file_no_socket_and_starts_nothing(tmp_path, with_calls, refused):
    if with_calls == "seccomp" and prepared() is None:
        pytest.skip("libseccomp is not installed")
    program = [sys.executable, "-c", textwrap.dedent(CONFINED), with_calls]

    done = subprocess.run(program, capture_output=True, text=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)})

    assert set(refused.split()) - {"exec"} <= set(done.stdout.split()), done.stderr
    assert ("signal" in done.stdout) == (with_calls == "seccomp")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not around(), reason="bubblewrap is not installed, or may not be used here")
def test_within_walls_the_warm_process_sees_no_network_no_other_process_and_nobody_s_files():
    read_document("a.csv", b"a;b")
    seen, service = Path(f"/proc/{warm_process()}"), Path("/proc/self")

    apart = [
        name
        for name in ("net", "pid", "mnt", "ipc")
        if (seen / "ns" / name).readlink() != (service / "ns" / name).readlink()
    ]

    assert apart == ["net", "pid", "mnt", "ipc"]
    assert not (seen / "root" / "etc" / "passwd").exists()
    assert not (seen / "root" / "home").exists()


@pytest.mark.parametrize("lacking", ["bubblewrap", "seccomp", "both"])
def test_files_are_read_with_neither_bubblewrap_nor_seccomp(monkeypatch, lacking):
    if lacking != "seccomp":
        monkeypatch.setattr("scanners.documents.isolated.around", tuple)
    if lacking != "bubblewrap":
        monkeypatch.setattr("scanners.documents.isolated._BOOT", WITHOUT_CALLS + isolated._BOOT)
    isolated._warm.close()

    reading = read_document("a.pdf", ORDINARY["a.pdf"])
    isolated._warm.close()

    assert reading.outcome is Outcome.READ


def test_a_machine_that_forbids_walls_has_none(tmp_path, monkeypatch):
    forbidden = tmp_path / "bwrap"
    forbidden.write_text("#!/bin/sh\nexit 1\n")
    forbidden.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert around.__wrapped__() == ()


def test_the_warm_process_inherits_no_environment(monkeypatch):
    monkeypatch.setenv("VIGIE_MASTER_KEY", "canari")
    isolated._warm.close()
    read_document("a.csv", b"a;b")

    environment = Path(f"/proc/{warm_process()}/environ").read_bytes()

    assert b"canari" not in environment
    assert b"VIGIE" not in environment


def test_what_a_child_says_comes_back_as_it_was():
    said = [
        Recognised(Kind.XLSX),
        Recognised(None),
        Pages(3),
        Missing("Une raison."),
        Passage(Place(Where.CELL, 0, "Été", "B2", "commentaire", True), "a\n\t« é » 𝒳"),
        Passage(Place(Where.PAGE, 2), "vu", (Box(0, 2, 0.25, 0, 0.5, 1),)),
        Drawn(Place(Where.PAGE, 4), ("piece 0", "page 4")),
        Sight(Place(Where.PAGE, 4), 12, 93.5, 200, -1.5, 0.02),
    ]
    ours, theirs = isolated.socket.socketpair()
    with ours, theirs:
        frames.send(theirs, frames.encoded(said))
        frames.send(theirs, frames.ending())

        heard = list(frames.received_items(ours))

    assert heard == said


@pytest.mark.parametrize(
    "frame",
    [
        b"", b"{", b"{}", b"[1]", b"[[]]", b'[["passage"]]', b'[["passage",["page",1,"","","",1],"x",[]]]', b"\xff",
        b'[["passage",["ailleurs",1,"","","",false],"x",[]]]',
        b'[["passage",["page",1,"","","",false],"x",[[0,9,0,0,1,1]]]]',
        b'[["passage",["page",1,"","","",false],"x",[[0,1,0,0,1,7]]]]',
        b'[["sight",["page",1,"","","",false],1,1,1,1,"x"]]', b'[["pages",-1]]', b'[["kind","exe"]]', b"[" * 100_000,
        b'[["pages",99999999999]]', b'[["missing",1]]',
    ],
)  # fmt: skip
def test_a_child_that_says_nonsense_is_not_believed(frame):
    ours, theirs = isolated.socket.socketpair()
    with ours, theirs:
        frames.send(theirs, frame)
        theirs.close()

        with pytest.raises(frames.Garbled):
            list(frames.received_items(ours))


def test_a_child_that_announces_too_much_is_not_listened_to():
    ours, theirs = isolated.socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"\xff\xff\xff\xff")

        with pytest.raises(frames.Garbled):
            frames.receive(ours)


def children_of(pid: int | None) -> list[int]:
    """Return the children of a process, dead and unburied ones included."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def warm_process() -> int:
    """Return the warm process: what was started or, within walls, the last of those that stand around it."""
    pid = isolated._warm.pid or 0
    while Path(f"/proc/{pid}/cmdline").read_bytes().partition(b"\0")[0].endswith(b"bwrap"):
        pid = children_of(pid)[0]
    return pid


def readers() -> list[int]:
    """Return those who are reading."""
    return children_of(warm_process())


def signal_children(number: signal.Signals) -> None:
    """Send a signal to those who are reading."""
    for child in readers():
        os.kill(child, number)


def wait_until(condition) -> None:
    """Wait for something that another process is about to do."""
    for _ in range(200):
        if condition():
            return
        signal.sigtimedwait([], 0.02)
    raise AssertionError("it never happened")
