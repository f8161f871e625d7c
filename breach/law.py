"""General law on breaches as dated data: what is in force on a day, what is only proposed, how hours are counted."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from governance.core.spans import Span, parse

FILE = Path(__file__).parent / "data" / "general_law.toml"


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule of general law; no `within` means that the text writes no number."""

    since: date
    article: str
    quote: str
    within: Span | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text that is not in force."""

    of: date
    within: Span
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class Counting:
    """A text on how periods are counted, and what it does here."""

    article: str
    note: str
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class House:
    """Our own targets, where no text writes a number."""

    account: Span
    account_note: str
    silent_note: str


@dataclass(frozen=True, slots=True)
class Law:
    """Every version of the rules of general law that start a clock."""

    notify_authority: tuple[Rule, ...]
    tell_controller: tuple[Rule, ...]
    tell_persons: tuple[Rule, ...]
    proposals: tuple[Proposal, ...]
    counting: tuple[Counting, ...]
    house: House


def in_force(versions: tuple[Rule, ...], on: date) -> Rule:
    """Return the version in force on a day, the first one before that; raises ValueError when there is none."""
    if not versions:
        raise ValueError("a rule has one version at least")
    return next((one for one in reversed(versions) if one.since <= on), versions[0])


def read(text: str) -> Law:
    """Return the law that a TOML text writes; raises KeyError, TypeError, TOMLDecodeError for a mistake in it."""
    raw = tomllib.loads(text)
    rules = {name: _versions(raw[name]) for name in ("notify_authority", "tell_controller", "tell_persons")}
    house = raw["house"]
    return Law(
        **rules,
        proposals=tuple(Proposal(**(one | {"within": parse(one["within"])})) for one in raw["proposals"]),
        counting=tuple(Counting(**one) for one in raw["counting"]),
        house=House(**(house | {"account": parse(house["account"])})),
    )


@lru_cache(maxsize=1)
def general_law() -> Law:
    """Return the law that ships with the product."""
    return read(FILE.read_text("utf-8"))


def _versions(raw: list[dict[str, Any]]) -> tuple[Rule, ...]:
    rules = (Rule(**(one | {"within": parse(one["within"]) if "within" in one else None})) for one in raw)
    return tuple(sorted(rules, key=lambda rule: rule.since))
