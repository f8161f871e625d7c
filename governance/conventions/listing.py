"""The list of conventions for one structure: which it works under, since when, and which files are incomplete."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.conventions.shown import incomplete
from governance.conventions.terms import Convention, Document
from governance.people.queries import Adoption


class Standing(StrEnum):
    """How a convention stands for a structure, on a day."""

    NOT_ADOPTED = "non appliquée"
    UNDATED = "date d'effet à saisir"
    COMING = "à venir"
    IN_FORCE = "en vigueur"
    ENDED = "terminée"


class Shown(StrEnum):
    """Which conventions a list keeps."""

    ALL = ""
    OURS = "structure"
    INCOMPLETE = "incomplets"


@dataclass(frozen=True, slots=True)
class Row:
    """A convention, its adoption by the structure, and the documents that its file lacks."""

    convention: Convention
    adoption: Adoption | None
    standing: Standing
    lacking: tuple[Document, ...]


def standing(adoption: Adoption | None, today: date) -> Standing:
    """Tell how an adoption stands on a day; a date that nobody typed is unknown, never assumed."""
    if adoption is None:
        return Standing.NOT_ADOPTED
    if adoption.effective_to is not None and adoption.effective_to < today:
        return Standing.ENDED
    if adoption.effective_from is None:
        return Standing.UNDATED
    return Standing.COMING if adoption.effective_from > today else Standing.IN_FORCE


def rows(conventions: Iterable[Convention], adopted: Mapping[str, Adoption], today: date) -> tuple[Row, ...]:
    """Return a row for each convention, in the order given."""
    found = ((one, adopted.get(one.code)) for one in conventions)
    return tuple(Row(one, mine, standing(mine, today), incomplete(one)) for one, mine in found)


def matching(every: Iterable[Row], words: str, shown: Shown) -> tuple[Row, ...]:
    """Return the rows that hold all the words, whatever their case and accents, and that the choice keeps."""
    wanted = _plain(words).split()
    return tuple(row for row in every if _is_kept(row, shown) and all(word in _text(row) for word in wanted))


def _is_kept(row: Row, shown: Shown) -> bool:
    return {Shown.ALL: True, Shown.OURS: row.adoption is not None, Shown.INCOMPLETE: bool(row.lacking)}[shown]


def _text(row: Row) -> str:
    one = row.convention
    return _plain(" ".join((one.code, one.title, one.partner, *(caisse.name for caisse in one.caisses))))


def _plain(text: str) -> str:
    """Return a text without case nor accents.

    >>> _plain("Côte d'Opale")
    "cote d'opale"
    """
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
