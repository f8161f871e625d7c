"""Measure what the scanner finds in comments it has not seen.

`./vigie bench accuracy` prints the reported parts (`held-out`, `test`); `--keep` writes their figures beside this file.
`dev`, `dev2` to `dev13` or `train` names another part, whose misses `--misses` prints: never those of the reported
parts. `--against presidio_sm edsnlp unpii` measures opponents on the same comments in the same run.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.opponents import Span, spans
from evaluation.marked import Comment, Mark, comments
from scanners.engine import scan
from scanners.findings import Category, Finding, Level

NAMES = {None: "autorise", Level.A_VERIFIER: "a_verifier", Level.BLOQUANT: "bloquant"}
RESULTS = Path(__file__).parent / "results" / "accuracy.json"
REPORTED = ("held-out", "test")
KEPT = (*REPORTED, "dev", *(f"dev{number}" for number in range(2, 14)))
Scan = Callable[[str], Sequence[Finding]]


def gravest(findings: Iterable[Finding]) -> Level | None:
    """Return the gravest level that counts: information is no alarm."""
    levels = [f.level for f in findings if f.level is not Level.INFO]
    return max(levels, key=lambda level: level.weight, default=None)


def ratio(part: float, whole: float) -> float:
    """Return a share, 1 where there is nothing to share."""
    return round(part / whole, 4) if whole else 1.0


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean of precision and recall."""
    return round(2 * precision * recall / (precision + recall), 4) if precision + recall else 0.0


@dataclass
class Tally:
    """What a part adds up to, comment after comment."""

    confusion: Counter[tuple[Level | None, Level | None]] = field(default_factory=Counter)
    families: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    nir: Counter[str] = field(default_factory=Counter)
    nir_overlap: list[float] = field(default_factory=list)
    health: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, comment: Comment, findings: Sequence[Finding]) -> None:
        """Count one comment."""
        wanted, got = comment.level(), gravest(findings)
        self.confusion[wanted, got] += 1
        of_family = self.families[comment.family]
        of_family["comments"] += 1
        of_family["right"] += wanted is got
        of_family["to_block"] += wanted is Level.BLOQUANT
        of_family["blocked"] += got is Level.BLOQUANT
        of_family["both"] += wanted is got is Level.BLOQUANT
        of_family["clean"] += wanted is None
        of_family["false_alarms"] += wanted is None and got is not None
        self._numbers(comment, findings)
        self._segments(comment, findings)
        if wanted is not got:
            self.misses.append(_shown(comment, findings, wanted, got))

    def _numbers(self, comment: Comment, findings: Sequence[Finding]) -> None:
        found = [f for f in findings if f.category is Category.NIR]
        marks = [m for m in comment.marks if m.category is Category.NIR and m.level is not None]
        for mark in marks:
            shares = [_overlap(f, mark) for f in found]
            self.nir["found" if any(shares) else "missed"] += 1
            self.nir_overlap += [max(shares)] if any(shares) else []
        self.nir["invented"] += sum(not any(_overlap(f, m) for m in marks) for f in found)

    def _segments(self, comment: Comment, findings: Sequence[Finding]) -> None:
        found = [f for f in findings if f.category is Category.SANTE and f.level is not Level.INFO]
        marks = [m for m in comment.marks if m.category is Category.SANTE]
        self.health["found"] += sum(any(_overlap(f, m) for f in found) for m in marks)
        self.health["marked"] += len(marks)
        self.health["true"] += sum(any(_overlap(f, m) for m in marks) for f in found)
        self.health["said"] += len(found)

    def figures(self) -> dict[str, Any]:
        """Return the figures as the results file holds them."""
        confusion, nir, health = self.confusion, self.nir, self.health
        clean = sum(n for (wanted, _), n in confusion.items() if wanted is None)
        return {
            "comments": sum(confusion.values()),
            "levels": {NAMES[level]: self._of_level(level) for level in NAMES},
            "flagged": self._flagged(),
            "false_alarms": ratio(clean - confusion[None, None], clean),
            "nir": {
                "recall": ratio(nir["found"], nir["found"] + nir["missed"]),
                "precision": ratio(nir["found"], nir["found"] + nir["invented"]),
                "span_overlap": ratio(sum(self.nir_overlap), len(self.nir_overlap)),
            },
            "health_segments": {
                "recall": ratio(health["found"], health["marked"]),
                "precision": ratio(health["true"], health["said"]),
            },
            "confusion": {f"{NAMES[w]} → {NAMES[g]}": n for (w, g), n in sorted(confusion.items(), key=str)},
            "families": {name: _of_family(count) for name, count in sorted(self.families.items())},
        }

    def _of_level(self, level: Level | None) -> dict[str, float]:
        right = self.confusion[level, level]
        recall = ratio(right, sum(n for (wanted, _), n in self.confusion.items() if wanted is level))
        precision = ratio(right, sum(n for (_, got), n in self.confusion.items() if got is level))
        return {"recall": recall, "precision": precision, "f1": f1(precision, recall)}

    def _flagged(self) -> dict[str, float]:
        both = sum(n for (wanted, got), n in self.confusion.items() if wanted and got)
        precision = ratio(both, sum(n for (_, got), n in self.confusion.items() if got))
        recall = ratio(both, sum(n for (wanted, _), n in self.confusion.items() if wanted))
        return {"recall": recall, "precision": precision, "f1": f1(precision, recall)}


def _of_family(count: Counter[str]) -> dict[str, float]:
    return {
        "comments": count["comments"],
        "right": ratio(count["right"], count["comments"]),
        "bloquant_recall": ratio(count["both"], count["to_block"]),
        "bloquant_precision": ratio(count["both"], count["blocked"]),
        "false_alarms": ratio(count["false_alarms"], count["clean"]) if count["clean"] else 0.0,
    }


def _overlap(finding: Finding, mark: Mark) -> float:
    """Return the share of the characters of both that both hold (Jaccard)."""
    both = min(finding.end, mark.end) - max(finding.start, mark.start)
    return max(0, both) / (max(finding.end, mark.end) - min(finding.start, mark.start))


def _shown(comment: Comment, findings: Sequence[Finding], wanted: Level | None, got: Level | None) -> str:
    said = [(comment.text[f.start : f.end], f.rule, f.level.value) for f in findings if f.level is not Level.INFO]
    return f"{comment.family} | {NAMES[wanted]} ≠ {NAMES[got]} | {comment.text!r} → {said}"


def measure(part: str, engine: Scan = scan) -> Tally:
    """Return what an engine finds in a part of the evaluation."""
    tally = Tally()
    for comment in comments(part):
        tally.add(comment, engine(comment.text))
    return tally


def against(parts: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Give a table of what opponents find, every span of theirs read as a refusal: they know no level."""
    yield "| engine | part | flagged recall / precision | false alarms | NIR recall |\n|---|---|---|---|---|"
    for name in names:
        for part in parts:
            texts = [comment.text for comment in comments(part)]
            found = spans(name, texts)
            if found is None:
                yield f"| {name} | {part} | not measured | | |"
                continue
            answers = dict(zip(texts, found, strict=True))
            figures = measure(part, lambda text, answers=answers: _as_findings(answers[text])).figures()
            flagged, nir, alarms = figures["flagged"], figures["nir"]["recall"], figures["false_alarms"]
            yield f"| {name} | {part} | {flagged['recall']} / {flagged['precision']} | {alarms} | {nir} |"


def _as_findings(found: Iterable[Span]) -> list[Finding]:
    return [
        Finding(start, end, Category.NIR if nir else Category.SANTE, Level.BLOQUANT, "opponent", "")
        for start, end, nir in found
    ]


def main(arguments: list[str]) -> None:
    """Print the figures asked for; keep those of the reported parts and of dev when told to."""
    opponents = arguments[arguments.index("--against") + 1 :] if "--against" in arguments else []
    own = arguments[: arguments.index("--against")] if opponents else arguments
    parts = [a for a in own if not a.startswith("-")] or (list(KEPT) if "--keep" in own else list(REPORTED))
    results: dict[str, Any] = {}
    for part in parts:
        tally = measure(part)
        results[part] = tally.figures()
        if "--misses" in own and part not in REPORTED:
            print("\n".join(tally.misses))
    print(json.dumps(results, ensure_ascii=False, indent=1))
    if opponents:
        print("\n".join(against(parts, opponents)))
    if "--keep" in own:
        RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
