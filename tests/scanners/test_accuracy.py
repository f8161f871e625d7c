"""What the scanner finds does not fall: the figures of the evaluation against those committed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.accuracy import KEPT, RESULTS, measure

POINT = 0.01
FALLS_WHEN_LOWER = (
    ("levels", "bloquant", "recall"),
    ("levels", "bloquant", "precision"),
    ("levels", "a_verifier", "recall"),
    ("flagged", "f1"),
    ("nir", "recall"),
    ("nir", "precision"),
    ("nir", "span_overlap"),
    ("health_segments", "recall"),
    ("health_segments", "precision"),
)


def at(figures: dict[str, Any], path: tuple[str, ...]) -> float:
    for key in path:
        figures = figures[key]
    return float(figures)  # type: ignore[arg-type]  # the end of a path is a number


def fallen(now: dict[str, Any], kept: dict[str, Any]) -> Iterator[str]:
    for path in FALLS_WHEN_LOWER:
        if at(now, path) < at(kept, path) - POINT:
            yield f"{'.'.join(path)}: {at(now, path)} < {at(kept, path)}"
    if now["false_alarms"] > kept["false_alarms"] + POINT:
        yield f"false_alarms: {now['false_alarms']} > {kept['false_alarms']}"


@pytest.mark.parametrize("part", KEPT)
def test_no_figure_of_the_evaluation_falls_by_more_than_a_point(part: str) -> None:
    kept = json.loads(RESULTS.read_text("utf-8"))[part]

    now = measure(part).figures()

    assert not list(fallen(now, kept))


def test_the_evaluation_is_as_large_as_it_says() -> None:
    kept = json.loads(RESULTS.read_text("utf-8"))

    assert sum(figures["comments"] for figures in kept.values()) >= 2_000
