"""How the command line ends: one line, an exit status, and never a traceback; in French, and fast to start."""

import ast
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
import pytest

from app.cli import COMMANDS, vigie
from app.commands.endings import run
from app.commands.french import MODULES, SENTENCES
from governance.core.refusals import Invalid
from tests.actions.cli import Call, call

__all__ = ["call"]

ROOT = Path(__file__).parents[2]
TO_PROGRAMMERS = (
    "Arguments take exactly",
    "Boolean option",
    "Could not determine",
    "Deprecation",
    "No options defined",
)
HEAVY = ("flask", "sqlalchemy", "presidio_analyzer", "spacy", "rich", "pydantic", "governance.conventions", "scanners")


@pytest.mark.parametrize("arguments", [("--help",), *((name, "--help") for name in COMMANDS)])
def test_every_command_has_its_help_in_french(call: Call, arguments: tuple[str, ...]) -> None:
    done = call(*arguments)

    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Usage : vigie")
    assert "Show this message" not in done.out


def test_the_list_of_commands_says_what_each_command_says_of_itself() -> None:
    context = click.Context(vigie)

    said = {name: vigie.get_command(context, name).get_short_help_str(200) for name in COMMANDS}

    assert said.keys() == COMMANDS.keys()
    assert all(said.values())


@pytest.mark.parametrize("arguments", [(), ("bogus",), ("scan",), ("receipts", "verify"), ("conventions", "show")])
def test_a_command_that_is_not_complete_is_refused_in_one_line(call: Call, arguments: tuple[str, ...]) -> None:
    done = call(*arguments)

    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)


def test_every_sentence_that_click_says_to_people_has_its_french() -> None:
    missing = {sentence for name in MODULES for sentence in sentences_of(name)} - set(SENTENCES)

    assert {one for one in missing if not one.startswith(TO_PROGRAMMERS)} == set()


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (Invalid("Non."), 2, "Non."),
        (KeyboardInterrupt(), 130, "Interrompu."),
        (click.Abort(), 130, "Interrompu."),
        (BrokenPipeError(), 2, ""),
        (OSError(28, "No space left on device"), 2, "Lecture ou écriture impossible"),
        (RuntimeError("Suivi pour un diabète"), 2, "Erreur inattendue (RuntimeError, "),
    ],
)
def test_whatever_happens_ends_in_one_line_without_what_was_scanned(
    error: BaseException, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def failing() -> None:
        raise error

    ended = run(failing, [])

    told = capsys.readouterr().err
    assert (ended, len(told.splitlines()) <= 1) == (status, True)
    assert told.startswith(said)
    assert "diabète" not in told
    assert "Traceback" not in told


def test_the_command_line_starts_without_what_a_command_needs() -> None:
    script = f"import sys, app.cli, app.commands.scan; sys.exit(any(m in sys.modules for m in {HEAVY!r}))"

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)

    assert done.returncode == 0


@pytest.mark.slow
def test_scanning_needs_neither_database_nor_site() -> None:
    script = (
        "import sys, app.commands.scanning.running;"
        "sys.exit(any(m in sys.modules for m in ('flask', 'sqlalchemy', 'alembic')))"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)

    assert done.returncode == 0


@pytest.mark.slow
def test_ctrl_c_ends_a_scan_without_a_traceback(tmp_path: Path) -> None:
    with started("scan", "--input-format", "jsonl", "--format", "jsonl", "-") as process:
        answer(process, 1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()

    assert (process.returncode, err.decode()) == (130, "Interrompu.\n")


@pytest.mark.slow
def test_a_reader_that_goes_away_ends_a_scan_in_silence(tmp_path: Path) -> None:
    with started("scan", "--input-format", "jsonl", "--format", "jsonl", "-") as process:
        answer(process, 1)
        process.stdout.close()
        process.stdin.write(line(2) * 1000)
        process.stdin.close()
        err = process.stderr.read()

    assert (process.returncode, err) == (2, b"")


@pytest.mark.slow
def test_each_line_is_answered_before_the_next_is_sent() -> None:
    with started("scan", "--input-format", "jsonl", "--format", "jsonl", "-") as process:
        answers = [answer(process, number)["id"] for number in range(3)]
        process.stdin.close()

    assert (answers, process.returncode) == ([0, 1, 2], 0)


@pytest.mark.slow
def test_progress_is_told_to_a_terminal_and_to_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(line(1) * 20)
    ours, theirs = os.openpty()

    command = [sys.executable, "-m", "app.cli", "scan", "--format", "jsonl", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        told = b"".join(read(ours))
        out = process.stdout.read()

    assert b"20 v\xc3\xa9rifi\xc3\xa9s" in told
    assert len(out.splitlines()) == 20
    assert b"\x1b" not in out


def started(*arguments: str) -> subprocess.Popen[bytes]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    # A shell that works in the background hands down an ignored Ctrl-C: a person's terminal does not.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen([sys.executable, "-m", "app.cli", *arguments], cwd=ROOT, preexec_fn=heard, **pipes)


def answer(process: subprocess.Popen[bytes], number: int) -> dict[str, object]:
    process.stdin.write(line(number))
    process.stdin.flush()
    answered: dict[str, object] = json.loads(process.stdout.readline())
    return answered


def line(number: int) -> bytes:
    return json.dumps({"id": number, "text": "Bonjour."}).encode() + b"\n"


def read(descriptor: int) -> Iterator[bytes]:
    try:
        while block := os.read(descriptor, 65_536):
            yield block
    except OSError:  # Linux: the other side of the terminal was closed
        return


def sentences_of(module: str) -> Iterator[str]:
    """Give the sentences that a module of click would have translated."""
    tree = ast.parse((Path(click.__file__).parent / f"{module}.py").read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
            yield from (one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))
