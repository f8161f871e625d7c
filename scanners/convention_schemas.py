"""How the API tells of the conventions of a structure: their limits, and the terms that decide a check."""

from datetime import date
from typing import Annotated

from pydantic import Field

from governance.conventions.cited import describe
from governance.conventions.listing import Standing, standing
from governance.conventions.terms import Convention, NotInForce, Terms
from governance.people.queries import Adoption
from scanners.models import Model, words
from scanners.queries import bounds_of

DECISIVE = ("T1", "T2", "T3", "N1", "N2", "F1", "F2", "C1")


class CaisseOut(Model):
    """A caisse of a convention."""

    code: str
    name: str


class LimitsOut(Model):
    """What the portal takes; lengths in UTF-16 units, as the portal counts."""

    comment_length: int
    files: int
    file_bytes: int
    extensions: list[str]


class TermOut(Model):
    """A rule of the convention, cited; `applied` is what is done where the text is not firm."""

    rule: str
    label: str
    status: str
    text: str | None
    applied: str | None
    article: str | None
    quote: str | None
    note: str | None


class ConventionOut(Model):
    """A convention that the structure adopted; without limits nor terms on a day it is not in force."""

    code: str
    title: str
    partner: str
    edition: int
    standing: Annotated[Standing, words(Standing)] = Field(
        description="Où en est la convention pour la structure, aujourd'hui."
    )
    effective_from: date | None
    effective_to: date | None
    caisses: list[CaisseOut]
    limits: LimitsOut | None
    terms: list[TermOut]


class ConventionsOut(Model):
    """The conventions of a structure, by code."""

    conventions: list[ConventionOut]


def convention_out(convention: Convention, adoption: Adoption, today: date) -> ConventionOut:
    """Return what a structure may know of a convention before a check."""
    terms = _terms(convention, today)
    return ConventionOut(
        code=convention.code,
        title=convention.title,
        partner=convention.partner,
        edition=convention.edition,
        standing=standing(adoption, today),
        effective_from=adoption.effective_from,
        effective_to=adoption.effective_to,
        caisses=[CaisseOut(code=one.code, name=one.name) for one in convention.caisses],
        limits=_limits(terms) if terms is not None else None,
        terms=[_term(terms, rule) for rule in DECISIVE] if terms is not None else [],
    )


def _terms(convention: Convention, today: date) -> Terms | None:
    try:
        return convention.on(today)
    except NotInForce:
        return None


def _limits(terms: Terms) -> LimitsOut:
    bounds = bounds_of(terms)
    return LimitsOut(
        comment_length=bounds.comment,
        files=bounds.files.files,
        file_bytes=bounds.files.bytes_each,
        extensions=list(bounds.files.extensions),
    )


def _term(terms: Terms, rule: str) -> TermOut:
    label = next(kind.label for kind, _ in terms.rules() if kind.id == rule)
    cited = terms.rule(rule)
    return TermOut(
        rule=rule,
        label=label,
        status=cited.status.value,
        text=None if cited.value is None else describe(cited.value),
        applied=None if cited.operative is None else describe(cited.operative),
        article=cited.article,
        quote=cited.quote,
        note=cited.note,
    )
