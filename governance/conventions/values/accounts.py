"""The portal's accounts: profiles, quotas, creation, inactivation, reviews."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from governance.conventions.values.parties import Party
from governance.core.spans import Span


class Profile(StrEnum):
    """The two kinds of accounts."""

    GESTIONNAIRE = "gestionnaire"
    TECHNICIEN = "technicien"


class Actor(StrEnum):
    """Who acts on an account."""

    CAISSE = "la caisse"
    GESTIONNAIRE = "un gestionnaire"


class AccountField(StrEnum):
    """What is told of the holder of an account."""

    CIVILITE = "civilité"
    NOM = "nom"
    PRENOM = "prénom"
    FONCTION = "fonction"
    TELEPHONE = "téléphone"
    EMAIL = "email"
    NEW_NAME = "changement de nom"


class Link(StrEnum):
    """What ties a technicien to the structure."""

    EMPLOYEE = "employé"
    SALARIED = "salarié"
    VOLUNTEER = "bénévole"


class Unlimited(StrEnum):
    """A ceiling that the text says does not exist."""

    UNLIMITED = "illimité"


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of the portal; a gestionnaire named in the contract changes by avenant only."""

    profiles: tuple[Profile, ...]
    named_in_contract: bool = False

    def __str__(self) -> str:
        named = " ; gestionnaire nommé dans la convention : un avenant le remplace" if self.named_in_contract else ""
        return f"{' et '.join(self.profiles)}{named}"


@dataclass(frozen=True, slots=True)
class Band:
    """A size of structure (members, both ends included) and how many accounts it may have."""

    members_from: int
    at_most: int | Unlimited
    members_to: int | None = None

    def __str__(self) -> str:
        if self.members_to is not None:
            return f"de {self.members_from} à {self.members_to} membres : {self.at_most}"
        whole = self.members_from == 1
        return f"{'toute taille' if whole else f'{self.members_from} membres et plus'} : {self.at_most}"


@dataclass(frozen=True, slots=True)
class Quota:
    """How many accounts a structure may have, by size; `warn_above` warns and never blocks."""

    bands: tuple[Band, ...]
    minimum: int | None = None
    warn_above: int | None = None
    exact_count: bool = False

    def __post_init__(self) -> None:
        edges = [(one.members_to, two.members_from) for one, two in pairwise(self.bands)]
        whole = self.bands[0].members_from == 1 and self.bands[-1].members_to is None
        if not whole or any(end is None or end + 1 != start for end, start in edges):
            raise ValueError("les tranches (bands) vont de 1 à l'infini, sans trou ni recouvrement")

    def ceiling(self, members: int) -> int | Unlimited:
        """Return how many accounts a structure of so many members may have."""
        return next(band.at_most for band in reversed(self.bands) if band.members_from <= max(members, 1))

    def __str__(self) -> str:
        minimum = f" ; au moins {self.minimum}" if self.minimum else ""
        warning = f" ; avertissement au-delà de {self.warn_above}" if self.warn_above else ""
        count = " ; compte exact à tenir" if self.exact_count else ""
        return " ; ".join(map(str, self.bands)) + minimum + warning + count


@dataclass(frozen=True, slots=True)
class Counting:
    """Which side holds the exact count of each profile."""

    gestionnaires: Party
    techniciens: Party

    def __str__(self) -> str:
        return f"gestionnaires : {self.gestionnaires} ; techniciens : {self.techniciens}"


@dataclass(frozen=True, slots=True)
class AccountAct:
    """Who creates or changes an account, on whose request, with what data."""

    by: Actor
    on_partner_request: bool
    fields: tuple[AccountField, ...] = ()

    def __str__(self) -> str:
        request = ", sur demande du partenaire" if self.on_partner_request else ""
        fields = f" : {', '.join(self.fields)}" if self.fields else ""
        return f"par {self.by}{request}{fields}"


@dataclass(frozen=True, slots=True)
class GrantDelay:
    """The two clocks of an account of gestionnaire: from the request, and from the signature."""

    after_request: Span
    after_signature: Span

    def __str__(self) -> str:
        return f"{self.after_request} après la demande ; {self.after_signature} après la signature"


@dataclass(frozen=True, slots=True)
class InactivationNotice:
    """How long before the wished day the caisse is told, and whether it may cut as soon as it is."""

    notice: Span
    cut_on_receipt: bool
    shorter_with_reason: bool = False

    def __str__(self) -> str:
        cut = " ; la caisse peut couper dès réception" if self.cut_on_receipt else ""
        shorter = " ; plus court avec un motif" if self.shorter_with_reason else ""
        return f"{self.notice} avant la date souhaitée{cut}{shorter}"


@dataclass(frozen=True, slots=True)
class LastGestionnaire:
    """What protects the last gestionnaire, and what does not."""

    blocked: bool
    successor_first: bool
    security_cut: bool

    def __str__(self) -> str:
        said = [
            "inactivation impossible" if self.blocked else "",
            "successeur d'abord" if self.successor_first else "",
            "coupure de sécurité possible par la caisse" if self.security_cut else "",
        ]
        return " ; ".join(part for part in said if part)


@dataclass(frozen=True, slots=True)
class Sanction:
    """How fast a user is excluded, and whether the whole structure may be."""

    user: Span
    whole_structure: bool

    def __str__(self) -> str:
        whole = " ; toute la structure peut perdre l'accès" if self.whole_structure else ""
        return f"exclusion d'un utilisateur : {self.user}{whole}"


@dataclass(frozen=True, slots=True)
class Review:
    """How often habilitations are reviewed; no `every` means « régulières », without a period."""

    on_request: bool
    every: Span | None = None

    def __str__(self) -> str:
        every = f"période de {self.every} au plus" if self.every else "« régulières », sans période écrite"
        return every + (" ; sur demande de la caisse" if self.on_request else "")
