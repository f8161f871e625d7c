"""Find the names of people other than the insured: introduced by a relation, or seen by the language model."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from scanners.findings import Category, Finding, Level
from scanners.fold import Folded
from scanners.names import CIVILITIES
from scanners.text import Text

# Those of the pattern below, folded: it is tried where one stands.
_RELATIONS = frozenset(
    (
        "fils fille filles enfant enfants mari femme epouse epoux conjoint conjointe compagnon compagne concubin "
        "concubine mere pere soeur frere oncle tante cousin cousine neveu niece voisin voisine ami amie bailleur "
        "proprietaire employeur referent referente collegue tuteur tutrice curateur curatrice"
    ).split()
)
_NAME = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:-[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+)?"
_RELATED = re.compile(
    r"\b(?:[Ff]ils|[Ff]illes?|[Ee]nfants?|[Mm]ari|[Ff]emme|[ÉEé]pouse|[ÉEé]poux|[Cc]onjointe?|"
    r"[Cc]ompagn(?:on|e)|[Cc]oncubine?|[Mm]ère|[Pp]ère|"
    r"[Ss](?:œ|oe)ur|[Ff]rère|[Oo]ncle|[Tt]ante|[Cc]ousine?|[Nn]eveu|[Nn]ièce|[Vv]oisine?|[Aa]mie?|[Pp]ropriétaire|[Bb]ailleur|[Ee]mployeur|"
    r"[Rr]éférente?|[Cc]ollègue|[Tt]utrice|[Tt]uteur|[Cc]uratrice|[Cc]urateur)\s*[,:]?\s+"
    rf"((?:(?:M\.|Mr|Mme|Monsieur|Madame)\s+)?{_NAME}(?:\s+(?:{_NAME}|[A-ZÀ-Þ]{{2,}}|[A-Z]\.))?)"
)
_TWO_CAPITALS = re.compile(rf"(?<![.!?\n] )(?<!^)\b{_NAME}\s+(?:{_NAME}|[A-ZÀ-Þ]{{3,}})\b")
WHY = "Le nom d'un tiers n'est pas nécessaire au signalement."


def find_related(text: Text) -> Iterator[Finding]:
    """Find the names that a family or social relation introduces (« sa fille Léa »)."""
    told = text.distinct & _RELATIONS
    end = 0
    for start in sorted(_places(text.folded, told)):
        found = _RELATED.match(text.original, start) if start >= end else None
        if found is not None and not text.shouted:
            end = found.end()
            yield Finding(*found.span(1), Category.NOM_TIERS, Level.INFO, "identite.nom_tiers", WHY)


def _places(folded: Folded, told: Iterable[str]) -> Iterator[int]:
    """Return where the original text may name one of the relations that it tells."""
    for word in told:
        at = folded.text.find(word)
        while at >= 0:
            yield folded.span(at, at + len(word))[0]
            at = folded.text.find(word, at + 1)


def find_named(text: str, artifacts: Any) -> Iterator[Finding]:
    """Find the persons whom the language model sees, where two capitalised words are explained by no civility."""
    if not any(_unexplained(text, found.start()) for found in _TWO_CAPITALS.finditer(text)):
        return
    for entity in artifacts.entities:
        if entity.label_ == "PER" and " " in entity.text.strip() and _unexplained(text, entity.start_char):
            yield Finding(
                entity.start_char, entity.end_char, Category.NOM_TIERS, Level.INFO, "identite.nom_modele", WHY
            )


def _unexplained(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start].lower().replace(".", " ").split()
    return not before or before[-1] not in CIVILITIES
