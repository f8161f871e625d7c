"""Files that no honest person sends are read as far as they can be, told as they are, and never pass as clean."""

import io
import zipfile

import pytest

from tests.conftest import on_sqlite
from tests.scanners import samples
from tests.web.api_calls import NIR, Program, program

__all__ = ["program"]

pytestmark = on_sqlite


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w:t>" + b"a" * 200_000_000)
    return made.getvalue()


HOSTILE = {
    "an extension that lies": (samples.document("Rien."), "bilan.pdf"),
    "a locked document": (samples.OLE + "EncryptedPackage".encode("utf-16-le") + bytes(512), "bilan.docx"),
    "a broken document": (samples.document("Rien.")[:2_000], "bilan.docx"),
    "a broken workbook": (b"PK\x03\x04xl/workbook.xml", "table.xlsx"),
    "a broken PDF": (b"%PDF-1.7 rien", "bilan.pdf"),
    "a zip bomb": (None, "bilan.docx"),
    "noise": (bytes(range(256)) * 50, "table.csv"),
    "a picture": (samples.PNG, "photo.png"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_read_never_passes_as_clean(program: Program, name: str) -> None:
    content, file_name = HOSTILE[name]

    answer = program.deposit([(bomb() if content is None else content, file_name)])

    file = answer.get_json()["files"][0]
    assert (answer.status_code, file["outcome"]) == (201, "a_verifier")
    assert file["notes"]


def test_a_file_that_cannot_be_read_does_not_hide_the_others(program: Program) -> None:
    files = [HOSTILE["a broken PDF"], (f"nom;note\nx;{NIR}\n".encode(), "table.csv")]

    broken, table = program.deposit(files).get_json()["files"]

    assert (broken["read"], table["read"]) == ("not_read", "read")
    assert table["remarks"][0]["category"] == "nir"
