"""What is owed when personal data or an account may be compromised: clauses, addressees, decisions."""

from dataclasses import dataclass
from enum import StrEnum

from governance.conventions.values.parties import Party
from governance.core.spans import Span


class Scope(StrEnum):
    """What a clause covers."""

    PERSONAL_DATA = "données personnelles"
    TRANSFER = "transfert de données"
    ACCOUNT = "compte du portail"


class Trigger(StrEnum):
    """What starts a clause."""

    SUSPICION = "soupçon"
    BREACH = "violation"
    SHORTCOMING = "manquement à la réglementation"
    FRAUD = "usage frauduleux"
    THEFT = "vol"
    LOSS = "perte"
    MISUSE = "usage non conforme"


class Addressee(StrEnum):
    """Who must be told."""

    CAISSE = "caisse"
    CAISSE_DPO = "DPO de la caisse"
    REFERENT = "référent de la caisse"
    PARTNER = "partenaire"
    OTHER_PARTY = "autre partie"


class Channel(StrEnum):
    """How they must be told."""

    DPO_MAIL = "courriel du DPO"
    PROVABLE = "tout moyen permettant d'en apporter la preuve"
    FREE = "non fixé"


@dataclass(frozen=True, slots=True)
class BreachClause:
    """One clause: who owes it, to whom, how; no `within` means that the clause writes no number."""

    scope: Scope
    triggers: tuple[Trigger, ...]
    owed_by: Party
    addressee: Addressee
    channel: Channel
    article: str
    quote: str
    within: Span | None = None

    def __str__(self) -> str:
        within = self.within or "aucun délai écrit"
        triggers = ", ".join(self.triggers)
        return (
            f"{self.article} : {within}, {self.owed_by} → {self.addressee} ({self.channel}) ; {self.scope} : {triggers}"
        )


@dataclass(frozen=True, slots=True)
class BreachNotice:
    """To whom a notice of breach goes, with whom in copy, and how."""

    to: tuple[Addressee, ...]
    channel: Channel
    copy: tuple[Addressee, ...] = ()

    def __str__(self) -> str:
        copy = f", copie : {', '.join(self.copy)}" if self.copy else ""
        return f"{', '.join(self.to)}{copy} ; voie : {self.channel}"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides whether the authority and the persons are told."""

    scope: Scope
    by: Party

    def __str__(self) -> str:
        return f"{self.scope} : {self.by}"


@dataclass(frozen=True, slots=True)
class BreachConduct:
    """What starts a notice, what goes with it, who decides on what follows."""

    suspicion_suffices: bool
    shortcomings_too: bool
    documents_attached: bool
    decisions: tuple[Decision, ...]

    def __str__(self) -> str:
        said = [
            "le soupçon suffit" if self.suspicion_suffices else "violation avérée",
            "manquements compris" if self.shortcomings_too else "",
            "toute documentation utile jointe" if self.documents_attached else "",
            f"suites décidées : {', '.join(map(str, self.decisions))}",
        ]
        return " ; ".join(part for part in said if part)
