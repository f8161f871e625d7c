"""Homonyms: what a form of the vocabulary says of no patient, told by the words around it (`lexicon/pieges.toml`).

A case of the vocabulary speaks for one entry, and the gravest of a form's entries wins. A trap speaks for the form:
where it holds, none of its entries does.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from operator import or_
from pathlib import Path
from typing import Any, Protocol

from scanners.contexts import Context, Side
from scanners.kept import kept
from scanners.marks import COMMON

TRAPS = Path(__file__).parent / "lexicon" / "pieges.toml"
MAKERS = ("traps", "contexts", "marks")  # what is kept of the traps is made by these
REMEMBERED = 4_096  # forms
_NESTED = 3  # patterns that name patterns
_SIDES = {
    "after": Side.AFTER,  # first: it is tried at one place only
    "before": Side.BEFORE,
    "near": Side.NEAR,
    "text": Side.NEAR,
    "not_before": Side.BEFORE,
    "not_after": Side.AFTER,
    "not_near": Side.NEAR,
    "not_text": Side.NEAR,
}
_KEYS = {*_SIDES, "why", "forms", "families", "accents"}


class Place(Protocol):
    """A form where it stands, as folded words joined by single spaces.

    `around` is its sentence, `text` what is written within some two hundred words of it. `traps` are those that are
    `among` the sentence's marks; `is_plain` tells a form without accent where the writer puts them.
    """

    @property
    def form(self) -> str: ...
    @property
    def traps(self) -> int: ...
    def is_plain(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Trap:
    """Forms (or families of them) and what must stand around them, or must not."""

    forms: re.Pattern[str] | None
    families: frozenset[str] | None
    asked: tuple[tuple[str, Context], ...]
    refused: tuple[tuple[str, Context], ...]
    accents: bool

    @property
    def marks(self) -> frozenset[str] | None:
        """Return the marks of which some word of the sentence bears one wherever this holds; None if any may."""
        asked = [context.anywhere for side, context in self.asked if side != "text"]
        return min((one for one in asked if one), key=lambda one: (len(one & COMMON), len(one)), default=None)

    def may_hold(self, form: str, family: str) -> bool:
        """Tell whether the form is one of those that the trap is laid for."""
        return (self.families is None or family in self.families) and (
            self.forms is None or self.forms.fullmatch(form) is not None
        )

    def holds(self, place: Place) -> bool:
        """Tell whether what stands around such a form is what the trap asks for."""
        return (
            (not self.accents or place.is_plain())
            and all(context.match(_words(place, side)) for side, context in self.asked)
            and not any(context.match(_words(place, side)) for side, context in self.refused)
        )


@cache
def traps() -> tuple[Trap, ...]:
    """Return the traps that ship with the product, read once; raises ValueError for one that says nothing."""
    made = read(tomllib.loads(TRAPS.read_text("utf-8")))
    contexts = [context for trap in made for _, context in (*trap.asked, *trap.refused)]
    makers = [Path(__file__).with_name(f"{name}.py") for name in MAKERS]
    made_from = [path.read_bytes() for path in (TRAPS, *makers)]
    for context, told in zip(contexts, kept("traps", made_from, lambda: [c.state() for c in contexts]), strict=True):
        context.recall(told)
    return made


def read(data: Mapping[str, Any]) -> tuple[Trap, ...]:
    """Return the traps of a file; raises ValueError, KeyError or re.error for one that cannot be meant."""
    return tuple(_trap(raw, data["patterns"]) for raw in data["trap"])


def _trap(raw: Mapping[str, Any], patterns: Mapping[str, str]) -> Trap:
    if unknown := set(raw) - _KEYS:
        raise ValueError(f"unknown keys {sorted(unknown)} in a trap")
    told = {key: Context(_whole(raw[key], patterns), side) for key, side in _SIDES.items() if key in raw}
    asked = tuple((key, context) for key, context in told.items() if not key.startswith("not_"))
    refused = tuple((key.removeprefix("not_"), context) for key, context in told.items() if key.startswith("not_"))
    if not asked:
        raise ValueError(f"a trap that asks for nothing: {raw['why']}")
    forms, families = raw.get("forms"), raw.get("families")
    return Trap(
        None if forms is None else re.compile(_whole(forms, patterns)),
        None if families is None else frozenset(families),
        asked,
        refused,
        raw.get("accents", False),
    )


def _whole(source: str, patterns: Mapping[str, str]) -> str:
    for _ in range(_NESTED):
        source = re.sub(r"\{([a-z_]+)\}", lambda found: f"(?:{patterns[found.group(1)]})", source)
    return source


def _words(place: Place, side: str) -> str:
    return str(getattr(place, "around" if side == "near" else side))


@cache
def _by_mark() -> dict[str | None, int]:
    """Return the traps that ask for each mark, one bit a trap; under None, those that ask for none."""
    laid: dict[str | None, int] = {None: 0}
    for number, trap in enumerate(traps()):
        marks = trap.marks
        for mark in (None,) if marks is None else marks:
            laid[mark] = laid.get(mark, 0) | 1 << number
    return laid


def among(marks: set[str]) -> int:
    """Return the traps that may hold in a sentence whose words bear these marks, one bit a trap."""
    laid = _by_mark()
    return reduce(or_, (laid[mark] for mark in laid.keys() & marks), laid[None])


@lru_cache(REMEMBERED)
def _laid_for(form: str, family: str) -> int:
    return sum(1 << number for number, trap in enumerate(traps()) if trap.may_hold(form, family))


def is_trapped(place: Place, family: str) -> bool:
    """Tell whether a form of a family says another thing than an illness or care where it stands."""
    laid = _laid_for(place.form, family) & place.traps
    while laid:
        last = laid.bit_length() - 1
        if traps()[last].holds(place):
            return True
        laid ^= 1 << last
    return False
