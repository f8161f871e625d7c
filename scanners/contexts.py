"""Contexts of a form: patterns over the words around it, compiled when asked, searched only where they may match."""

import re
from enum import StrEnum

from scanners.marks import Reader, marks_in, marks_of
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
        if self._side is Side.NEAR:
            return None
        return marks_in(self._source, Reader(backwards=self._side is Side.BEFORE))

    @lazy
    def anywhere(self) -> frozenset[str] | None:
        """Return the marks of which some word around the form bears one wherever this matches; None if any may."""
        return marks_in(self._source, Reader(anywhere=True))

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
