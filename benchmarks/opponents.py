"""What other scanners find in the same comments, each in a process of its own.

A child (`python -m benchmarks.opponents NAME`) reads a JSON list of texts and answers with the spans of each: start,
end, whether the label means a French social-security number. It imports nothing of this product.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Any

Span = tuple[int, int, bool]
Find = Callable[[str], Iterable[Span]]


def presidio(model: str) -> Find:
    """Return stock Presidio over a French spaCy model, with its own recognizers."""
    models = {"nlp_engine_name": "spacy", "models": [{"lang_code": "fr", "model_name": model}]}
    nlp = import_module("presidio_analyzer.nlp_engine").NlpEngineProvider(nlp_configuration=models).create_engine()
    analyzer = import_module("presidio_analyzer").AnalyzerEngine(nlp_engine=nlp, supported_languages=["fr"])
    return lambda text: [(r.start, r.end, False) for r in analyzer.analyze(text, language="fr")]


def edsnlp() -> Find:
    """Return the rule pipes of edsnlp that name diseases, medicines and habits (100 CPU seconds to start)."""
    nlp = import_module("edsnlp").blank("eds")
    for pipe in ("sentences", "normalizer", "cim10", "drugs", "covid", "diabetes", "tobacco", "alcohol", "solid_tumor"):
        nlp.add_pipe(f"eds.{pipe}")
    return lambda text: [(e.start_char, e.end_char, False) for e in _entities(nlp(text))]


def _entities(document: Any) -> Iterable[Any]:
    yield from document.ents
    for spans in document.spans.values():
        yield from spans


def unpii() -> Find:
    """Return unpii, a Rust scanner that knows French numbers."""
    find = import_module("unpii").find_spans
    return lambda text: [(s.start, s.end, s.category == "SSN") for s in find(text)]


OPPONENTS: dict[str, Callable[[], Find]] = {
    "presidio_sm": lambda: presidio("fr_core_news_sm"),
    "presidio_md": lambda: presidio("fr_core_news_md"),
    "edsnlp": edsnlp,
    "unpii": unpii,
}


def spans(name: str, texts: Sequence[str]) -> list[list[Span]] | None:
    """Return what an opponent finds in each text; None where it is not installed or fails."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.opponents", name],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return None
    answer: list[list[Span]] = json.loads(done.stdout.splitlines()[-1])
    return answer


def child(name: str) -> None:
    """Read texts, write the spans of each."""
    find = OPPONENTS[name]()
    print(json.dumps([list(find(text)) for text in json.load(sys.stdin)]))


if __name__ == "__main__":
    child(sys.argv[1])
