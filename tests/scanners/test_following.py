"""What is told of files while they are read: soon, not too much of it, and never the words."""

from collections.abc import Mapping
from typing import Any

import pytest

from scanners.checks import following
from scanners.checks.following import Following, seen_of
from scanners.documents.kinds import Kind
from scanners.documents.passages import Pages, Passage, Place, Recognised, Where
from scanners.engine import default
from scanners.own_words import OwnWords
from tests.scanners.samples import nir


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    """Give what is told, every time that something is."""
    monkeypatch.setattr(following, "EVERY_SECONDS", 0.0)
    return []


def follow(told: list[Mapping[str, Any]], *texts: str) -> Mapping[str, Any]:
    """Hear a file of as many pages, and return what is told last of it."""
    one = Following(1, (default(), OwnWords()), told.append)
    one.told(0, Recognised(Kind.PDF))
    one.told(0, Pages(len(texts)))
    for number, text in enumerate(texts, 1):
        one.told(0, Passage(Place(Where.PAGE, number), text))
    return told[-1]["files"][0]  # type: ignore[no-any-return]


def test_each_page_is_told_with_what_it_holds_before_the_next_is_read(told: list[Mapping[str, Any]]) -> None:
    follow(told, f"NIR {nir(1)}", "Rien.", f"NIR {nir(2)}")

    counts = [(one["files"][0]["read"], len(seen_of(one["files"][0]["seen"]).findings)) for one in told]
    assert counts == [(0, 0), (1, 1), (2, 1), (3, 2)]


def test_what_is_told_repeats_no_word_of_the_file(told: list[Mapping[str, Any]]) -> None:
    follow(told, f"NIR {nir(1)}, Madame est diabétique.")

    assert nir(1) not in str(told)
    assert "diab" not in str(told)


def test_a_long_file_is_looked_into_at_its_beginning_alone_until_it_is_read(
    told: list[Mapping[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_LOOKED", 60)

    last = follow(told, f"NIR {nir(1)}", "x" * 60, f"NIR {nir(2)}")

    assert last["read"] == 3
    assert seen_of(last["seen"]).places == ("page 1",)
