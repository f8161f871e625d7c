"""How a convention lives and ends: term, renewal, denunciation, termination."""

from dataclasses import dataclass
from enum import StrEnum

from governance.core.spans import Span


class RenewalMode(StrEnum):
    """How a convention goes on after its term."""

    TACIT = "tacite"
    AMENDMENT = "avenant"
    FOLLOWS = "suit la convention métier"


class Reading(StrEnum):
    """The two readings of a denunciation « dans les 3 mois avant »."""

    AT_LEAST = "au moins avant"
    WITHIN = "dans la période"


class Start(StrEnum):
    """The act that starts a delay."""

    SENDING = "envoi"
    RECEIPT = "réception"


class Cause(StrEnum):
    """What a termination needs."""

    BREACH = "manquement"
    NONE = "sans motif"
    SECRECY = "violation du secret professionnel ou manquement"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length from the signature, or the same as the convention métier's."""

    length: Span | None = None
    follows_cm: bool = False

    def __post_init__(self) -> None:
        if (self.length is None) != self.follows_cm:
            raise ValueError("une durée (length), ou bien follows_cm = true")

    def __str__(self) -> str:
        return "celle de la convention métier" if self.length is None else f"{self.length} à compter de la signature"


@dataclass(frozen=True, slots=True)
class Renewal:
    """How the term is prolonged; no `period`: the text states none; `alert` is how long before the term to warn."""

    mode: RenewalMode
    period: Span | None = None
    alert: Span | None = None

    def __str__(self) -> str:
        period = f", par période de {self.period}" if self.period else ""
        alert = f", alerte {self.alert} avant le terme" if self.alert else ""
        return f"{self.mode}{period}{alert}"


@dataclass(frozen=True, slots=True)
class Denunciation:
    """A notice not to renew, before the anniversary; `alert_ahead` is how long before that notice to warn."""

    notice: Span
    reading: Reading
    counted_to: Start | None = None
    alert_ahead: Span | None = None

    def __str__(self) -> str:
        counted = f", compté à la {self.counted_to}" if self.counted_to else ""
        alert = f", alerte {self.alert_ahead} plus tôt" if self.alert_ahead else ""
        link = "au moins" if self.reading is Reading.AT_LEAST else "dans les"
        return f"{link} {self.notice} avant la date anniversaire{counted}{alert}"


@dataclass(frozen=True, slots=True)
class Termination:
    """How one party ends the text, by registered letter; no `starts` means that nothing has to run."""

    cause: Cause
    notice: Span
    starts: Start | None = None

    def __str__(self) -> str:
        since = {None: "", Start.SENDING: " après l'envoi", Start.RECEIPT: " après la réception"}[self.starts]
        starts = f"{since} de la lettre recommandée" if since else ""
        return f"{self.cause} : {self.notice}{starts}"
