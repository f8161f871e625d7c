"""What a later text of a convention adds to the one that it follows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from governance.conventions.cited import describe
from governance.conventions.schema import RULES, RuleKind
from governance.conventions.shown import ShownRule, caisse_names, shown
from governance.conventions.terms import Convention, Document

HEADER = {
    "title": "Titre",
    "adopted_by": "Adoption",
    "precision": "Précision de la date d'adoption",
    "signature": "Date de signature",
    "effect": "Date d'effet",
    "end": "Fin",
    "source": "Fichier d'origine",
    "scanned": "Texte numérisé",
}
NOTHING = "non indiqué"


@dataclass(frozen=True, slots=True)
class Addition:
    """A version that a text adds to a rule, and the one that it follows."""

    kind: RuleKind
    before: ShownRule
    after: ShownRule


@dataclass(frozen=True, slots=True)
class HeaderChange:
    """Something that changes before the rules, in words."""

    what: str
    before: str
    after: str


def additions(known: Convention, proposed: Convention) -> tuple[Addition, ...]:
    """Return the versions that are new, in the schema's order; `proposed` keeps all that `known` says."""
    return tuple(one for kind in RULES for one in _added(kind, known, proposed))


def header_changes(known: Convention, proposed: Convention) -> tuple[HeaderChange, ...]:
    """Return what changes in the header, caisses and documents included."""
    plain = (
        HeaderChange(label, _words(getattr(known, key)), _words(getattr(proposed, key)))
        for key, label in HEADER.items()
        if getattr(known, key) != getattr(proposed, key)
    )
    caisses = (HeaderChange("Caisse", NOTHING, one.name) for one in proposed.caisses if one not in known.caisses)
    return (*plain, *caisses, *_documents(known, proposed))


def _added(kind: RuleKind, known: Convention, proposed: Convention) -> Iterator[Addition]:
    names = caisse_names(proposed)
    history = [shown(kind, cited, names) for cited in proposed.versions[kind.id]]
    for index in range(len(known.versions[kind.id]), len(history)):
        yield Addition(kind, history[index - 1], history[index])


def _documents(known: Convention, proposed: Convention) -> Iterator[HeaderChange]:
    before = {one.code: one for one in known.documents}
    after = {one.code: one for one in proposed.documents}
    for code in before | after:
        if before.get(code) != after.get(code):
            yield HeaderChange(f"Document {code}", _document(before.get(code)), _document(after.get(code)))


def _document(document: Document | None) -> str:
    if document is None:
        return NOTHING
    return f"{document.title}, {document.presence}" + (f" ({document.note})" if document.note else "")


def _words(value: Any) -> str:
    if value is None:
        return NOTHING
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else describe(value)
