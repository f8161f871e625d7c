"""The CNIL's form, section by section, from the facts of the base; and what it still lacks.

Sections as in the téléservice (notifications.cnil.fr), which gives the notification its number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from breach.dossier.facts import FACTS, TITLES, in_section
from breach.dossier.rules import Fact, Facts, Need, Section, missing, said
from governance.core.refusals import Conflict, Invalid

UNKNOWN = "Non connu à ce jour."

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z/ _.-]{1,39}")


class Version(StrEnum):
    """Which notification it is: everything at once, or in two phases (RGPD, art. 33(4))."""

    INITIAL = "initial"
    COMPLEMENTARY = "complementary"
    COMPLETE = "complete"


VERSIONS: Mapping[Version, str] = {
    Version.INITIAL: "initiale (des informations suivront)",
    Version.COMPLEMENTARY: "complémentaire",
    Version.COMPLETE: "complète",
}


class NotFiled(Conflict):
    """There is no initial notification to complete, or there is one already."""


class BadNumber(Invalid):
    """This is no number of the téléservice."""


@dataclass(frozen=True, slots=True)
class Line:
    """A box of the form: its label, what is written in it, and whether the form lacks it."""

    fact: str
    label: str
    text: str
    is_missing: bool = False
    article: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the form, with the text that is copied into it."""

    section: Section
    title: str
    lines: tuple[Line, ...]

    @property
    def copied(self) -> str:
        """Return what is copied into the téléservice: one line a box, what is unknown said so."""
        return "\n".join(f"{line.label} : {line.text or UNKNOWN}" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Form:
    """The whole form of one notification; `number` is that of the initial one, which a complement repeats."""

    version: Version
    number: str
    parts: tuple[Part, ...]
    missing: tuple[Fact, ...]


def form(facts: Facts, version: Version, number: str = "") -> Form:
    """Return the form filled from the facts; raises NotFiled when a complement has no initial number."""
    if version is Version.COMPLEMENTARY and not number:
        raise NotFiled("Enregistrez d'abord le numéro de la notification initiale.", field="version")
    lacking = missing(facts, FACTS, complete=version is not Version.INITIAL)
    sections = (section for section in Section if section is not Section.NOTIFICATION)
    parts = (_kind(version, number), *(_part(section, facts, lacking) for section in sections))
    return Form(version, number, parts, lacking)


def version_due(filed: tuple[Version, ...]) -> Version | None:
    """Return the notification that comes next by default: complete at once, or the complement of an initial one.

    >>> version_due(()), version_due((Version.INITIAL,)), version_due((Version.COMPLETE,))
    (<Version.COMPLETE: 'complete'>, <Version.COMPLEMENTARY: 'complementary'>, None)
    """
    if not filed:
        return Version.COMPLETE
    return Version.COMPLEMENTARY if Version.INITIAL in filed and Version.COMPLEMENTARY not in filed else None


def check_order(version: Version, filed: tuple[Version, ...]) -> None:
    """Refuse (NotFiled) a second first notification, or a complement before it; complements may be several."""
    if version is Version.COMPLEMENTARY and not filed:
        raise NotFiled("Il n'y a pas encore de notification à compléter.", field="version")
    if version is not Version.COMPLEMENTARY and filed:
        raise NotFiled("La CNIL est déjà saisie : enregistrez une notification complémentaire.", field="version")


def clean_number(typed: str) -> str:
    """Return a number of the téléservice on one line; raises BadNumber.

    >>> clean_number(" FR-2026 0042 ")
    'FR-2026 0042'
    """
    number = " ".join(typed.split())
    if not _NUMBER.fullmatch(number):
        raise BadNumber("Recopiez le numéro que le téléservice a donné (lettres, chiffres, tirets).", field="number")
    return number


def as_json(made: Form) -> dict[str, Any]:
    """Return the form as a JSON value, section by section, for another tool to read."""
    return {
        "type": made.version.value,
        "notification_initiale": made.number or None,
        "manquant": [one.label for one in made.missing],
        "sections": [
            {
                "section": part.section.value,
                "titre": part.title,
                "rubriques": [{"libelle": one.label, "valeur": one.text or None} for one in part.lines],
            }
            for part in made.parts
        ],
    }


def _kind(version: Version, number: str) -> Part:
    lines = [Line("version", "Notification", VERSIONS[version])]
    if number:
        lines.append(Line("number", "Numéro de la notification initiale", number))
    return Part(Section.NOTIFICATION, TITLES[Section.NOTIFICATION], tuple(lines))


def _part(section: Section, facts: Facts, lacking: tuple[Fact, ...]) -> Part:
    every = in_section(section)
    asked = [one for one in every if one.need is not Need.NEVER or facts.get(one.id)]
    lines = tuple(
        Line(one.id, one.label, said(one, facts.get(one.id, "")), one in lacking, one.article) for one in asked or every
    )
    return Part(section, TITLES[section], lines)
