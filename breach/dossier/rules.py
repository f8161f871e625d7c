"""What a fact of the base is, how it is typed and told, and what differs between two states of the base."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from governance.core.refusals import Invalid

TEXT_LIMIT = 4_000
LINE_LIMIT = 200

_AMOUNT = re.compile(r"(\d{1,7})(?:\s*(?:-|–|à)\s*(\d{1,7}))?")

Value = str | tuple[str, ...]
Facts = Mapping[str, Value]


class Output(StrEnum):
    """The four outputs written from the base: who is told."""

    CAISSE = "caisse"
    CNIL = "cnil"
    PERSONS = "persons"
    REGISTER = "register"


class Kind(StrEnum):
    """How a fact is typed."""

    LINE = "line"
    TEXT = "text"
    ONE = "one"
    SEVERAL = "several"
    AMOUNT = "amount"


class Need(StrEnum):
    """When the CNIL's form needs it: from the first notification, at the end, or never (RGPD, art. 33(3) and (4))."""

    FIRST = "first"
    END = "end"
    NEVER = "never"


class Section(StrEnum):
    """The sections of the CNIL's form, in its order."""

    NOTIFICATION = "notification"
    ORGANISATION = "organisation"
    PARTIES = "parties"
    DATES = "dates"
    CIRCUMSTANCES = "circumstances"
    NATURE = "nature"
    ORIGIN = "origin"
    DATA = "data"
    PERSONS = "persons"
    BEFORE = "before"
    CONSEQUENCES = "consequences"
    SEVERITY = "severity"
    MEASURES = "measures"
    INFORMATION = "information"
    BORDERS = "borders"
    ATTACHED = "attached"


class BadFact(Invalid):
    """This cannot be a fact of the base."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the base: where it stands, how it is typed, who is told of it, when the CNIL needs it.

    `typed`: a person fills it here; the others come from the awareness ledger, the severity and the decisions.
    """

    id: str
    label: str
    section: Section
    kind: Kind = Kind.LINE
    told: frozenset[Output] = frozenset(Output)
    need: Need = Need.NEVER
    choices: Mapping[str, str] = field(default_factory=dict)
    typed: bool = True
    article: str = ""
    help: str = ""


class Difference(NamedTuple):
    """What an output was told of a fact, and what the base says now; empty when it was not, or is no longer, said."""

    fact: Fact
    before: str
    now: str


def said(fact: Fact, value: Value) -> str:
    """Return a fact in French, as outputs write it; empty when nothing is known.

    >>> said(Fact("n", "Nombre", Section.DATA, Kind.AMOUNT), "10-50")
    'entre 10 et 50'
    """
    if isinstance(value, tuple):
        return " ; ".join(fact.choices.get(one, one) for one in value)
    if fact.kind is Kind.ONE:
        return fact.choices.get(value, value)
    if fact.kind is Kind.AMOUNT and "-" in value:
        low, _, high = value.partition("-")
        return f"entre {low} et {high}"
    return value


def cleaned(fact: Fact, typed: Value) -> Value:
    """Return what a person typed for a fact, as it is kept; raises BadFact, tied to the fact.

    >>> cleaned(Fact("n", "Nombre", Section.DATA, Kind.AMOUNT), " 10 à 50 ")
    '10-50'
    """
    if fact.kind is Kind.SEVERAL:
        return _several(fact, typed)
    text = typed.strip() if isinstance(typed, str) else ""
    if not text:
        return ""
    if fact.kind is Kind.ONE and text not in fact.choices:
        raise BadFact(f"« {fact.label} » : choisissez dans la liste.", field=fact.id)
    if fact.kind is Kind.AMOUNT:
        return _amount(fact, text)
    if fact.kind is Kind.LINE:
        text = " ".join(text.split())
    limit = TEXT_LIMIT if fact.kind is Kind.TEXT else LINE_LIMIT
    if len(text) > limit:
        raise BadFact(f"« {fact.label} » : {limit} caractères au plus.", field=fact.id)
    if any(not one.isprintable() and one not in "\r\n\t" for one in text):
        raise BadFact(f"« {fact.label} » : un caractère ne peut pas être écrit.", field=fact.id)
    return text.replace("\r\n", "\n")


def missing(facts: Facts, known: tuple[Fact, ...], *, complete: bool) -> tuple[Fact, ...]:
    """Return the facts that the CNIL's form lacks, in its order: for a first notification, or for a complete one."""
    needed = {Need.FIRST, Need.END} if complete else {Need.FIRST}
    return tuple(one for one in known if one.need in needed and not facts.get(one.id))


def told_to(output: Output, facts: Facts, known: tuple[Fact, ...]) -> dict[str, str]:
    """Return what an output is told: each of its facts that is known, in French."""
    return {one.id: said(one, facts[one.id]) for one in known if output in one.told and facts.get(one.id)}


def differences(
    output: Output, before: Mapping[str, str], facts: Facts, known: tuple[Fact, ...]
) -> tuple[Difference, ...]:
    """Return where the base now contradicts what an output was last told, in the base's order.

    A fact learnt since is a difference too: the complement owes it (RGPD, art. 33(4)).
    """
    now = told_to(output, facts, known)
    return tuple(
        Difference(one, before.get(one.id, ""), now.get(one.id, ""))
        for one in known
        if output in one.told and before.get(one.id, "") != now.get(one.id, "")
    )


def _several(fact: Fact, typed: Value) -> tuple[str, ...]:
    codes = typed if isinstance(typed, tuple) else tuple(filter(None, (typed,)))
    if not set(codes) <= set(fact.choices):
        raise BadFact(f"« {fact.label} » : choisissez dans la liste.", field=fact.id)
    return tuple(code for code in fact.choices if code in codes)


def _amount(fact: Fact, text: str) -> str:
    found = _AMOUNT.fullmatch(text.replace("\N{NARROW NO-BREAK SPACE}", "").replace("\N{NO-BREAK SPACE}", ""))
    if found is None:
        raise BadFact(f"« {fact.label} » : un nombre, ou « 10 à 50 » quand il n'est pas sûr.", field=fact.id)
    low, high = int(found[1]), int(found[2] or found[1])
    if low > high:
        raise BadFact(f"« {fact.label} » : le premier nombre est plus grand que le second.", field=fact.id)
    return str(low) if low == high else f"{low}-{high}"


def highest(value: Value) -> int | None:
    """Return the highest estimate of an amount, or None when it is unknown.

    >>> highest("10-50"), highest("140"), highest("")
    (50, 140, None)
    """
    last = value.rpartition("-")[2] if isinstance(value, str) else ""
    return int(last) if last.isdigit() else None
