"""What `vigie scan` is given: folders, documents, lines, columns, and everything that is none of these."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given as property_of
from hypothesis import settings
from hypothesis import strategies as st

from app.commands.scanning.lines import BadLine, parsed
from tests.actions.cli import Call, call
from tests.scanners.samples import document

__all__ = ["call"]

HEALTH = "Suivi pour un diabète."
NIR = "1 85 07 78 006 000 13"
JSONL = ("scan", "--format", "jsonl", "--input-format", "jsonl", "-")

LONE = b'{"id": "s", "text": "\\ud800 suivi pour un diab\\u00e8te"}'
BAD_LINES = {
    "no JSON": (b"{", None),
    "no object": (b"[1]", None),
    "no identifier": (b'{"text": "a"}', None),
    "no text": (b'{"id": 1}', 1),
    "a text that is none": (b'{"id": "n", "text": 3}', "n"),
    "an identifier that is none": (b'{"id": true, "text": "a"}', None),
    "an infinite identifier": (b'{"id": 1e999, "text": "a"}', None),
    "no UTF-8": (b'{"id": 1, "text": "\xff"}', None),
    "thousands of brackets": (b"[" * 100_000, None),
    "thousands of digits": (b'{"id": ' + b"9" * 5_000 + b', "text": "a"}', None),
    "ten megabytes": (b'{"id": "big", "text": "' + b"a" * 10_000_000 + b'"}', "big"),
    "forty megabytes": (b'{"id": "huge", "text": "' + b"a" * 40_000_000 + b'"}', None),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_line_says_so_and_does_not_stop_the_rest(call: Call, name: str) -> None:
    bad, identifier = BAD_LINES[name]
    good = json.dumps({"id": 2, "text": HEALTH}).encode()

    done = call(*JSONL, given=b"\n".join((good, bad, b"", good)))

    answers = [json.loads(line) for line in done.lines]
    assert [list(answer) for answer in answers] == [
        ["id", "verdict", "findings"],
        ["id", "error"],
        ["id", "verdict", "findings"],
    ]
    assert (answers[1]["id"], done.status) == (identifier, 2)


def test_a_lone_surrogate_is_scanned_and_never_passes_as_clean(call: Call) -> None:
    refused = call(*JSONL, given=LONE)
    doubtful = call(*JSONL, given=b'{"id": "\\ud800", "text": "bonjour \\udfff"}')

    assert (json.loads(refused.out)["findings"][0]["start"], refused.status) == (16, 1)
    assert (json.loads(doubtful.out)["verdict"], json.loads(doubtful.out)["id"]) == ("a_verifier", "\ud800")


@pytest.mark.parametrize("text", ["bon\0jour", "bon\x1bjour", "bon\ufffdjour"])
def test_a_character_that_may_hide_a_word_never_passes_as_clean(call: Call, text: str) -> None:
    done = call(*JSONL, given=json.dumps({"id": 1, "text": text}).encode())

    assert (json.loads(done.out)["verdict"], done.status) == ("a_verifier", 1)


def test_a_mark_at_the_head_and_line_separators_in_a_text_change_nothing(call: Call) -> None:
    line = json.dumps({"id": 1, "text": f"\u2028\u0085{HEALTH}"}, ensure_ascii=False).encode()

    done = call(*JSONL, given=b"\xef\xbb\xbf" + line + b"\r\n")

    assert [json.loads(one)["verdict"] for one in done.lines] == ["refuse"]


@property_of(st.binary() | st.text().map(str.encode))
@settings(max_examples=300)
def test_a_line_is_read_or_refused_whatever_it_holds(line: bytes) -> None:
    try:
        identifier, text = parsed(line)
    except BadLine as bad:
        assert bad.reason
    else:
        assert isinstance(text, str)
        assert json.loads(json.dumps(identifier)) == identifier


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_column_is_found_whatever_its_separator_and_its_encoding(
    call: Call, tmp_path: Path, separator: str, encoding: str
) -> None:
    rows = [["n°", "Commentaire"], ["1", f'"{HEALTH}"'], ["2", '"bonjour\nà tous"'], ["3", f'"é\n{HEALTH}"']]
    path = tmp_path / "export.csv"
    path.write_bytes("\r\n".join(separator.join(row) for row in rows).encode(encoding))

    done = call("scan", "--format", "jsonl", "--column", "Commentaire", path)

    answers = [json.loads(line) for line in done.lines]
    assert [(one["id"], one["verdict"]) for one in answers] == [
        (f"{path}:2", "refuse"),
        (f"{path}:3", "accepte"),
        (f"{path}:5", "refuse"),
    ]
    assert answers[2]["findings"][0]["start"] == 16


def test_a_column_that_is_not_there_is_an_error_that_repeats_nothing(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"{HEALTH};{NIR}\n")

    done = call("scan", "--column", "Commentaire", path)

    assert done.status == 2
    assert "diabète" not in done.out
    assert NIR not in done.out


def test_a_row_without_the_column_and_a_quote_never_closed_stop_nothing(call: Call) -> None:
    table = f'a;b\n1\n\n2;{HEALTH}\n3;"jamais fermé\n4;x\n'.encode()

    done = call("scan", "--format", "jsonl", "--input-format", "csv", "--column", "b", "-", given=table)

    assert "error" in json.loads(done.lines[0])
    assert [json.loads(line).get("verdict") for line in done.lines] == [None, "refuse", "accepte"]
    assert done.status == 2


def test_a_folder_is_walked_whole_in_order_and_its_documents_are_read(call: Call, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.txt").write_bytes(HEALTH.encode("cp1252"))
    (tmp_path / "b" / "bilan.docx").write_bytes(document("Rien.", f"NIR {NIR}"))
    (tmp_path / "b" / "table.csv").write_text(f"nom;suivi\nx;{HEALTH}\n")
    (tmp_path / "c.jsonl").write_text(json.dumps({"id": 7, "text": HEALTH}))
    (tmp_path / "d.txt").write_text("Bonjour")

    done = call("scan", "--format", "jsonl", "--convention", "S3", tmp_path)

    answers = [json.loads(line) for line in done.lines]
    names = [str(one["id"]).rpartition("/")[2] for one in answers]
    number = answers[3]["findings"][0]
    assert names == ["a.txt", "7", "d.txt", "bilan.docx", "table.csv"]
    assert [one["verdict"] for one in answers[:3]] == ["refuse", "refuse", "accepte"]
    assert (number["place"], number["level"]) == ("paragraphe 2", "info")  # tolerated in an attachment
    assert answers[4]["findings"][0]["place"] == "ligne 2"


def test_what_is_no_text_is_read_as_a_document_and_never_passes_as_clean(call: Call, tmp_path: Path) -> None:
    for name, content in (
        ("bruit.txt", bytes(range(256)) * 20),
        ("image.jpg", b"\xff\xd8\xff\xe0"),
        ("x.pdf", b"%PDF-"),
    ):
        (tmp_path / name).write_bytes(content)

    done = call("scan", "--format", "jsonl", tmp_path)

    assert [json.loads(line)["verdict"] for line in done.lines] == ["a_verifier"] * 3
    assert all(json.loads(line)["notes"] for line in done.lines)


def test_what_cannot_be_read_is_an_error_and_the_rest_is_read(call: Call, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    (tmp_path / "b").symlink_to(tmp_path / "nulle part")
    (tmp_path / "c.txt").write_bytes(b"a " * 4_500_000)
    (tmp_path / "d.txt").write_text("Bonjour")

    done = call("scan", tmp_path / "absent.txt", tmp_path, "--format", "jsonl")

    assert [json.loads(line).get("error") for line in done.lines] == [
        "introuvable", "n'est pas un fichier ordinaire", "introuvable", "texte de plus de 8 Mo", None
    ]  # fmt: skip
    assert done.status == 2


def test_a_folder_without_permission_is_an_error_and_the_rest_is_read(call: Call) -> None:
    folder = Path(tempfile.mkdtemp())
    (folder / "closed").mkdir(mode=0o000)
    (folder / "note.txt").write_text("Bonjour")
    folder.chmod(0o755)
    call("scan", "-", given=b"")  # what the engine loads is loaded by who may read it

    with as_nobody():
        done = call("scan", "--format", "jsonl", folder)

    (folder / "closed").chmod(0o700)  # its owner may not remove it otherwise, unless root
    shutil.rmtree(folder)
    assert [json.loads(line).get("error") for line in done.lines] == [None, "lecture refusée"]
    assert done.status == 2


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be someone whom permissions stop, even where tests run as root."""
    kept = os.geteuid()
    if kept == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(kept)
