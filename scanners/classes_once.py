"""Compile patterns that hold one long class of characters hundreds of times, without optimising it each time.

spaCy's French tokenizer is such a pattern: a thousand ranges of letters, four hundred times, two of the three seconds
that its model takes to load.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_OPTIMIZE = (
    "_optimize_charset"  # a pure function of the standard library's compiler; left alone where it has another name
)


@contextmanager
def classes_once() -> Iterator[None]:
    """Have each class of characters optimised once for all the patterns that are compiled meanwhile."""
    compiler: Any = getattr(re, "_compiler", None)
    optimize = getattr(compiler, _OPTIMIZE, None)
    if optimize is None:
        yield
        return
    known: dict[tuple[object, ...], object] = {}

    def once(charset: list[Any], *how: object) -> object:
        key = (tuple(charset), *map(id, how))
        if key not in known:
            known[key] = optimize(charset, *how)
        return known[key]

    setattr(compiler, _OPTIMIZE, once)
    try:
        yield
    finally:
        setattr(compiler, _OPTIMIZE, optimize)
