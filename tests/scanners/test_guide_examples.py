"""The 150 boundary examples of the annotation guide, every one."""

import csv
import os
from pathlib import Path

import pytest

from scanners.engine import scan
from scanners.findings import Finding, Level

SHARED = Path(os.environ.get("VIGIE_SHARED", Path(__file__).parents[3] / "shared"))
EXAMPLES = SHARED / "rules" / "annotation_examples.tsv"
LEVELS = {"BLOQUANT": Level.BLOQUANT, "A_VERIFIER": Level.A_VERIFIER, "AUTORISE": None}


def examples() -> list[dict[str, str]]:
    """Return the guide's examples; none where the guide is not beside the repository."""
    if not EXAMPLES.exists():
        return []
    with EXAMPLES.open(encoding="utf-8") as source:
        return list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))


def gravest(findings: tuple[Finding, ...]) -> Level | None:
    levels = [f.level for f in findings if f.level is not Level.INFO]
    return max(levels, key=lambda level: level.weight, default=None)


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the annotation guide is not beside the repository")
def test_the_guide_has_its_150_examples() -> None:
    assert len(examples()) == 150


@pytest.mark.parametrize("example", examples(), ids=lambda e: e["id"])
def test_an_example_of_the_guide_has_its_level(example: dict[str, str]) -> None:
    found = gravest(scan(example["texte"]))

    assert found is LEVELS[example["niveau"]]
