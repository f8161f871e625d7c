"""Contexts of a form: patterns over the words around it, compiled when asked, searched only where they may match."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scanners.findings import Level
from scanners.marks import COMMON, Reader, marks_in, marks_of
from scanners.text import lazy


class Side(StrEnum):
    """Where the words stand that a context looks at; its value is the frame of the pattern."""

    BEFORE = "(?:^|.* )(?:{})$"
    AFTER = "(?:{})(?= |$)"
    NEAR = "(?:^|.* )(?:{})(?= |$)"


class Context:
    """A pattern that is compiled when it is first asked: most are never, and all together cost a third of a second."""

    def __init__(self, source: str, side: Side) -> None:
        self._source = source
        self._side = side
        self._told: list[str | None] | None = None

    @lazy
    def compiled(self) -> re.Pattern[str]:
        """Return the pattern, ready; raises re.error."""
        return re.compile(self._side.replace("{}", self._source), re.DOTALL)

    def match(self, words: str) -> re.Match[str] | None:
        """Return the match at the beginning of the words, if any."""
        return self.compiled.match(words)

    @lazy
    def at_edge(self) -> frozenset[str] | None:
        """Return the marks of which the word next to the form bears one wherever this matches; None if any may."""
        if self._told is not None:
            return _marks(self._told[0])
        if self._side is Side.NEAR:
            return None
        return marks_in(self._source, Reader(backwards=self._side is Side.BEFORE))

    @lazy
    def anywhere(self) -> frozenset[str] | None:
        """Return the marks of which some word around the form bears one wherever this matches; None if any may."""
        if self._told is not None:
            return _marks(self._told[1])
        return marks_in(self._source, Reader(anywhere=True))

    def state(self) -> list[str | None]:
        """Return what JSON can hold of the marks: a thousandth of a second to read in a pattern."""
        return [None if marks is None else " ".join(sorted(marks)) for marks in (self.at_edge, self.anywhere)]

    def recall(self, state: list[str | None]) -> None:
        """Take the marks from what `state` gave for the same pattern."""
        self._told = state

    def may_touch(self, nearest: str) -> bool:
        """Tell whether a match is possible beside a word."""
        return self.at_edge is None or not self.at_edge.isdisjoint(marks_of(nearest))

    def may_be_among(self, marks: set[str]) -> bool:
        """Tell whether a match is possible in a sentence whose words bear these marks.

        >>> context = Context("(?:une?|sa) toux", Side.NEAR)
        >>> context.may_be_among({"une", "sa"}), context.may_be_among({"la", "toux"})
        (False, True)
        """
        return self.anywhere is None or not self.anywhere.isdisjoint(marks)

    def is_among(self, words: str, marks: set[str]) -> bool:
        """Tell whether the pattern matches words of a sentence whose words bear these marks."""
        return self.may_be_among(marks) and self.compiled.match(words) is not None


def _marks(told: str | None) -> frozenset[str] | None:
    return None if told is None else frozenset(told.split(" "))


# Where the words stand of which one must bear a mark: just before the form, just after, or in its sentence. Plain
# numbers, and a tuple of marks in their order: they are asked for several times a form.
BEFORE, AFTER, ANYWHERE = range(3)


@dataclass(frozen=True)
class Case:
    """One reading of a form: the context it asks for, and the level it then has (none: nothing to say)."""

    level: Level | None
    before: Context | None = None
    after: Context | None = None
    near: Context | None = None
    not_before: Context | None = None
    not_after: Context | None = None
    not_near: Context | None = None
    letters: str | None = None
    take: str | None = None

    @property
    def contexts(self) -> tuple[Context, ...]:
        """Return the patterns that the case asks for, and those it asks not to match."""
        every = (self.before, self.after, self.near, self.not_before, self.not_after, self.not_near)
        return tuple(context for context in every if context is not None)

    @lazy
    def asked(self) -> tuple[tuple[int, frozenset[str]], ...]:
        """Return the marks without which the case does not hold, each set with the place that asks for one of it."""
        edges = ((BEFORE, self.before), (AFTER, self.after))
        near = [(place, context.at_edge) for place, context in edges if context is not None]
        far = [context.anywhere for context in (self.before, self.after, self.near) if context is not None]
        every = (*near, *((ANYWHERE, marks) for marks in far))
        return tuple((place, marks) for place, marks in every if marks is not None)


@dataclass(frozen=True, slots=True)
class Triggers:
    """Marks of which one is borne by the word before a form, by the one after it, or by any of its sentence."""

    before: frozenset[str]
    after: frozenset[str]
    anywhere: frozenset[str]


def triggers_of(cases: Iterable[Case]) -> Triggers | None:
    """Return the marks without which none of the cases holds; None where one asks for no word that is known."""
    found: tuple[set[str], ...] = (set(), set(), set())
    for case in cases:
        if not case.asked:
            return None
        place, marks = min(case.asked, key=lambda one: (len(one[1] & COMMON), len(one[1])))
        found[place].update(marks)
    return Triggers(*map(frozenset, found))
