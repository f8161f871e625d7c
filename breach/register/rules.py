"""What an entry of the register says, which entries are wanted, and what changed between two of its states."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

Entry = Mapping[str, str]

# In the order in which the authority reads them: facts, effects, remedial action (RGPD, art. 33(5)), then decisions.
COLUMNS: Mapping[str, str] = {
    "number": "Numéro",
    "state": "État",
    "organisation": "Organisme",
    "processing": "Traitement",
    "role": "Rôle",
    "caisses": "Caisses et conventions",
    "started": "Début",
    "ended": "Fin",
    "suspected": "Premier soupçon",
    "aware": "Prise de connaissance",
    "nature": "Atteinte",
    "circumstances": "Faits",
    "origin": "Origine",
    "cause": "Cause",
    "kinds": "Données",
    "nir": "NIR",
    "health": "Données de santé",
    "minors": "Mineurs",
    "persons": "Personnes",
    "count": "Nombre de personnes",
    "records": "Nombre d'enregistrements",
    "harm": "Effets",
    "taken": "Mesures prises",
    "planned": "Mesures envisagées",
    "severity": "Gravité",
    "risk": "Conclusion sur le risque",
    "risk_reasons": "Motifs de la conclusion",
    "duties": "Obligations, textes et preuves",
    "late_reasons": "Motifs des retards",
    "caisse_told": "Caisses informées",
    "cnil": "Notifications à la CNIL",
    "informed": "Décision sur l'information des personnes",
    "persons_told": "Personnes informées",
    "lessons": "Leçons",
}


class Change(NamedTuple):
    """A column that changed between two states of an entry."""

    label: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of a year, in a state, with a caisse, with NIR or health data, with a word in them."""

    year: str = ""
    state: str = ""
    caisse: str = ""
    sensitive: str = ""
    words: str = ""

    def takes(self, entry: Entry) -> bool:
        """Say whether an entry is wanted."""
        return (
            entry.get("number", "").startswith(self.year)
            and (not self.state or entry.get("state") == self.state)
            and self.caisse.casefold() in entry.get("caisses", "").casefold()
            and (not self.sensitive or entry.get(self.sensitive) == "oui")
            and all(word in _all(entry) for word in self.words.casefold().split())
        )


def changes(before: Entry, now: Entry) -> tuple[Change, ...]:
    """Return what changed between two states of an entry, in the order of the columns."""
    return tuple(
        Change(label, before.get(key, ""), now.get(key, ""))
        for key, label in COLUMNS.items()
        if before.get(key, "") != now.get(key, "")
    )


def digest(entry: Entry) -> str:
    """Return the SHA-256 of an entry, the same whatever the order of its columns.

    >>> digest({"a": "1", "b": "2"}) == digest({"b": "2", "a": "1"})
    True
    """
    return sha256(written(entry).encode()).hexdigest()


def written(entry: Entry) -> str:
    """Return an entry as JSON keeps it."""
    return json.dumps(dict(entry), ensure_ascii=False, sort_keys=True)


def _all(entry: Entry) -> str:
    return "\n".join(entry.values()).casefold()
