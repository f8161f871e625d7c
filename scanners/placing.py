"""A form of the vocabulary where it stands: what its sentence says of it, and whether it means an illness there."""

import re
from collections.abc import Iterable, Sequence

from scanners.collective import is_collective, may_be_collective
from scanners.contexts import AFTER, BEFORE, Case, Context
from scanners.findings import Finding, Level
from scanners.frames import (
    CAUSE,
    PRACTICE,
    PRACTISED,
    THEIRS,
    TRADED,
    clause,
    is_apposition,
    is_landmark,
    is_trade,
    may_be_traded,
)
from scanners.marks import marks_of, marks_of_all
from scanners.names import is_name, is_spelled_out, is_street
from scanners.senses import senses
from scanners.text import Text, lazy
from scanners.traps import among, is_trapped
from scanners.vocabulary import Entry

READ = "health_read"  # where a text remembers the spans that were read as an illness, or as an image of one
IMAGES = "health_images"  # and those of images only
WINDOW = 16  # words on either side of a form
FAR = 200  # words around a form, where the whole of a text may tell what it is about
TRADE = (6, 4)  # words before and after a form that may make a job or a shop of it
_LETTERS = {"upper": Text.is_upper, "capital": Text.is_capitalised, "plain": Text.is_plain}
MOST_REMEMBERED = 10_000  # matches of one text: a text of a million characters must not fill the memory
# What only persons have: said of a thing, it is an image.
ILLNESS = frozenset("etat pathologie symptome organe soins handicap psychique grossesse addiction".split())
# What these name is never an image: a benefit is granted by the very institutions that images speak of.
BENEFITS = frozenset({"prestation", "handicap_prestation", "arret", "vigilance"})


class Sentence:
    """What the whole of a sentence rules out at once, worked out for all its forms."""

    def __init__(self, marks: set[str]) -> None:
        self.marks = marks

    @lazy
    def traps(self) -> int:
        """Return the traps that may hold in it."""
        return among(self.marks)

    @lazy
    def may_be_collective(self) -> bool:
        """Tell whether it may speak of an action, of an instruction or of a group."""
        return may_be_collective(self.marks)

    @lazy
    def may_be_traded(self) -> bool:
        """Tell whether it may hold a trade or a landmark."""
        return may_be_traded(self.marks)


class Line:
    """The words of a text, and its sentences."""

    def __init__(self, text: Text, parts: Sequence[str]) -> None:
        self.text, self.parts = text, parts
        self._sentences: dict[int, Sentence] = {}
        self.read: dict[str, list[tuple[int, int]]] = {READ: [], IMAGES: []}  # places in the original

    def between(self, first: int, end: int) -> str:
        """Return the words from the first to the last (excluded), joined by spaces."""
        return " ".join(self.parts[first:end])

    def sentence(self, first: int, end: int) -> Sentence:
        """Return the sentence between two words, the second excluded."""
        if first not in self._sentences:
            self._sentences[first] = Sentence(marks_of_all(self.parts[first:end], digits=self.text.digits > 0))
        return self._sentences[first]


class Placed:
    """A form in its sentence: what stands before, after and around it."""

    def __init__(self, line: Line, first: int, last: int) -> None:
        self._line, self._text, self._words = line, line.text, line.parts
        self._first, self._last = first, last
        self._bounds = begins, ends = line.text.sentence(first)
        self._sentence = line.sentence(begins, ends)
        self.marks = self._sentence.marks
        # What the word before the form bears, the one after it, and any of its sentence: BEFORE, AFTER, ANYWHERE.
        self._borne: tuple[Iterable[str], ...] = (
            marks_of(self._words[first - 1] if first > begins else ""),
            marks_of(self._words[last + 1] if last + 1 < ends else ""),
            self.marks,
        )

    @lazy
    def before(self) -> str:
        """Return the words of the sentence before the form, the nearest ones."""
        return self._line.between(max(self._bounds[0], self._first - WINDOW), self._first)

    @lazy
    def after(self) -> str:
        """Return the words of the sentence after the form, the nearest ones."""
        return self._line.between(self._last + 1, min(self._bounds[1], self._last + 1 + WINDOW))

    @lazy
    def around(self) -> str:
        """Return the form with the words on either side."""
        return f"{self.before} {self.form} {self.after}"

    @lazy
    def _rest(self) -> str:
        after = self._words[self._last + 1 : min(self._bounds[1], self._last + 1 + WINDOW)]
        return " ".join([*self._words[self._first : self._last + 1], *clause(after)])

    @lazy
    def _own(self) -> list[str]:
        """The clause of the form: a few words on either side of it."""
        before = self._words[max(self._bounds[0], self._first - TRADE[0]) : self._first]
        after = self._words[self._last + 1 : min(self._bounds[1], self._last + 1 + TRADE[1])]
        return [*reversed(clause(before[::-1])), *self._words[self._first : self._last + 1], *clause(after)]

    @lazy
    def _is_collective(self) -> bool:
        return self._sentence.may_be_collective and is_collective(
            self.before, self._rest, " ".join(self._own), self.around, self.marks
        )

    def _is_trade(self, level: Level) -> bool:
        """A hint is dismissed by a job anywhere in the sentence, a refusal by one in its own clause only."""
        if not self._sentence.may_be_traded:
            return False
        own = " ".join(self._own)
        near = self.around if level is Level.A_VERIFIER else own
        return is_trade(near, self.around, self.marks) or is_landmark(self.before, own, self.marks)

    def is_no_illness(self, entry: Entry) -> bool:
        """Tell whether the form is a street, a surname or an image here."""
        first, last = place = self._first, self._last
        return (
            is_street(self._words, first)
            or is_name(self._text, first, last)
            or (first == last and is_spelled_out(self._words, first, self._bounds[1]))
            or self._precedes(CAUSE)
            or (entry.family == "specialite" and is_apposition(self._words, first, last))
            or (entry.family in PRACTISED and self._follows(PRACTICE) and not self._surrounds(THEIRS))
            or is_trapped(self, entry.family)
            or (
                entry.family not in BENEFITS
                and senses().is_figurative(self._words, *place, self._bounds, entry.family in ILLNESS)
            )
        )

    @lazy
    def form(self) -> str:
        """Return the words of the form."""
        first, last = self._first, self._last
        return self._words[first] if first == last else self._line.between(first, last + 1)

    @lazy
    def text(self) -> str:
        """Return what is written around, far beyond the sentence."""
        return self._line.between(max(0, self._first - FAR), self._last + FAR)

    @property
    def traps(self) -> int:
        """Return the traps that may hold in the sentence."""
        return self._sentence.traps

    def is_plain(self) -> bool:
        """Tell whether the form is written without an accent by somebody who puts them."""
        return not self._text.original.isascii() and self._text.is_plain(self._first)

    def reading(self, entry: Entry) -> tuple[Entry, Level | None, Case | None]:
        """Return the level of an entry here: that of the first case that holds, or its own."""
        case = self._case(entry) if entry.telling else None
        level = entry.level if case is None else case.level
        if level is not None and (self._is_collective or (entry.family in TRADED and self._is_trade(level))):
            level = None
        return entry, level, case

    def _case(self, entry: Entry) -> Case | None:
        triggers = entry.triggers
        if triggers is not None:
            before, after, anywhere = self._borne
            if (
                triggers.before.isdisjoint(before)
                and triggers.after.isdisjoint(after)
                and triggers.anywhere.isdisjoint(anywhere)
            ):
                return None
        for case in entry.telling:
            if self._may_hold(case):
                return next(filter(self._holds, entry.cases), None)
        return None

    def _may_hold(self, case: Case) -> bool:
        borne = self._borne
        for place, marks in case.asked:  # noqa: SIM110  # twice as fast as all() over a generator, at each form
            if marks.isdisjoint(borne[place]):
                return False
        return True

    def _holds(self, case: Case) -> bool:
        return (
            self._may_hold(case)
            and (case.before is None or self._match(case.before, self.before) is not None)
            and (case.after is None or self._match(case.after, self.after) is not None)
            and (case.near is None or self._match(case.near, self.around) is not None)
            and (case.not_before is None or not self._precedes(case.not_before))
            and (case.not_after is None or not self._follows(case.not_after))
            and (case.not_near is None or not self._surrounds(case.not_near))
            and (case.letters is None or _LETTERS[case.letters](self._text, self._first))
        )

    def _precedes(self, context: Context) -> bool:
        return self._may_match(context, BEFORE) and self._match(context, self.before) is not None

    def _follows(self, context: Context) -> bool:
        return self._may_match(context, AFTER) and self._match(context, self.after) is not None

    def _surrounds(self, context: Context) -> bool:
        return context.may_be_among(self.marks) and self._match(context, self.around) is not None

    def _may_match(self, context: Context, place: int) -> bool:
        edge = context.at_edge
        return (edge is None or not edge.isdisjoint(self._borne[place])) and context.may_be_among(self.marks)

    def _match(self, context: Context, words: str) -> re.Match[str] | None:
        # The readings of a form share most of their contexts, and a form repeated a thousand times all of them.
        known = self._text.matched
        key = (context, words)
        if key not in known:
            if len(known) > MOST_REMEMBERED:
                known.clear()
            known[key] = context.match(words)
        return known[key]

    def end(self, case: Case | None) -> int:
        """Return the index after the last word that the reading takes."""
        return self._taken(case)[1] + 1

    def _taken(self, case: Case | None) -> tuple[int, int]:
        first, last = self._first, self._last
        if case is not None and case.take in ("after", "both") and case.after and (m := case.after.match(self.after)):
            last += len(m.group().split())
        if case is not None and case.take in ("before", "both") and case.before:
            whole = case.before.match(self.before)
            first -= len(whole.group(whole.re.groups).split()) if whole and whole.re.groups else 0
        return first, last

    def finding(self, entry: Entry, level: Level | None, case: Case | None) -> Finding | None:
        """Return the finding of a reading; none where there is nothing to say."""
        if level is None:
            return None
        start, end = self._text.original_span(*self._taken(case))
        return Finding(start, end, entry.category, level, entry.rule, entry.why)
