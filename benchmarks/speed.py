"""Measure the scanner against its opponents, each in a process of its own, in one run: `./vigie bench speed`.

Turn by turn, three times, and the best of each is told: what else a machine does only slows, and not all alike.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROUNDS = 3
SLOW = {"presidio_sm": 120, "vigie_noms": 400}  # comments enough to tell, for those that take long


def corpus() -> list[str]:
    """Return the comments of the evaluation: short and long, clean and not."""
    from evaluation.marked import comments  # noqa: PLC0415  # read in the children only

    return [comment.text for part in ("dev", "test") for comment in comments(part)]


def longer() -> list[str]:
    """Return the comments of about 600 characters (450 to 900): those that tell a story."""
    from evaluation.marked import comments  # noqa: PLC0415  # read in the children only

    parts = ("dev", "dev2", "test", "train")
    return [one.text for part in parts for one in comments(part) if 450 <= len(one.text) <= 900]


def vigie() -> Callable[[str], object]:
    """Return this product's scan."""
    from scanners.engine import scan  # noqa: PLC0415  # its start is measured

    scan("")
    return scan


def vigie_noms() -> Callable[[str], object]:
    """Return this product's scan with the language model."""
    from scanners.engine import Scanner  # noqa: PLC0415  # its start is measured

    scanner = Scanner(names=True)
    scanner.scan("Un mot de Jeanne Dupont et de Paul Martin.")
    return scanner.scan


def presidio_sm() -> Callable[[str], object]:
    """Return stock Presidio over fr_core_news_sm, with its French recognizers."""
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415  # its start is measured
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: PLC0415

    models = [{"lang_code": "fr", "model_name": "fr_core_news_sm"}]
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    engine = AnalyzerEngine(nlp_engine=nlp, supported_languages=["fr"])
    engine.analyze("Un mot.", language="fr")
    return lambda text: engine.analyze(text, language="fr")


def datafog() -> Callable[[str], object]:
    """Return datafog's regular expressions."""
    from datafog.processing.text_processing.regex_annotator import RegexAnnotator  # noqa: PLC0415

    return RegexAnnotator().annotate


def unpii() -> Callable[[str], object]:
    """Return unpii's French engine."""
    import unpii as module  # noqa: PLC0415  # its start is measured

    return module.find_spans


ENGINES = (vigie, vigie_noms, presidio_sm, datafog, unpii)


def child(name: str) -> None:
    """Measure one engine in this process and print the figures as JSON."""
    texts = corpus()
    begun = time.process_time()
    scan = {engine.__name__: engine for engine in ENGINES}[name]()
    started = time.process_time() - begun
    texts = texts[: SLOW.get(name, len(texts))]
    scan(texts[0])
    first = sum(timed(scan, texts)) + sum(timed(scan, longer()))  # patterns are compiled, words remembered
    times = sorted(timed(scan, texts))
    stories = list(timed(scan, longer()))
    figures = {
        "start_s": round(started, 2),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "first_per_s": round((len(texts) + len(stories)) / first),
        "comments_per_s": round(len(times) / sum(times)),
        "p50_ms": round(times[len(times) // 2] * 1000, 3),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 3),
        "stories_per_s": round(len(stories) / sum(stories)),
        "comments": len(times),
    }
    print(json.dumps(figures))


def timed(scan: Callable[[str], object], texts: list[str]) -> Iterator[float]:
    """Give the CPU seconds that each text takes."""
    for text in texts:
        at = time.process_time()
        scan(text)
        yield time.process_time() - at


def run(name: str) -> dict[str, float] | None:
    """Measure one engine in a process of its own; None, and why, where it does not run."""
    command = [sys.executable, __file__, "--child", name]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode == 0:
        return dict(json.loads(ran.stdout.splitlines()[-1]))
    print(f"{name}: not measured ({ran.stderr.strip().splitlines()[-1:]})")
    return None


def best(figures: list[dict[str, float]]) -> dict[str, float]:
    """Return the best of each figure: the most of a rate, the least of a time; the most of a memory."""
    return {
        name: (max if name.endswith("_per_s") or name == "rss_mb" else min)(one[name] for one in figures)
        for name in figures[0]
    }


def main() -> None:
    """Run every engine that is installed and print a table, ratios against stock Presidio."""
    rounds = [{engine.__name__: run(engine.__name__) for engine in ENGINES} for _ in range(ROUNDS)]
    measured = {
        engine.__name__: best(figures)
        for engine in ENGINES
        if (figures := [found for one in rounds if (found := one[engine.__name__]) is not None])
    }
    first = measured["presidio_sm"]
    print(
        "| engine | start CPU s | RSS MB | read once, comments/CPU s | again | × stock Presidio | 600 characters | × "
        "| p50 ms | p95 ms |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, f in measured.items():
        rates = [(f[rate], f"{f[rate] / first[rate]:.0f}") for rate in ("comments_per_s", "stories_per_s")]
        cells = (name, f["start_s"], f["rss_mb"], f["first_per_s"], *rates[0], *rates[1], f["p50_ms"], f["p95_ms"])
        print("|", " | ".join(map(str, cells)), "|")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    child(sys.argv[2]) if sys.argv[1:2] == ["--child"] else main()
