"""Whatever is sent as a list, it is read or refused in words: nothing else ever comes out."""

import io
import zipfile
from contextlib import suppress
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.core.refusals import Refusal
from governance.habilitations.lists.lines import ListKind, Reading
from governance.habilitations.lists.rules import read_list
from tests.rules.lists_files import PORTAL, repacked, workbook_of

KINDS = st.sampled_from(ListKind)
TEXTS = st.text(max_size=200)
PARTS = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml")
SCRAPS = st.sampled_from(
    [b"<c>", b"</c>", b'<c r="ZZ9999999" t="s"><v>-1</v></c>', b'<c t="s"><v>99999999999</v></c>', b"<row r='x'>",
     b"<v>1E99</v>", b"<mergeCell ref='A1:XFD1048576'/>", b"&#0;", b"&lt;", b"]]>", b"<!--", b"\xff", b"date1904='1'"]
)  # fmt: skip


@cache
def model() -> bytes:
    """Return a list that is read without a mistake."""
    return workbook_of([PORTAL, ("Lumière", "Zoé", "zoe@ccas.example", "Technicien", "Actif", 46329)])


def is_answered(kind: ListKind, content: bytes) -> None:
    with suppress(Refusal):
        assert isinstance(read_list(kind, content), Reading)


@settings(max_examples=300)
@given(KINDS, st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(kind: ListKind, content: bytes) -> None:
    is_answered(kind, content)


@settings(max_examples=200)
@given(KINDS, st.lists(st.lists(TEXTS, max_size=12), max_size=8), st.sampled_from(";,\t"))
def test_any_table_under_the_right_titles_is_read_or_refused(
    kind: ListKind, rows: list[list[str]], separator: str
) -> None:
    lines = [separator.join(PORTAL), *(separator.join(row) for row in rows)]

    is_answered(kind, "\n".join(lines).encode("utf-8", "surrogatepass"))


@settings(max_examples=150)
@given(st.sampled_from(PARTS), st.integers(0, 5_000), st.integers(0, 40), SCRAPS)
def test_a_workbook_damaged_inside_is_read_or_refused(part: str, where: int, cut: int, scrap: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(model())) as archive:
        whole = archive.read(part)
    at = where % (len(whole) + 1)

    is_answered(ListKind.PORTAL, repacked(model(), {part: whole[:at] + scrap + whole[at + cut :]}))


@settings(max_examples=200)
@given(st.integers(0, 20_000), st.binary(min_size=1, max_size=8))
def test_a_workbook_damaged_outside_is_read_or_refused(where: int, scrap: bytes) -> None:
    at = where % len(model())

    is_answered(ListKind.PORTAL, model()[:at] + scrap + model()[at + len(scrap) :])
