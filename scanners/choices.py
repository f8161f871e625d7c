"""The forms that a source with choices and classes stands for: `(a|b|)` is a choice, `{name}` a class."""

import re
from collections.abc import Iterator
from itertools import product

_PARTS = re.compile(r"[^(){}|]+|\{\w+\}|[()|]")


def expanded(source: str, classes: dict[str, list[str]]) -> Iterator[str]:
    """Return every form that a source with choices and classes stands for; raises ValueError for a lone parenthesis.

    >>> list(expanded("mal (au|à la) {o}", {"o": ["dos", "tête"]}))
    ['mal au dos', 'mal au tête', 'mal à la dos', 'mal à la tête']
    """
    chosen, end = _choices(source, 0, classes)
    if end <= len(source):
        raise ValueError(f"lone parenthesis in {source!r}")
    return (" ".join(form.split()) for form in chosen)


def _choices(source: str, at: int, classes: dict[str, list[str]]) -> tuple[list[str], int]:
    """Return what is meant from a place on, up to the parenthesis that closes it, and the place after that."""
    done: list[str] = []
    current = [""]
    while part := _PARTS.match(source, at):
        piece, at = part.group(), part.end()
        if piece == ")":
            return done + current, at
        if piece == "|":
            done, current = done + current, [""]
            continue
        following = [piece]
        if piece == "(":
            following, at = _choices(source, at, classes)
        elif piece[0] == "{":
            following = _class(piece[1:-1], classes)
        current = ["".join(both) for both in product(current, following)]
    return done + current, at + 1


def _class(name: str, classes: dict[str, list[str]]) -> list[str]:
    return [form for source in classes[name] for form in expanded(source, classes)]
