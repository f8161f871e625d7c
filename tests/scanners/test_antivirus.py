"""A real daemon, and those that are down, slow or unclear: only a clear « OK » is one."""

import io
import socket
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from governance.conventions.shipped import shipped
from governance.core import clock
from scanners.documents.antivirus import BadAddress, Clamd, parsed
from scanners.documents.examined import Examined, State
from scanners.dossier import Attachment, Dossier, Instruments, check_attachment
from scanners.engine import default
from scanners.own_words import OwnWords
from scanners.rules import Outcome, Reason, hold
from tests.scanners import clamd

LETTER = b"Une attestation de domicile."


@pytest.fixture(scope="module")
def daemon() -> Iterator[Clamd]:
    with tempfile.TemporaryDirectory() as folder, clamd.running(Path(folder)) as address:  # a short path: a socket's
        yield Clamd(address)


def zipped(data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.png", data)
    return made.getvalue()


@pytest.mark.parametrize("data", [clamd.EICAR, b"Devis\n" + clamd.EICAR + b"\nMerci", zipped(clamd.EICAR)])
def test_what_the_base_knows_is_recognised_wherever_it_stands(daemon: Clamd, data: bytes) -> None:
    assert daemon.examine(data) == Examined(State.INFECTED, clamd.NAME)


@pytest.mark.parametrize("data", [LETTER, b"", bytes(5_000_000), zipped(LETTER)])
def test_what_the_base_does_not_know_is_clean(daemon: Clamd, data: bytes) -> None:
    assert daemon.examine(data).state is State.CLEAN


def test_a_file_beyond_the_daemon_s_limit_is_not_clean(daemon: Clamd) -> None:
    assert daemon.examine(bytes(clamd.LARGEST + 1)).state is State.UNREACHABLE


def test_the_daemon_tells_its_version(daemon: Clamd) -> None:
    assert str(daemon.version()).startswith("ClamAV ")


@pytest.mark.parametrize(
    "answer", [b"", b"\0", b"stream: OK", b"OK\0", b"stream: OK \0", b"stream: NOT OK\0", b"x" * 9_000, b"\xff\0"]
)
def test_an_unclear_answer_is_not_clean(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=say, args=(server, answer), daemon=True)
        thread.start()

        examined = Clamd(f"tcp:127.0.0.1:{server.getsockname()[1]}").examine(LETTER)

        thread.join()
    assert examined.state is State.UNREACHABLE


def say(server: socket.socket, answer: bytes) -> None:
    channel, _ = server.accept()
    with channel:
        while not channel.recv(4_096).endswith(bytes(4)):
            pass
        channel.sendall(answer)


def test_a_daemon_that_hangs_is_not_waited_for_without_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        examined = Clamd(f"tcp:127.0.0.1:{server.getsockname()[1]}", seconds=0.2).examine(bytes(20_000_000))

    assert examined.state is State.UNREACHABLE


@pytest.mark.parametrize("address", ["unix:/nowhere/clamd.ctl", "tcp:127.0.0.1:1"])
def test_a_daemon_that_is_down_is_told(address: str) -> None:
    assert (Clamd(address).examine(LETTER).state, Clamd(address).version()) == (State.UNREACHABLE, None)


@pytest.mark.parametrize(
    "address", ["", "clamd", "unix:relative", "tcp:host", "tcp::3310", "tcp:host:0", "tcp:h:99999"]
)
def test_an_address_that_cannot_be_meant_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        parsed(address)


@pytest.mark.parametrize(
    ("code", "state", "outcome"),
    [
        ("S0", State.CLEAN, Outcome.ACCEPTE),
        ("S0", State.ABSENT, Outcome.ACCEPTE),
        ("S0", State.UNREACHABLE, Outcome.A_VERIFIER),
        ("S0", State.INFECTED, Outcome.REFUSE),
        ("S4", State.CLEAN, Outcome.ACCEPTE),
        ("S4", State.ABSENT, Outcome.A_VERIFIER),
        ("S4", State.UNREACHABLE, Outcome.REFUSE),
        ("S4", State.INFECTED, Outcome.REFUSE),
    ],
)
def test_f4_a_file_is_held_as_its_convention_says(code: str, state: State, outcome: Outcome) -> None:
    terms = shipped()[code].on(clock.day(clock.now()))

    held = hold(Examined(state), terms)

    assert held.outcome is outcome
    assert (held.note is None) == (outcome is Outcome.ACCEPTE)


def test_f4_an_infected_file_is_refused_unopened_whatever_the_reason(daemon: Clamd) -> None:
    dossier = Dossier(
        None, (Attachment("note.csv", b"NIR;1850578006000\n" + clamd.EICAR),), file_reasons={0: Reason.NECESSARY}
    )

    checked = check_attachment(0, dossier, None, Instruments(default(), daemon), OwnWords())

    assert (checked.outcome, checked.verdict.remarks, checked.kind) == (Outcome.REFUSE, (), None)
    assert clamd.NAME in checked.notes[0]
