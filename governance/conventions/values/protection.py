"""Rights of persons, security, destruction, sub-processing, and how the partnership is steered."""

from dataclasses import dataclass
from enum import StrEnum

from governance.conventions.values.parties import Email, Party
from governance.core.spans import Span


class Right(StrEnum):
    """A right that the text lists (RGPD, art. 15 to 21)."""

    ACCES = "accès"
    RECTIFICATION = "rectification"
    EFFACEMENT = "effacement"
    LIMITATION = "limitation"
    PORTABILITE = "portabilité"
    OPPOSITION = "opposition"


class Subprocessor(StrEnum):
    """What calling a sub-processor needs (RGPD, art. 28(2))."""

    AUTHORISATION = "autorisation préalable et formelle de la caisse"
    INFORMATION = "information préalable et écrite de la caisse"


@dataclass(frozen=True, slots=True)
class RightsContact:
    """Whose DPO a person writes to; `post_only` is what the text says, not a limit that may be opposed."""

    dpo_of: tuple[Party, ...]
    post_only: bool = False
    address: str | None = None

    def __str__(self) -> str:
        way = "par courrier postal" if self.post_only else "par tout moyen"
        address = f", {self.address}" if self.address else ""
        return f"DPO : {' et '.join(self.dpo_of)}, {way}{address}"


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """Who answers a request of access, with whom; how fast the parties tell each other of a rectification."""

    by: Party
    with_caisse_dpo: bool
    rectification_told: Span | None = None

    def __str__(self) -> str:
        dpo = ", avec le DPO de la caisse" if self.with_caisse_dpo else ""
        told = f" ; rectification signalée {self.rectification_told}" if self.rectification_told else ""
        return f"traitée par : {self.by}{dpo}{told}"


@dataclass(frozen=True, slots=True)
class SecureTransfer:
    """How data travel."""

    means: str
    bans_free_email: bool

    def __str__(self) -> str:
        return self.means + (" ; pas de courriel libre" if self.bans_free_email else "")


@dataclass(frozen=True, slots=True)
class Destruction:
    """What becomes of the data at the end; `archives_visa`: the prior visa (code du patrimoine, L212-2) comes first."""

    by: Party
    everything: bool
    within: Span | None = None
    certificate: bool = False
    archives_visa: bool = False

    def __str__(self) -> str:
        said = [
            f"{self.by} : {'toutes les données personnelles' if self.everything else 'une partie des données'}",
            f"dans un délai de {self.within}" if self.within else "aucun délai écrit",
            "attestation due" if self.certificate else "aucune attestation demandée",
            "après visa des archives" if self.archives_visa else "",
        ]
        return " ; ".join(part for part in said if part)


@dataclass(frozen=True, slots=True)
class Dpia:
    """Who writes the impact analysis (RGPD, art. 35) and what the partner gives."""

    by: Party
    partner_gives_documents: bool
    help_articles_32_36: bool

    def __str__(self) -> str:
        said = [
            f"menée par : {self.by}",
            "le partenaire fournit toute la documentation" if self.partner_gives_documents else "",
            "aide aux obligations des articles 32 à 36 du RGPD" if self.help_articles_32_36 else "",
        ]
        return " ; ".join(part for part in said if part)


@dataclass(frozen=True, slots=True)
class Subprocessing:
    """The regime of sub-processors; no `objection` means that the text gives the caisse no such delay."""

    regime: Subprocessor
    objection: Span | None = None

    def __str__(self) -> str:
        objection = f" ; opposition sous {self.objection}" if self.objection else ""
        return f"{self.regime}{objection}"


@dataclass(frozen=True, slots=True)
class Commitment:
    """What the text asks of persons who process the data."""

    confidentiality: bool
    protection_training: bool
    secrecy_training: bool = False

    def __str__(self) -> str:
        said = [
            "engagement de confidentialité ou secret légal" if self.confidentiality else "",
            "formation à la protection des données" if self.protection_training else "",
            "sensibilisation au secret médical" if self.secrecy_training else "",
        ]
        return " ; ".join(part for part in said if part) or "conduite conforme au RGPD"


@dataclass(frozen=True, slots=True)
class Referents:
    """Which sides name a référent, and the functional mailbox of each caisse; persons' names are not kept here."""

    named_by: tuple[Party, ...]
    mailboxes: dict[str, Email] | None = None
    list_up_to_date: bool = False

    def __str__(self) -> str:
        boxes = "".join(f" ; {caisse} : {box}" for caisse, box in (self.mailboxes or {}).items())
        kept = " ; liste tenue à jour" if self.list_up_to_date else ""
        return f"référent désigné par : {' et '.join(self.named_by)}{boxes}{kept}"


@dataclass(frozen=True, slots=True)
class HandlingDelay:
    """A delay that the caisse promises; no `within` means regulatory delays."""

    what: str
    within: Span | None = None
    starts: str | None = None

    def __str__(self) -> str:
        within = self.within or "délais réglementaires"
        return f"{self.what} : {within}" + (f", départ : {self.starts}" if self.starts else "")
