"""Who is bound: the partner, the caisses, their DPO, the persons concerned."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

Email = NewType("Email", str)


class Party(StrEnum):
    """A side of the convention."""

    CAISSE = "caisse"
    PARTNER = "partenaire"
    BOTH = "les parties"


class Nature(StrEnum):
    """What the partner is in law."""

    DEPARTEMENT = "département"
    CCAS = "CCAS"
    OPH = "OPH"
    AGGLOMERATION = "communauté d'agglomération"
    COMMUNE = "commune"
    ASSOCIATION = "association"
    OTHER = "autre"


class Role(StrEnum):
    """What the partner is for a processing (RGPD, art. 4(7) and 4(8))."""

    CONTROLLER = "responsable"
    PROCESSOR = "sous-traitant"


@dataclass(frozen=True, slots=True)
class Partner:
    """The structure that signs; `public_body` decides whether archives law applies (code du patrimoine, L211-4)."""

    name: str
    nature: Nature
    public_body: bool
    service: str | None = None

    def __str__(self) -> str:
        archives = " ; personne publique (archives publiques)" if self.public_body else ""
        service = f", {self.service} seulement" if self.service else ""
        return f"{self.name} ({self.nature}){service}{archives}"


@dataclass(frozen=True, slots=True)
class Processing:
    """A processing of data, its controller and the partner's part in it."""

    scope: str
    controller: str
    partner: Role

    def __str__(self) -> str:
        return f"{self.scope} : responsable {self.controller}, partenaire {self.partner}"


@dataclass(frozen=True, slots=True)
class Contact:
    """Where to write: a mailbox, a postal address, or both."""

    email: Email | None = None
    address: str | None = None

    def __post_init__(self) -> None:
        if self.email is None and self.address is None:
            raise ValueError("une adresse (email ou address) est attendue")

    def __str__(self) -> str:
        return " ; ".join(part for part in (self.email, self.address) if part)


@dataclass(frozen=True, slots=True)
class Public:
    """The persons whose data may be sent; `districts` bounds them by address."""

    who: str
    relatives: bool = False
    districts: tuple[str, ...] = ()

    def __str__(self) -> str:
        relatives = ", et leurs proches" if self.relatives else ""
        districts = f" : {', '.join(self.districts)}" if self.districts else ""
        return f"{self.who}{relatives}{districts}"
