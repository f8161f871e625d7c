"""How the scanner starts: without what it does not use, and from what the last start worked out."""

import re
import subprocess
import sys
from pathlib import Path
from re import _compiler, _parser  # type: ignore[attr-defined]  # what a pattern becomes

import pytest

from scanners.classes_once import classes_once
from scanners.kept import kept
from scanners.vocabulary import load

ALONE = """
import sys
from scanners.engine import scan
scan("Elle a un cancer.")
print(sorted({name.partition(".")[0] for name in sys.modules} & {"spacy", "thinc", "numpy", "wordfreq", "flask"}))
import spacy
print(spacy.blank("fr")("Un mot.")[0].text)
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "vigie"


@pytest.mark.slow
def test_a_scan_loads_neither_spacy_nor_the_site_and_spacy_still_loads_after() -> None:
    scan = "from scanners.engine import scan; scan('')"
    subprocess.run([sys.executable, "-c", scan], check=True)

    ran = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines() == ["[]", "Un"]


def test_only_one_module_imports_presidio() -> None:
    root = Path(__file__).parents[2]
    importers = [
        path.name
        for package in ("scanners", "app", "governance", "breach", "reviews")
        for path in (root / package).rglob("*.py")
        if "from presidio_analyzer" in path.read_text("utf-8")
    ]

    assert importers == ["presidio_alone.py"]


@pytest.mark.parametrize("flags", [re.NOFLAG, re.IGNORECASE], ids=["as written", "any case"])
def test_a_pattern_whose_classes_are_optimised_once_is_the_same(flags: re.RegexFlag) -> None:
    source = "|".join(f"[a-zà-ÿ0-9\\d{letter}]+-[^a-zà-ÿ]" for letter in "éœж" * 3)
    parsed = [_parser.parse(source, flags) for _ in range(2)]

    plainly = _compiler._code(parsed[0], flags)
    with classes_once():
        quickly = _compiler._code(parsed[1], flags)

    assert quickly == plainly
    assert _compiler._code(_parser.parse(source, flags), flags) == plainly


def test_what_was_worked_out_is_read_back_and_not_worked_out_again(cache: Path) -> None:
    kept("essai", [b"source"], lambda: {"a": [1]})

    again = kept("essai", [b"source"], lambda: pytest.fail("worked out again"))

    assert again == {"a": [1]}


def test_another_source_is_worked_out(cache: Path) -> None:
    kept("essai", [b"source"], lambda: 1)

    assert kept("essai", [b"autre"], lambda: 2) == 2


@pytest.mark.parametrize("damage", [b"", b"{}", b"0\n{}", b"\xff" * 80])
def test_what_is_damaged_is_worked_out_again(cache: Path, damage: bytes) -> None:
    kept("essai", [b"source"], lambda: 1)
    next(cache.iterdir()).write_bytes(damage)

    assert kept("essai", [b"source"], lambda: 1) == 1
    assert kept("essai", [b"source"], lambda: pytest.fail("worked out again")) == 1


def test_few_versions_are_kept(cache: Path) -> None:
    for number in range(9):
        kept("essai", [bytes([number])], lambda number=number: number)

    assert len(list(cache.iterdir())) == 4


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    assert kept("essai", [b"source"], lambda: 1) == 1


def test_a_service_without_a_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.chdir(tmp_path)

    assert kept("essai", [b"source"], lambda: 1) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_vocabulary_read_back_is_the_one_worked_out(cache: Path) -> None:
    fresh, again = load(), load()

    told = [[(form, [e.rule for e in meaning]) for form, meaning in one.items()] for one in (fresh, again)]
    assert told[0] == told[1]
    assert (fresh.singles, fresh.openings.state(), fresh.words, fresh.spellable) == (
        again.singles,
        again.openings.state(),
        again.words,
        again.spellable,
    )
