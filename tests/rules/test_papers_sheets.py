"""Spreadsheets: what people typed stays text, in every program that opens them."""

import csv as reader
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from governance.papers.sheets import Cell, csv, shown, xlsx

FORMULAS = ("=1+1", "+33", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK('http://evil.example')", " =1", "＝1")
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


def sheet(content: bytes) -> list[list[object]]:
    page = load_workbook(io.BytesIO(content)).active
    assert page is not None
    return [[cell.value for cell in row] for row in page.iter_rows()]


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_typed_becomes_a_formula_in_a_workbook(text: str) -> None:
    page = load_workbook(io.BytesIO(xlsx("Comptes", [text], [[text]]))).active

    assert page is not None
    assert {cell.data_type for row in page.iter_rows() for cell in row} == {"s"}


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_typed_becomes_a_formula_in_a_text_file(text: str) -> None:
    content = csv([text], [[text]]).decode("utf-8-sig")

    read = [row[0] for row in reader.reader(io.StringIO(content, newline=""), delimiter=";")]

    assert read == [f"'{text}"] * 2


@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=5))
def test_a_text_file_is_read_again_as_it_was_written(rows: list[list[str]]) -> None:
    content = csv(["Nom", "Motif"], rows)

    read = list(reader.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))

    assert content.startswith(b"\xef\xbb\xbf")
    assert [[cell.removeprefix("'") for cell in row] for row in read[1:]] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]


def test_a_workbook_keeps_its_head_in_sight_and_its_cells_as_text() -> None:
    content = xlsx("Comptes : 2026 / [x]", ["Nom", "Code"], [["Ada", "007"], ["Zoé", None]])

    page = load_workbook(io.BytesIO(content)).active
    assert page is not None
    assert page.freeze_panes == "A2"
    assert sheet(content) == [["Nom", "Code"], ["Ada", "007"], ["Zoé", None]]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (None, ""),
        (True, "oui"),
        (12, "12"),
        (date(2026, 5, 1), "01/05/2026"),
        (datetime(2026, 5, 1, 15, 30, tzinfo=UTC), "1er mai 2026, 17 h 30"),
        ("a\x00b", "a\ufffdb"),
        ("x" * 40_000, "x" * 32_767),
    ],
)
def test_a_cell_is_written_as_people_read_it(cell: Cell, words: str) -> None:
    assert shown(cell) == words


@pytest.mark.parametrize("name", ["", "'", "a" * 80, "Comptes [2026]: a/b\\c*?"])
def test_any_name_makes_a_sheet_that_opens(name: str) -> None:
    assert sheet(xlsx(name, ["Nom"], [])) == [["Nom"]]
