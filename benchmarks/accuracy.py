"""Measure what the scanner finds in comments it has not seen: `./vigie bench accuracy` (`dev --misses` to read)."""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from evaluation.marked import Comment, comments
from scanners.engine import scan
from scanners.findings import Category, Finding, Level

NAMES = {None: "autorise", Level.A_VERIFIER: "a_verifier", Level.BLOQUANT: "bloquant"}
RESULTS = Path(__file__).parent / "results"


def gravest(findings: list[Finding]) -> Level | None:
    """Return the gravest level that counts: information is no alarm."""
    levels = [f.level for f in findings if f.level is not Level.INFO]
    return max(levels, key=lambda level: level.weight, default=None)


def ratio(part: int, whole: int) -> float:
    """Return a share, 1 where there is nothing to share."""
    return round(part / whole, 4) if whole else 1.0


def measure(part: str) -> tuple[dict[str, object], list[str]]:
    """Return the figures of a part and its misses, as lines to read."""
    confusion: Counter[tuple[Level | None, Level | None]] = Counter()
    families: defaultdict[str, Counter[str]] = defaultdict(Counter)
    nir: Counter[str] = Counter()
    spans: Counter[str] = Counter()
    misses: list[str] = []
    for comment in comments(part):
        findings = list(scan(comment.text))
        wanted, got = comment.level(), gravest(findings)
        confusion[wanted, got] += 1
        families[comment.family]["right" if wanted is got else "wrong"] += 1
        nir += numbers(comment, findings)
        spans += health_spans(comment, findings)
        if wanted is not got:
            shown = [
                (comment.text[f.start : f.end], f.rule, f.level.value) for f in findings if f.level is not Level.INFO
            ]
            misses.append(f"{comment.family} | {NAMES[wanted]} ≠ {NAMES[got]} | {comment.text!r} → {shown}")
    return figures(confusion, families, nir, spans), misses


def numbers(comment: Comment, findings: list[Finding]) -> Counter[str]:
    """Count the NIRs found, missed and invented."""
    found = [f for f in findings if f.category is Category.NIR]
    marks = [m for m in comment.marks if m.category is Category.NIR and m.level is not None]
    count: Counter[str] = Counter()
    for mark in marks:
        hit = any(f.start < mark.end and mark.start < f.end for f in found)
        count["found" if hit else "missed"] += 1
    count["invented"] += sum(not any(f.start < m.end and m.start < f.end for m in marks) for f in found)
    return count


def health_spans(comment: Comment, findings: list[Finding]) -> Counter[str]:
    """Count the marked health segments that a finding overlaps."""
    found = [f for f in findings if f.category is Category.SANTE]
    marks = [m for m in comment.marks if m.category is Category.SANTE]
    hits = sum(any(f.start < m.end and m.start < f.end for f in found) for m in marks)
    return Counter({"found": hits, "missed": len(marks) - hits})


def figures(confusion, families, nir, spans) -> dict[str, object]:  # type: ignore[no-untyped-def]  # counters, above
    """Return precision, recall and F1 by level, false alarms, NIR and spans, family by family."""
    blocked = sum(n for (_, got), n in confusion.items() if got is Level.BLOQUANT)
    to_block = sum(n for (wanted, _), n in confusion.items() if wanted is Level.BLOQUANT)
    right = confusion[Level.BLOQUANT, Level.BLOQUANT]
    flagged = sum(n for (_, got), n in confusion.items() if got)
    dirty = sum(n for (wanted, _), n in confusion.items() if wanted)
    both = sum(n for (wanted, got), n in confusion.items() if wanted and got)
    clean = sum(n for (wanted, _), n in confusion.items() if wanted is None)
    precision, recall = ratio(both, flagged), ratio(both, dirty)
    return {
        "comments": sum(confusion.values()),
        "bloquant": {"recall": ratio(right, to_block), "precision": ratio(right, blocked)},
        "flagged": {
            "precision": precision,
            "recall": recall,
            "f1": round(2 * precision * recall / (precision + recall), 4),
        },
        "false_alarms": ratio(clean - confusion[None, None], clean),
        "nir": {
            "recall": ratio(nir["found"], nir["found"] + nir["missed"]),
            "precision": ratio(nir["found"], nir["found"] + nir["invented"]),
        },
        "health_segments_recall": ratio(spans["found"], spans["found"] + spans["missed"]),
        "confusion": {f"{NAMES[w]} → {NAMES[g]}": n for (w, g), n in sorted(confusion.items(), key=str)},
        "families": {name: ratio(c["right"], c["right"] + c["wrong"]) for name, c in sorted(families.items())},
    }


def main(arguments: list[str]) -> None:
    """Print the figures of a part (test by default); keep those of the test part beside this file."""
    part = next((a for a in arguments if not a.startswith("-")), "test")
    result, misses = measure(part)
    if "--misses" in arguments:
        print("\n".join(misses))
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if part == "test" and "--keep" in arguments:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "accuracy.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
