"""Files made to hurt, one of each kind: an outcome, and nothing done outside of the child that reads them."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from scanners.documents.kinds import Kind
from scanners.documents.passages import Outcome
from scanners.documents.reading import read_document
from tests.scanners import samples
from tests.scanners.samples import nir

ESCAPED = Path("/tmp/vigie-evasion")


def huge_picture() -> bytes:
    """Return a small PNG that announces 10,000 million points."""
    data = bytearray(samples.PNG)
    data[16:24] = (100_000).to_bytes(4, "big") * 2
    return bytes(data)


def with_link() -> bytes:
    """Return a docx that holds a symbolic link, and an entry whose name climbs."""
    made = io.BytesIO(samples.document(f"NIR {nir(1)}"))
    with zipfile.ZipFile(made, "a") as archive:
        link = zipfile.ZipInfo("word/lien.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("../../../../../../tmp/vigie-evasion", "évadé")
        archive.writestr("/tmp/vigie-evasion", "évadé")
    return made.getvalue()


def with_outside() -> bytes:
    """Return a docx whose picture and template are on another machine."""
    outside = (
        '<Relationships><Relationship Id="r9" TargetMode="External" Type="image" '
        'Target="http://127.0.0.1:9/evasion"/><Relationship Id="r8" TargetMode="External" Type="attachedTemplate" '
        'Target="file:///etc/passwd"/></Relationships>'
    )
    return samples.with_parts(samples.document("Bonjour."), {"word/_rels/settings.xml.rels": outside})


@pytest.mark.parametrize(
    ("name", "data", "outcome"),
    [
        ("huge.png", huge_picture(), Outcome.NOT_READ),
        ("polyglot.pdf", samples.pdf("Bonjour.") + samples.document("Bonjour."), Outcome.READ),
        ("pages.pdf", samples.pdf(*["a"] * 1_001), Outcome.IN_PART),
        ("nul\0name.csv", b"a\0b;" * 1000, None),
        ("dde.csv", b"=cmd|'/C calc'!A0;a\n" * 100, Outcome.READ),
    ],
    ids=["picture of a million millions", "two kinds at once", "too many pages", "NUL", "DDE"],
)
def test_a_trick_has_a_clear_outcome(name: str, data: bytes, outcome: Outcome | None) -> None:
    reading = read_document(name, data)

    assert outcome is None or reading.outcome is outcome
    assert (reading.outcome is Outcome.READ) == (not reading.missing)


def test_paths_and_links_inside_an_archive_lead_nowhere_and_the_document_is_read() -> None:
    reading = read_document("a.docx", with_link())

    assert nir(1) in reading.flow().text
    assert not ESCAPED.exists()
    assert "root:" not in reading.flow().text


def test_what_a_document_asks_from_outside_is_not_fetched() -> None:
    reading = read_document("a.docx", with_outside())

    assert reading.kind is Kind.DOCX
    assert "root:" not in reading.flow().text


def test_a_formula_that_would_run_a_program_is_text_and_no_more() -> None:
    book = samples.workbook([["=cmd|'/C calc'!A0", nir(1)]])

    reading = read_document("a.xlsx", samples.saved(book))

    assert "cmd|" in reading.flow().text
    assert nir(1) in reading.flow().text
