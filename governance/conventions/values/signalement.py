"""What a signalement may hold: free text, NIR, identity, attachments, consent."""

from dataclasses import dataclass
from enum import StrEnum

from governance.core.spans import Span


class IdentityField(StrEnum):
    """A datum that identifies an insured person."""

    CIVILITE = "civilité"
    NOM = "nom"
    PRENOM = "prénom"
    DATE_NAISSANCE = "date de naissance"
    LIEU_NAISSANCE = "lieu de naissance"
    DEPARTEMENT = "département de résidence"
    TELEPHONE = "téléphone"


class Antivirus(StrEnum):
    """What is promised of each file."""

    PROTECTED = "protégé par l'antivirus du partenaire"
    SCANNED = "analysé au préalable par l'antivirus du partenaire"


class ConsentMode(StrEnum):
    """How a person's agreement is proved."""

    SIGNATURE = "signature"
    TICK_BOX = "case à cocher"


@dataclass(frozen=True, slots=True)
class FreeText:
    """What the text writes of free-text zones; `bans_health` false says that it is silent, and permits nothing."""

    cnil_rules: bool
    bans_irrelevant: bool
    bans_health: bool

    def __str__(self) -> str:
        said = [
            "recommandations de la CNIL" if self.cnil_rules else "",
            "rien de non pertinent, d'inadéquat ni d'excessif" if self.bans_irrelevant else "",
            "aucune donnée de santé" if self.bans_health else "« aucune donnée de santé » ne figure pas dans le texte",
        ]
        return " ; ".join(part for part in said if part)


@dataclass(frozen=True, slots=True)
class CommentField:
    """The comment of a signalement: is it required, and how many characters may it have?"""

    mandatory: bool
    max_length: int

    def __str__(self) -> str:
        required = "obligatoire" if self.mandatory else "facultatif"
        return f"{required}, {self.max_length} caractères au plus"


@dataclass(frozen=True, slots=True)
class NirRule:
    """Where the NIR may stand."""

    in_signalement: bool
    in_attachments: bool

    def __str__(self) -> str:
        text = "admis" if self.in_signalement else "interdit"
        files = "toléré" if self.in_attachments else "interdit"
        return f"{text} dans le signalement ; {files} dans les pièces jointes"


@dataclass(frozen=True, slots=True)
class Identity:
    """What may be sent to identify a person; `form_only` is what the form alone asks for."""

    fields: tuple[IdentityField, ...]
    form_only: tuple[IdentityField, ...] = ()

    def __str__(self) -> str:
        form = f" ; dans le formulaire seulement : {', '.join(self.form_only)}" if self.form_only else ""
        return f"{', '.join(self.fields)}{form}"


@dataclass(frozen=True, slots=True)
class Necessity:
    """How far attachments are bounded, and which medical proofs an urgent file must carry."""

    strictly_necessary: bool
    habilitated_only: bool
    urgent_proofs: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = [
            "strictement nécessaires" if self.strictly_necessary else "nécessaires au dossier",
            "vues des seuls agents habilités" if self.habilitated_only else "",
            f"dossier urgent : {' ou '.join(self.urgent_proofs)}" if self.urgent_proofs else "",
        ]
        return " ; ".join(part for part in said if part)


@dataclass(frozen=True, slots=True)
class FilePolicy:
    """Extensions without dot, size of one file in bytes, number of files."""

    types: tuple[str, ...]
    max_bytes: int
    max_count: int

    def __str__(self) -> str:
        size = f"{self.max_bytes:,}".replace(",", " ")
        return f"{', '.join(self.types)} ; {size} octets par fichier ; {self.max_count} fichiers"


@dataclass(frozen=True, slots=True)
class Consent:
    """The insured person's agreement: for what, proved how for each caisse, validated again within which delay."""

    purpose: str
    modes: dict[str, ConsentMode] | None = None
    confirmed_within: Span | None = None

    def __str__(self) -> str:
        modes = "".join(f" ; {caisse} : {mode}" for caisse, mode in (self.modes or {}).items())
        again = f" ; validé par la caisse sous {self.confirmed_within}" if self.confirmed_within else ""
        return f"{self.purpose}{modes}{again}"
