"""The vocabulary as data: families of forms with a level, the context they need, and the tree that finds them.

A family is a TOML file of `scanners/lexicon/data`. In a form, `(a|b|)` is a choice and `{name}` a class of
`classes.toml`; in a context, `{name}` is a pattern of the same file. Contexts are regular expressions over the folded
words of the sentence, joined by single spaces: `before` ends where the form begins, `after` begins where it ends,
`near` may be anywhere.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scanners.choices import expanded
from scanners.contexts import Case, Context, Side, Triggers, triggers_of
from scanners.findings import Category, Level
from scanners.fold import fold
from scanners.inflection import conjugated, inflected
from scanners.kept import kept
from scanners.openings import Openings
from scanners.spelling import rare_words
from scanners.text import lazy
from scanners.trie import Forms

DATA = Path(__file__).parent / "lexicon" / "data"
# What is kept is made by these: when one changes, it is made again.
MAKERS = ("vocabulary", "choices", "trie", "openings", "contexts", "marks", "inflection", "spelling", "fold")
_TOKENS = re.compile(r"[a-z0-9]+|[^a-z0-9\s'\-]")
SURE = 6  # letters of a word that stands alone: long enough to be known by its sound, even in a list of exact forms
_CASE_KEYS = {"before", "after", "near", "not_before", "not_after", "not_near", "letters", "level", "take"}


class BadVocabulary(ValueError):
    """A data file says something that cannot be meant; the message names the file and the entry."""


@dataclass(frozen=True)
class Entry:
    """What a form means: its family, the cases tried in order, and the level when none holds."""

    family: str
    level: Level | None
    why: str
    cases: tuple[Case, ...] = ()
    category: Category = Category.SANTE

    @lazy
    def rule(self) -> str:
        """Return the rule's name, as findings bear it."""
        return f"{self.category}.{self.family}"

    @lazy
    def telling(self) -> tuple[Case, ...]:
        """Return the cases that matter: where there is nothing to say otherwise, those with a level."""
        return tuple(case for case in self.cases if self.level or case.level)

    @lazy
    def triggers(self) -> Triggers | None:
        """Return the words of which one is there wherever some case that matters holds; None if any may be."""
        return triggers_of(self.telling)


@dataclass(frozen=True, slots=True)
class Group:
    """Forms as a family writes them, and what they all mean; `exact` ones are neither inflected nor corrected."""

    file: str
    sources: tuple[str, ...]
    entry: Entry
    exact: bool


@cache
def _parts(word: str) -> tuple[str, ...]:
    return tuple(_TOKENS.findall(fold(word).text))


class Vocabulary:
    """Forms by their words; immutable once built.

    `singles` are the forms of one word, `openings` the first three words of longer ones: few words of a text begin
    any form, and only those are looked for among the forms.
    """

    def __init__(self, entries: Iterable[tuple[str, Entry, bool]]) -> None:
        meanings: dict[str, tuple[Entry, ...]] = {}
        inexact: set[str] = set()
        self.words: set[str] = set()
        for form, entry, exact in entries:
            words = [part for word in form.split() for part in _parts(word)]
            if form.count(".") > 1 and words[-1] == ".":  # « I.M.E. »: the last point may be the sentence's
                words.pop()
            if words:
                whole = " ".join(words)
                known = meanings.get(whole, ())
                meanings[whole] = known if any(one is entry for one in known) else (*known, entry)
                self.words.update(words)
            if not exact:
                inexact.update(words)
        keys = {form: tuple(map(id, meaning)) for form, meaning in meanings.items()}
        distinct = {keys[form]: meaning for form, meaning in meanings.items()}
        self.meanings = list(distinct.values())
        numbers = {key: number for number, key in enumerate(distinct)}
        self._forms = Forms({form: numbers[key] for form, key in keys.items()})
        self.singles = {form: numbers[key] for form, key in keys.items() if " " not in form}
        self.openings = Openings(meanings)
        named = {form for form in self.singles if len(form) >= SURE and any(one.level for one in meanings[form])}
        self.spellable = frozenset(word for word in inexact | named if len(word) > 3 and word.isalpha())

    @classmethod
    def of(cls, state: dict[str, Any], entries: Sequence[Entry]) -> "Vocabulary":
        """Return the vocabulary that `state` was taken from; entries are told by their place in the sequence."""
        made = cls(())
        made._forms = Forms.of(state["forms"])
        made.meanings = [tuple(entries[place] for place in meaning) for meaning in state["meanings"]]
        made.singles, made.words = state["singles"], set(state["words"])
        made.openings = Openings.of(state["openings"])
        for context, told in zip(_contexts(entries), state["contexts"], strict=True):
            context.recall(told)
        made.spellable = frozenset(state["spellable"])
        return made

    def state(self, entries: Sequence[Entry]) -> dict[str, Any]:
        """Return what JSON can hold of the vocabulary, meanings by the places of their entries."""
        places = {id(entry): place for place, entry in enumerate(entries)}
        meanings = [[places[id(entry)] for entry in meaning] for meaning in self.meanings]
        sets = {"words": sorted(self.words), "spellable": sorted(self.spellable)}
        told = [context.state() for context in _contexts(entries)]
        beginnings = {"contexts": told, "singles": self.singles, "openings": self.openings.state()}
        return {"forms": self._forms.state(), "meanings": meanings, **beginnings, **sets}

    def items(self) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        """Give every form and what it means."""
        return ((form, self.meanings[number]) for form, number in self._forms.items())

    def whys(self) -> dict[str, str]:
        """Return what each rule says of what it finds, in French: the sentence that most of its forms have."""
        said: Counter[tuple[str, str]] = Counter()
        for number, forms in self._forms.shares().items():
            for entry in self.meanings[number]:
                said[entry.rule, entry.why] += forms if entry.level else 0
        return {rule: why for (rule, why), _ in reversed(said.most_common())}

    def beginnings(self, words: Sequence[str]) -> list[int]:
        """Return the indices of the words that some form may begin with."""
        return self.openings.indices(words, self.singles)

    def longest(self, words: Sequence[str], index: int) -> tuple[int, tuple[Entry, ...]] | None:
        """Return how many words the longest form has that begins at a word, and its meanings."""
        if not self.openings.has(words, index):
            return 1, self.meanings[self.singles[words[index]]]
        found = self._forms.longest(words, index)
        return found and (found[0].count(" ") + 1, self.meanings[found[1]])


def _contexts(entries: Iterable[Entry]) -> dict[Context, None]:
    return dict.fromkeys(context for entry in entries for case in entry.cases for context in case.contexts)


def load(folder: Path = DATA) -> Vocabulary:
    """Return the vocabulary of a folder of TOML families.

    Raises BadVocabulary, naming file and entry.
    """
    try:
        classes = tomllib.loads((folder / "classes.toml").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadVocabulary(f"classes.toml : {error}") from error
    files = sorted(path for path in folder.glob("*.toml") if path.name != "classes.toml")
    groups = [group for path in files for group in _family(path, classes)]
    entries = list({id(group.entry): group.entry for group in groups}.values())
    makers = [Path(__file__).with_name(f"{name}.py") for name in MAKERS]
    made_from = [path.read_bytes() for path in (folder / "classes.toml", *files, *makers)]

    def make() -> dict[str, Any]:
        return _expanded(groups, classes).state(entries)

    # The product's own alone is large enough to be kept: small ones would drive it out.
    return Vocabulary.of(kept("vocabulary", made_from, make) if folder == DATA else make(), entries)


def _expanded(groups: Iterable[Group], classes: dict[str, Any]) -> Vocabulary:
    for group in groups:
        with _named(group.file):
            for context in _contexts([group.entry]):
                _ = context.compiled
    return Vocabulary(found for group in groups for found in _forms(group, classes))


@contextmanager
def _named(file: str) -> Iterator[None]:
    try:
        yield
    except (KeyError, ValueError, TypeError, re.error) as error:
        raise BadVocabulary(f"{file} : {error!r}") from error


def _family(path: Path, classes: dict[str, Any]) -> Iterator[Group]:
    with _named(path.name):
        data = tomllib.loads(path.read_text("utf-8"))
        patterns = classes["patterns"]
        shared = tuple(_case(raw, patterns) for raw in data.get("case", ()))
        top = Entry(data["family"], _level(data["level"]), data["why"], shared)
        yield Group(path.name, tuple(data.get("words", ())), top, False)
        yield Group(path.name, tuple(data.get("exact", ())), top, True)
        for raw in data.get("entry", ()):
            own = tuple(_case(case, patterns) for case in raw.get("case", ()))
            cases = own if raw.get("alone", False) else own + shared
            entry = Entry(
                raw.get("family", top.family),
                _level(raw.get("level", data["level"])),
                raw.get("why", top.why),
                cases,
            )
            yield Group(path.name, tuple(raw["forms"]), entry, raw.get("exact", False))


def _level(name: str) -> Level | None:
    return None if name == "autorise" else Level(name)


def _case(raw: dict[str, str], patterns: dict[str, str]) -> Case:
    if unknown := set(raw) - _CASE_KEYS:
        raise BadVocabulary(f"unknown keys {sorted(unknown)} in a case")
    if raw["level"] == "autorise" and "take" in raw:
        raise BadVocabulary("a case that says nothing takes nothing")
    return Case(
        level=_level(raw["level"]),
        before=_pattern(raw.get("before"), patterns, Side.BEFORE),
        after=_pattern(raw.get("after"), patterns, Side.AFTER),
        near=_pattern(raw.get("near"), patterns, Side.NEAR),
        not_before=_pattern(raw.get("not_before"), patterns, Side.BEFORE),
        not_after=_pattern(raw.get("not_after"), patterns, Side.AFTER),
        not_near=_pattern(raw.get("not_near"), patterns, Side.NEAR),
        letters=raw.get("letters"),
        take=raw.get("take"),
    )


def _pattern(source: str | None, patterns: dict[str, str], side: Side) -> Context | None:
    if source is None:
        return None
    for _ in range(3):
        source = re.sub(r"\{([a-z_]+)\}", lambda m: f"(?:{patterns[m.group(1)]})", source)
    return _context(source, side)


@cache
def _context(source: str, side: Side) -> Context:
    return Context(source, side)


def _forms(group: Group, classes: dict[str, Any]) -> Iterator[tuple[str, Entry, bool]]:
    with _named(group.file):
        for source in group.sources:
            for form in expanded(source, classes["classes"]):
                for variant in (form,) if group.exact else inflected(form):
                    yield variant, group.entry, group.exact
                for told in conjugated(form, rare_words()):
                    yield told, group.entry, True
