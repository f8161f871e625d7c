"""Presidio without spaCy, which it imports for names this product never uses: two CPU seconds and 110 MB a process.

While Presidio is imported, spaCy's and thinc's modules are stand-ins; they are gone afterwards, so that the French
model still loads the real ones when a recognizer asks for names (`scanners.presidio.model`). Presidio's own spaCy,
Stanza and Transformers engines are therefore not to be used in this process: `LazyNlpEngine` takes their place.
"""

import sys
from collections.abc import Callable, Iterator, MutableSequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

HEAVY = ("spacy", "thinc")


class _AnyName(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls


class _Unused(metaclass=_AnyName):
    """Stands for a class, a registry, a decorator: whatever Presidio's unused engines name as they are defined."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def __call__(self, decorated: Callable[..., Any]) -> Callable[..., Any]:
        return decorated


class _StandIn(ModuleType):
    __path__: MutableSequence[str] = []  # noqa: RUF012  # a package, as importlib knows them

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Unused


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self, is_package=True) if _is_heavy(fullname) else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None: ...


def _is_heavy(name: str) -> bool:
    return name.partition(".")[0] in HEAVY


@contextmanager
def _stand_ins() -> Iterator[None]:
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name, module in sys.modules.items() if _is_heavy(name) and type(module) is _StandIn]:
            del sys.modules[name]


with _stand_ins():
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
    from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
    from presidio_analyzer.nlp_engine import NlpEngine
    from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

__all__ = [
    "AnalyzerEngine",
    "ContextAwareEnhancer",
    "EntityRecognizer",
    "NlpEngine",
    "RecognizerRegistry",
    "RecognizerRegistryProvider",
    "RecognizerResult",
]
