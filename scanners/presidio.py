"""The one adapter between our detectors and Presidio: French, with a language model that loads only when asked for."""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from scanners.classes_once import classes_once
from scanners.findings import Category, Finding, Level
from scanners.presidio_alone import (
    AnalyzerEngine,
    ContextAwareEnhancer,
    EntityRecognizer,
    NlpEngine,
    RecognizerRegistry,
    RecognizerRegistryProvider,
    RecognizerResult,
)
from scanners.text import lazy

LANGUAGE = "fr"
MODEL = "fr_core_news_sm"
ENTITIES = [category.name for category in Category]
_SCORES = {Level.BLOQUANT: 1.0, Level.A_VERIFIER: 0.6, Level.INFO: 0.4}
_NO_CODE = re.compile(r"[^A-Za-z0-9_.-]")
LONGEST_RULE = 64  # the trail takes short codes only, and who configures a detector names it freely
# Presidio's own log lines could repeat the text under scan.
logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)


class FindingResult(RecognizerResult):
    """A Presidio result that carries the finding it stands for."""

    def __init__(self, finding: Finding, recognizer: EntityRecognizer) -> None:
        name: str = recognizer.name  # type: ignore[has-type]  # presidio sets it without annotation
        metadata = {self.RECOGNIZER_NAME_KEY: name, self.RECOGNIZER_IDENTIFIER_KEY: recognizer.id}
        score = _SCORES[finding.level]
        super().__init__(finding.category.name, finding.start, finding.end, score, recognition_metadata=metadata)
        self.finding = finding

    def __hash__(self) -> int:
        """Return a hash of what Presidio's equality compares, without the sentence that it makes of it."""
        return hash((self.start, self.end, self.score, self.entity_type))


class DetectorsRecognizer(EntityRecognizer):
    """Presents a function from a text to findings as a Presidio recognizer."""

    def __init__(self, name: str, find: Any) -> None:
        self._find = find
        super().__init__(supported_entities=ENTITIES, name=name, supported_language=LANGUAGE)

    def load(self) -> None:
        """Have nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return the findings of a text as Presidio results."""
        return [FindingResult(finding, self) for finding in self._find(text, nlp_artifacts)]


class NoEnhancer(ContextAwareEnhancer):
    """Our detectors carry their own context; Presidio's enhancer compares lemmas and fails on French capitals."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(self, text: str, raw_results: list[RecognizerResult], *_: Any, **__: Any) -> Any:
        """Return the results as they are."""
        return raw_results


@cache
def model() -> Any:
    """Return spaCy's French model without what nobody reads, or None where it is not installed."""
    import spacy  # noqa: PLC0415  # two CPU seconds that only a text with unexplained names should cost

    try:
        with classes_once():
            return spacy.load(MODEL, exclude=["parser", "lemmatizer", "morphologizer", "attribute_ruler"])
    except OSError:
        return None


class LazyArtifacts:
    """Tokens and entities that are computed when a recognizer first looks at them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._doc: Any = None
        self.nlp_engine = None

    @property
    def tokens(self) -> Any:
        """Return the model's document; an empty list without the model."""
        if self._doc is None:
            loaded = model()
            self._doc = loaded(self._text) if loaded is not None else []
        return self._doc

    @property
    def entities(self) -> Sequence[Any]:
        """Return the named entities."""
        return getattr(self.tokens, "ents", ())

    @property
    def tokens_indices(self) -> list[int]:
        """Return where each token begins."""
        return [token.idx for token in self.tokens]

    @property
    def lemmas(self) -> list[str]:
        """Return the lower-case form of each token: the lemmatizer is left out."""
        return [token.lower_ for token in self.tokens]

    @property
    def keywords(self) -> list[str]:
        """Return the words that are no stop words."""
        return [token.lower_ for token in self.tokens if not token.is_stop and not token.is_punct]

    @property
    def scores(self) -> list[float]:
        """Return Presidio's usual confidence for each entity."""
        return [0.85] * len(self.entities)


class LazyNlpEngine(NlpEngine):
    """Answers at once and works only when its answer is read."""

    engine_name = "lazy"
    is_available = True

    def load(self) -> None:
        """Have nothing to load yet."""

    def is_loaded(self) -> bool:
        """Tell that the engine may be used."""
        return True

    def process_text(self, text: str, language: str) -> Any:
        """Return artifacts that cost nothing until they are read."""
        return LazyArtifacts(text)

    def process_batch(self, texts: Iterable[str], language: str, *_: Any, **__: Any) -> Iterator[Any]:
        """Return the artifacts of each text."""
        return ((text, LazyArtifacts(text)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        """Tell whether a word is one of the model's stop words."""
        loaded = model()
        return loaded is not None and loaded.vocab[word].is_stop

    def is_punct(self, word: str, language: str) -> bool:
        """Tell whether a word is punctuation."""
        return not any(c.isalnum() for c in word)

    def get_supported_entities(self) -> list[str]:
        """Return nothing: entities reach us through our own recognizers."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Return French."""
        return [LANGUAGE]


class Engine(AnalyzerEngine):
    """Presidio's engine, which lists what its recognizers find once instead of at each text: they stay the same."""

    def get_supported_entities(self, language: str | None = None) -> list[str]:
        """Return the entities that may be found."""
        return self._supported

    @lazy
    def _supported(self) -> list[str]:
        supported: list[str] = super().get_supported_entities(LANGUAGE)
        return supported


def analyzer(recognizers: Iterable[EntityRecognizer], configuration: Path | None = None) -> AnalyzerEngine:
    """Return Presidio's engine over our recognizers and those of a Presidio YAML registry, if one is given.

    Raises ValueError or OSError when the configuration cannot be read.
    """
    registry = RecognizerRegistry(recognizers=[], supported_languages=[LANGUAGE])
    if configuration is not None:
        registry = RecognizerRegistryProvider(conf_file=str(configuration)).create_recognizer_registry()
    for recognizer in recognizers:
        registry.add_recognizer(recognizer)
    return Engine(
        registry=registry,
        nlp_engine=LazyNlpEngine(),
        supported_languages=[LANGUAGE],
        context_aware_enhancer=NoEnhancer(),
    )


def as_finding(result: RecognizerResult) -> Finding:
    """Return the finding of a result; one that another recognizer found takes its level from its score."""
    if isinstance(result, FindingResult):
        return result.finding
    level = Level.BLOQUANT if result.score >= 0.85 else Level.A_VERIFIER if result.score >= 0.5 else Level.INFO
    name = (result.recognition_metadata or {}).get(RecognizerResult.RECOGNIZER_NAME_KEY, "presidio")
    why = f"Trouvé par le détecteur « {name} » ajouté par configuration."
    rule = f"ajout.{_NO_CODE.sub('_', name)}"[:LONGEST_RULE]
    return Finding(result.start, result.end, Category[result.entity_type], level, rule, why)
