"""`vigie scan` over many texts: several processes, a file of results that is taken up again, Parquet."""

import json
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from tests.actions.cli import Call, call

__all__ = ["call"]

TEXTS = ["Demande de C2S.", "Suivi pour un diabète.", "NIR 1 85 07 78 006 000 13", "Sort de l'hôpital."] * 60


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "textes.jsonl"
    path.write_text("".join(json.dumps({"id": i, "text": text}) + "\n" for i, text in enumerate(TEXTS)), "utf-8")
    return path


@pytest.fixture
def whole(call: Call, lines: Path) -> str:
    """Return what one process writes of all lines."""
    return call("scan", "--format", "jsonl", lines).out


def test_two_processes_write_what_one_writes(call: Call, lines: Path, whole: str) -> None:
    done = call("scan", "--format", "jsonl", "--jobs", "2", lines)

    assert (done.status, done.out) == (1, whole)


@pytest.mark.parametrize("cut", [0, 1, 90, -1, -40])
def test_a_scan_that_was_interrupted_ends_as_if_it_had_not_been(
    call: Call, lines: Path, tmp_path: Path, whole: str, cut: int
) -> None:
    results = tmp_path / "resultats.jsonl"
    results.write_text(whole[:cut], "utf-8")

    done = call("scan", "--format", "jsonl", "--output", results, "--resume", lines)

    assert (done.status, done.out, done.err) == (1, "", "")
    assert results.read_text("utf-8") == whole


def test_a_scan_that_was_ended_is_not_done_again_and_says_the_same(call: Call, lines: Path, tmp_path: Path) -> None:
    results = tmp_path / "resultats.jsonl"
    first = call("scan", "--format", "jsonl", "--output", results, lines)
    written = results.read_text("utf-8")

    again = call("scan", "--format", "jsonl", "--output", results, "--resume", lines)

    assert (first.status, again.status) == (1, 1)
    assert results.read_text("utf-8") == written


@pytest.mark.parametrize(
    ("held", "options", "said"),
    [
        ("x", [], "existe déjà"),
        ('{"id": 7, "verdict": "accepte"}\n', ["--resume"], "d'autres entrées"),
        ("n'importe quoi\n", ["--resume"], "ne contient pas les résultats"),
        ("[]\n", ["--resume"], "ne contient pas les résultats"),
    ],
)
def test_a_file_that_is_not_that_scan_s_is_left_as_it_is(
    call: Call, lines: Path, tmp_path: Path, held: str, options: list[str], said: str
) -> None:
    results = tmp_path / "resultats.jsonl"
    results.write_text(held, "utf-8")

    done = call("scan", "--format", "jsonl", "--output", results, *options, lines)

    assert (done.status, said in done.err) == (2, True)
    assert results.read_text("utf-8") == held


@pytest.mark.parametrize("options", [["--resume", "--format", "jsonl"], ["--resume", "--output", "x.json"]])
def test_only_lines_in_a_file_are_resumed(call: Call, lines: Path, options: list[str]) -> None:
    done = call("scan", *options, lines)

    assert (done.status, len(done.err.splitlines())) == (2, 1)


def table(folder: Path, **columns: list[object]) -> Path:
    path = folder / "table.parquet"
    parquet.write_table(pyarrow.table(columns), path)
    return path


def test_a_column_of_a_parquet_file_is_checked_row_by_row(call: Call, tmp_path: Path) -> None:
    path = table(tmp_path, texte=["Demande de C2S.", None, "Suivi pour un diabète."], numero=[1, 2, 3])

    done = call("scan", "--format", "jsonl", "--column", "texte", path)

    assert [json.loads(line)["verdict"] for line in done.lines] == ["accepte", "accepte", "refuse"]
    assert [json.loads(line)["id"] for line in done.lines] == [f"{path}:{row}" for row in (1, 2, 3)]


@pytest.mark.parametrize("column", [["--column", "numero"], ["--column", "absente"], []])
def test_a_column_that_holds_no_text_is_an_error(call: Call, tmp_path: Path, column: list[str]) -> None:
    done = call("scan", "--format", "jsonl", *column, table(tmp_path, numero=[1]))

    assert (done.status, "--column" in json.loads(done.lines[0])["error"]) == (2, True)


def test_a_damaged_parquet_file_is_an_error(call: Call, tmp_path: Path) -> None:
    path = table(tmp_path, texte=["Un mot."])
    path.write_bytes(path.read_bytes()[:-9])

    done = call("scan", "--format", "jsonl", "--column", "texte", path)

    assert (done.status, json.loads(done.lines[0])["error"]) == (2, "fichier Parquet illisible")
