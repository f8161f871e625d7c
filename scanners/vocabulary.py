"""The vocabulary as data: families of forms with a level, the context they need, and the tree that finds them.

A family is a TOML file of `scanners/lexicon/data`. In a form, `(a|b|)` is a choice and `{name}` a class of
`classes.toml`; in a context, `{name}` is a pattern of the same file. Contexts are regular expressions over the folded
words of the sentence, joined by single spaces: `before` ends where the form begins, `after` begins where it ends,
`near` may be anywhere.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from scanners.findings import Category, Level
from scanners.fold import fold
from scanners.inflection import inflected
from scanners.kept import kept

DATA = Path(__file__).parent / "lexicon" / "data"
_MAKERS = tuple(Path(__file__).parent / name for name in ("vocabulary.py", "inflection.py", "fold.py"))
_PARTS = re.compile(r"\(([^()]*)\)|\{(\w+)\}")
_TOKENS = re.compile(r"[a-z0-9]+|[^a-z0-9\s'\-]")
_CASE_KEYS = {"before", "after", "near", "not_before", "not_after", "not_near", "letters", "level", "take"}


class BadVocabulary(ValueError):
    """A data file says something that cannot be meant; the message names the file and the entry."""


class Context:
    """A pattern that is compiled when it is first asked: most are never, and all together cost a third of a second."""

    __slots__ = ("_compiled", "_source")

    def __init__(self, source: str) -> None:
        self._source = source
        self._compiled: re.Pattern[str] | None = None

    def match(self, words: str) -> re.Match[str] | None:
        """Return the match at the beginning of the words, if any."""
        return (self._compiled or self.compiled()).match(words)

    def compiled(self) -> re.Pattern[str]:
        """Return the pattern, ready; raises re.error."""
        self._compiled = re.compile(self._source, re.DOTALL)
        return self._compiled


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Entry:
    """What a form means: its family, the cases tried in order, and the level when none holds."""

    family: str
    level: Level | None
    why: str
    cases: tuple[Case, ...] = ()
    category: Category = Category.SANTE

    @property
    def rule(self) -> str:
        """Return the rule's name, as findings bear it."""
        return f"{self.category}.{self.family}"


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

    `reach` says how many words the longest form that begins with a word has, `pairs` which two words begin some form: a
    dictionary of whole forms holds in a tenth of the memory of a tree of words.
    """

    def __init__(self, entries: Iterable[tuple[str, Entry, bool]]) -> None:
        self.forms: dict[str, tuple[Entry, ...]] = {}
        self.reach: dict[str, int] = {}
        self.pairs: set[str] = set()
        inexact: set[str] = set()
        self.words: set[str] = set()
        for form, entry, exact in entries:
            words = [part for word in form.split() for part in _parts(word)]
            if words:
                self._add(words, entry)
                self.words.update(words)
            if not exact:
                inexact.update(words)
        self.spellable = frozenset(word for word in inexact if len(word) > 3 and word.isalpha())

    @classmethod
    def of(cls, state: dict[str, Any], entries: Sequence[Entry]) -> "Vocabulary":
        """Return the vocabulary that `state` was taken from; entries are told by their place in the sequence."""
        made = cls(())
        tuples = {key: tuple(entries[int(i)] for i in key.split()) for key in state["forms"]}
        made.forms = {form: tuples[key] for key, forms in state["forms"].items() for form in forms}
        made.reach, made.pairs, made.words = state["reach"], set(state["pairs"]), set(state["words"])
        made.spellable = frozenset(state["spellable"])
        return made

    def state(self, entries: Sequence[Entry]) -> dict[str, Any]:
        """Return what JSON can hold of the vocabulary, forms under the places of what they mean."""
        places = {id(entry): str(i) for i, entry in enumerate(entries)}
        forms: dict[str, list[str]] = {}
        for form, meanings in self.forms.items():
            forms.setdefault(" ".join(places[id(entry)] for entry in meanings), []).append(form)
        sets = {"pairs": sorted(self.pairs), "words": sorted(self.words), "spellable": sorted(self.spellable)}
        return {"forms": forms, "reach": self.reach, **sets}

    def may_begin(self, words: Sequence[str], index: int) -> bool:
        """Tell whether some form may begin with the word at an index and the one that follows it."""
        word = words[index]
        if word in self.forms:
            return True
        return index + 1 < len(words) and f"{word} {words[index + 1]}" in self.pairs

    def _add(self, words: list[str], entry: Entry) -> None:
        whole, first = " ".join(words), words[0]
        known = self.forms.get(whole)
        if known is None:
            self.forms[whole] = (entry,)
        elif not any(one is entry for one in known):
            self.forms[whole] = (*known, entry)
        if len(words) > 1:
            self.pairs.add(f"{first} {words[1]}")
        if len(words) > self.reach.get(first, 0):
            self.reach[first] = len(words)


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
    made_from = [path.read_bytes() for path in (folder / "classes.toml", *files, *_MAKERS)]
    return Vocabulary.of(kept("vocabulary", made_from, lambda: _expanded(groups, classes).state(entries)), entries)


def _expanded(groups: Iterable[Group], classes: dict[str, Any]) -> Vocabulary:
    for group in groups:
        with _named(group.file):
            for case in group.entry.cases:
                for context in (case.before, case.after, case.near, case.not_before, case.not_after, case.not_near):
                    _ = context and context.compiled()
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
    return Case(
        level=_level(raw["level"]),
        before=_pattern(raw.get("before"), patterns, "(?:^|.* )(?:{})$"),
        after=_pattern(raw.get("after"), patterns, "(?:{})(?= |$)"),
        near=_pattern(raw.get("near"), patterns, r"(?:^|.* )(?:{})(?= |$)"),
        not_before=_pattern(raw.get("not_before"), patterns, "(?:^|.* )(?:{})$"),
        not_after=_pattern(raw.get("not_after"), patterns, "(?:{})(?= |$)"),
        not_near=_pattern(raw.get("not_near"), patterns, r"(?:^|.* )(?:{})(?= |$)"),
        letters=raw.get("letters"),
        take=raw.get("take"),
    )


def _pattern(source: str | None, patterns: dict[str, str], frame: str) -> Context | None:
    if source is None:
        return None
    for _ in range(3):
        source = re.sub(r"\{([a-z_]+)\}", lambda m: f"(?:{patterns[m.group(1)]})", source)
    return Context(frame.replace("{}", source))


def _forms(group: Group, classes: dict[str, Any]) -> Iterator[tuple[str, Entry, bool]]:
    with _named(group.file):
        for source in group.sources:
            for form in expanded(source, classes["classes"]):
                for variant in (form,) if group.exact else inflected(form):
                    yield variant, group.entry, group.exact


def expanded(source: str, classes: dict[str, list[str]]) -> Iterator[str]:
    """Return every form that a source with choices and classes stands for.

    >>> list(expanded("mal (au|à la) {o}", {"o": ["dos", "tête"]}))
    ['mal au dos', 'mal au tête', 'mal à la dos', 'mal à la tête']
    """
    pieces: list[list[str]] = []
    done = 0
    for part in _PARTS.finditer(source):
        pieces.append([source[done : part.start()]])
        pieces.append(part.group(1).split("|") if part.group(1) is not None else _class(part.group(2), classes))
        done = part.end()
    pieces.append([source[done:]])
    for chosen in product(*pieces):
        yield " ".join("".join(chosen).split())


def _class(name: str, classes: dict[str, list[str]]) -> list[str]:
    return [form for source in classes[name] for form in expanded(source, classes)]
