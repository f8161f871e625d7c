"""Learn the word table of the second tier, and measure what it finds in comments whose writer it has not read.

`./vigie bench phrases` leaves out each file of `train` in turn: of the sentences in which the first tier reads nothing,
how many that tell of health are found, and how many clean ones alarm. `--keep` learns from all that may be read and
writes the table. Logistic regression (scikit-learn, liblinear), the same table for the same comments.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any
from zlib import compress

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from evaluation.learned import made_from, sources
from evaluation.marked import Comment, read
from scanners.detectors import health
from scanners.detectors.phrases import BUCKETS, FEWEST, TABLE, counted, word_features
from scanners.findings import Category
from scanners.placing import READ
from scanners.text import Text

LEFT_OUT = "train"
STRENGTH = 10.0  # C of the regression, chosen by leaving writers out
LEAST = 2.5  # score from which a sentence is told, chosen in the same way


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a labelled comment: its words, whether it tells of health, whether the first tier reads it."""

    words: list[str]
    told: bool
    read: bool


def sentences(comment: Comment) -> Iterator[Sentence]:
    """Give the sentences of a comment that are long enough to be scored."""
    text = Text.of(comment.text)
    health.shipped().find(text)
    read_spans = text.remembered.get(READ, [])
    index = 0
    while index < len(text.words):
        end = text.sentence(index)[1]
        words = counted(text.words[index:end])
        if len(words) >= FEWEST:
            span = text.original_span(index, end - 1)
            marks = [(m.start, m.end) for m in comment.marks if m.category is Category.SANTE]
            yield Sentence(words, _meets(span, marks), _meets(span, read_spans))
        index = end + 1


def _meets(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(start < span[1] and end > span[0] for start, end in others)


def corpus() -> dict[str, list[Sentence]]:
    """Return the sentences of every file that may be learned from, by its path."""
    return {f"{p.parent.name}/{p.name}": [s for c in read(p) for s in sentences(c)] for p in sources()}


def _matrix(rows: Sequence[Sentence]) -> csr_matrix:
    values: list[float] = []
    columns: list[int] = []
    starts = [0]
    for row in rows:
        share = 1 / sqrt(len(row.words))
        for word in row.words:
            features = word_features(word)
            columns += [at for at, _ in features]
            values += [by * share for _, by in features]
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(rows), BUCKETS))


def _learned(rows: Sequence[Sentence]) -> LogisticRegression:
    told = np.array([row.told for row in rows])
    return LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0, max_iter=300).fit(_matrix(rows), told)


def left_out(files: dict[str, list[Sentence]]) -> Iterator[str]:
    """Give, file by file, what a table learned without it finds and alarms on where the first tier is silent."""
    yield "| writer left out | told and silent | found | clean and silent | alarms |\n|---|---|---|---|---|"
    for name in [name for name in files if name.startswith(LEFT_OUT + "/")]:
        model = _learned([row for other, rows in files.items() if other != name for row in rows])
        silent = [row for row in files[name] if not row.read]
        over = model.decision_function(_matrix(silent)) >= LEAST
        told = np.array([row.told for row in silent])
        yield f"| {name} | {told.sum()} | {(over & told).sum()} | {(~told).sum()} | {(over & ~told).sum()} |"


def keep(files: dict[str, list[Sentence]]) -> None:
    """Learn from every file and write the table: a line of JSON, then two signed bytes for each bucket, compressed."""
    model = _learned([row for rows in files.values() for row in rows])
    weights = model.coef_[0]
    scale = float(np.abs(weights).max()) / 32_767
    said: dict[str, Any] = {
        "scale": scale,
        "bias": float(model.intercept_[0]),
        "least": LEAST,
        "made_from": made_from(),
    }
    TABLE.write_bytes(json.dumps(said).encode() + b"\n" + compress(np.rint(weights / scale).astype("<i2").tobytes(), 9))


def main(arguments: Sequence[str]) -> None:
    """Print what writers left out teach; with `--keep`, write the table."""
    files = corpus()
    if "--keep" in arguments:
        keep(files)
    else:
        print("\n".join(left_out(files)))


if __name__ == "__main__":
    main(sys.argv[1:])
