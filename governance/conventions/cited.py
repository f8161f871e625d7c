"""A value with the article and the sentence that set it, and what is done where the text is not firm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Status(StrEnum):
    """How far the text can be relied on; its French name is for people."""

    FIRM = "firm"
    BLANK = "blank"
    AMBIGUOUS = "ambiguous"
    CONTRADICTORY = "contradictory"
    ABSENT = "absent"

    @property
    def french(self) -> str:
        """Return the word that pages show."""
        return {
            Status.FIRM: "ferme",
            Status.BLANK: "en blanc",
            Status.AMBIGUOUS: "ambigu",
            Status.CONTRADICTORY: "contradictoire",
            Status.ABSENT: "absent",
        }[self]


class Reason(StrEnum):
    """Why a rule is absent; none of them means that there is no obligation."""

    SILENT = "silent"
    LOST = "lost"
    NO_CM = "no_cm"
    NO_CU = "no_cu"
    PERSONAL = "personal"

    @property
    def french(self) -> str:
        """Return the sentence that pages show."""
        return {
            Reason.SILENT: "Le texte n'en dit rien.",
            Reason.LOST: "Cette partie du texte a été perdue à la conversion du fichier.",
            Reason.NO_CM: "La convention métier ne figure pas dans le dossier.",
            Reason.NO_CU: "La convention d'utilisation du portail ne figure pas dans le dossier.",
            Reason.PERSONAL: "Le texte nomme une personne : la donnée n'est pas reproduite.",
        }[self]


@dataclass(frozen=True, slots=True)
class Cited(Generic[T]):
    """One version of one rule: what the text says (`value`), where, since when, and how firmly.

    Where the text is not firm, `default` is what alarms use (None: a person must complete it), `note` the sentence
    shown to people and `reference` the contradiction it settles (K1…K18). Blank is not zero, nor « no obligation ».
    """

    rule: str
    since: date
    status: Status = Status.FIRM
    value: T | None = None
    default: T | None = None
    article: str | None = None
    quote: str | None = None
    note: str | None = None
    reference: str | None = None
    reason: Reason | None = None

    @property
    def operative(self) -> T | None:
        """Return what software applies: the value when the text is firm, the safe default otherwise."""
        return self.value if self.status is Status.FIRM else self.default

    @property
    def is_firm(self) -> bool:
        """Tell whether the text says it plainly."""
        return self.status is Status.FIRM


def describe(value: Any) -> str:
    """Return a value in French, as pages and documents show it.

    >>> describe(("accès", "rectification")), describe(True)
    ('accès ; rectification', 'oui')
    """
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, tuple):
        return " ; ".join(describe(one) for one in value)
    if isinstance(value, Mapping):
        return " ; ".join(f"{key} : {describe(one)}" for key, one in value.items())
    return str(value)
