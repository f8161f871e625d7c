"""A convention's rules as a page shows them: what the text says, point by point, and what is applied meanwhile."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from governance.conventions.cited import Cited, Reason, Status, describe
from governance.conventions.schema import SECTIONS, RuleKind
from governance.conventions.terms import Convention, Document, Presence, Terms
from governance.conventions.values.breach import BreachClause

PUNCTUATION = re.compile(r" (?=[:;!?»])|(?<=«) ")
SEPARATOR = " ; "  # what `describe` puts between the parts of a value

UNSETTLED = (
    (Status.CONTRADICTORY, "Le texte se contredit"),
    (Status.BLANK, "Le texte est resté en blanc"),
    (Status.AMBIGUOUS, "Le texte a plusieurs lectures"),
    (Status.ABSENT, "Le texte n'en dit rien, une valeur prudente est appliquée"),
    (Status.FIRM, "Le texte est clair sur ce point, et contredit ailleurs"),
)


@dataclass(frozen=True, slots=True)
class Point:
    """One part of a value; a clause brings its details, article and sentence."""

    text: str
    detail: str | None = None
    article: str | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class ShownRule:
    """One version of a rule; `others` are its other versions, oldest first."""

    kind: RuleKind
    cited: Cited[Any]
    said: tuple[Point, ...]
    applied: tuple[Point, ...]
    others: tuple["ShownRule", ...] = ()

    @property
    def id(self) -> str:
        """Return the anchor that other pages link to."""
        return self.kind.id

    @property
    def is_silent(self) -> bool:
        """Tell whether the text says nothing and nothing is applied instead."""
        return self.cited.status is Status.ABSENT and self.cited.default is None

    @property
    def is_unsettled(self) -> bool:
        """Tell whether a person should know that the text does not settle it."""
        return not self.is_silent and (not self.cited.is_firm or self.cited.reference is not None)


@dataclass(frozen=True, slots=True)
class Silence:
    """The silent rules of a theme that are absent for the same reason."""

    reason: Reason | None
    rules: tuple[ShownRule, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """The rules of one part of the schema: those that say or apply something, then those that are silent."""

    letter: str
    title: str
    rules: tuple[ShownRule, ...]
    silent: tuple[Silence, ...]

    @property
    def size(self) -> int:
        """Return the number of rules of the part, silent ones included."""
        return len(self.rules) + sum(len(one.rules) for one in self.silent)


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are unsettled in the same way."""

    status: Status
    title: str
    rules: tuple[ShownRule, ...]


def shown_rules(convention: Convention, terms: Terms) -> tuple[ShownRule, ...]:
    """Return every rule in force, in the schema's order, with its other versions."""
    names = caisse_names(convention)
    return tuple(_with_others(shown(kind, cited, names), convention, names) for kind, cited in terms.rules())


def shown(kind: RuleKind, cited: Cited[Any], names: Mapping[str, str]) -> ShownRule:
    """Return one version of a rule alone; `names` gives the name of each caisse by its code."""
    return ShownRule(kind, cited, points(cited.value, names), points(cited.default, names))


def caisse_names(convention: Convention) -> Mapping[str, str]:
    """Return the name of each caisse by its code."""
    return {caisse.code: caisse.name for caisse in convention.caisses}


def place_said(convention: Convention, caisse: str) -> str:
    """Return what tells a caisse apart at the end of a title, nothing where the convention names one."""
    names = caisse_names(convention)
    return f" – {names.get(caisse, caisse)}" if len(names) > 1 else ""


def themes(rules: tuple[ShownRule, ...]) -> tuple[Theme, ...]:
    """Return the rules by part of the schema."""
    return tuple(_theme(letter, title, rules) for letter, title in SECTIONS.items())


def unsettled(rules: tuple[ShownRule, ...]) -> tuple[Group, ...]:
    """Return what the text does not settle: contradictory first, then blank, ambiguous, and silent with a default."""
    found = [one for one in rules if one.is_unsettled]
    groups = (
        Group(status, title, tuple(one for one in found if one.cited.status is status)) for status, title in UNSETTLED
    )
    return tuple(group for group in groups if group.rules)


def incomplete(convention: Convention) -> tuple[Document, ...]:
    """Return the documents that are missing from the file, or there in part."""
    return tuple(one for one in convention.documents if one.presence is not Presence.WHOLE)


def silences(rules: tuple[ShownRule, ...]) -> tuple[tuple[Reason, int], ...]:
    """Return why rules are absent and how many are, the most frequent reason first."""
    return tuple(Counter(one.cited.reason for one in rules if one.cited.reason is not None).most_common())


def _theme(letter: str, title: str, rules: tuple[ShownRule, ...]) -> Theme:
    mine = [one for one in rules if one.id.startswith(letter)]
    silent = [one for one in mine if one.is_silent]
    reasons = dict.fromkeys(one.cited.reason for one in silent)
    groups = (Silence(reason, tuple(one for one in silent if one.cited.reason is reason)) for reason in reasons)
    return Theme(letter, title, tuple(one for one in mine if not one.is_silent), tuple(groups))


def _with_others(rule: ShownRule, convention: Convention, names: Mapping[str, str]) -> ShownRule:
    history = convention.versions[rule.id]
    others = tuple(shown(rule.kind, cited, names) for cited in history if cited is not rule.cited)
    return replace(rule, others=others)


def points(value: Any, names: Mapping[str, str]) -> tuple[Point, ...]:
    """Return the parts of a value; `names` gives the name of each caisse by its code.

    >>> [point.text for point in points({"doubs": "dpo@cpam.example"}, {"doubs": "CPAM du Doubs"})]
    ['CPAM du Doubs : dpo@cpam.example']
    """
    if value is None:
        return ()
    if isinstance(value, tuple) and all(isinstance(one, BreachClause) for one in value):
        return tuple(_clause(one) for one in value)
    return tuple(_split(describe(value), names))


def _split(text: str, names: Mapping[str, str]) -> Iterator[Point]:
    for part in text.split(SEPARATOR):
        code, colon, rest = part.partition(" : ")
        yield Point(names.get(code, code) + colon + rest)


def _clause(clause: BreachClause) -> Point:
    detail = (
        f"dû par : {clause.owed_by} ; destinataire : {clause.addressee} ; voie : {clause.channel} ; "
        f"{clause.scope} : {', '.join(clause.triggers)}"
    )
    return Point(str(clause.within or "aucun délai écrit"), detail, clause.article, clause.quote)


def unbroken(text: object) -> str:
    """Return a text whose French punctuation stays with its word at the end of a line.

    >>> unbroken("un « mot » ; oui").count("\\u00a0")
    3
    """
    return PUNCTUATION.sub("\u00a0", str(text))
