"""The values a scan speaks of: categories, levels, findings."""

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What kind of datum was found; the same words in the API, the command line and SARIF."""

    NIR = "nir"
    SANTE = "sante"
    TELEPHONE = "telephone"
    EMAIL = "email"
    IBAN = "iban"
    ADRESSE = "adresse"
    NOM_TIERS = "nom_tiers"
    DATE_NAISSANCE = "date_naissance"


class Level(StrEnum):
    """What a finding asks for: refusal, a person's reason, or attention."""

    BLOQUANT = "bloquant"
    A_VERIFIER = "a_verifier"
    INFO = "info"

    @property
    def weight(self) -> int:
        """Return a number that grows with severity."""
        return 3 if self is Level.BLOQUANT else 2 if self is Level.A_VERIFIER else 1


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A segment of the text, by Python string offsets (end excluded), and why it was found.

    `rule` names the detector's rule (`nir.cle_juste`, `sante.pathologie`…); `why` is one French sentence that
    repeats nothing of the text.
    """

    start: int
    end: int
    category: Category
    level: Level
    rule: str
    why: str
