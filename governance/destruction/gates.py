"""What must come before a destruction: each gate, whether it is open, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from governance.core.clock import PARIS
from governance.destruction.rules import PENALTY, VISA_ARTICLE, Answer, GateClosed, Slip

RIGHTS_ARTICLE = "RGPD, art. 12, § 3"
# A house rule: a request may come after the statement, so that an old one proves nothing.
STATEMENT_LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Statement:
    """What the DPO said of the requests of persons: when, and how many still wait for an answer."""

    at: datetime
    waiting: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the gates are decided on."""

    ended_on: date | None
    opened_at: datetime
    grace_ends_at: datetime
    slip: Slip | None
    holds: int  # that cover everything
    matters: tuple[str, ...]  # what is still open elsewhere: breaches
    rights: Statement | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that must come first: whether it has, and why."""

    name: str
    title: str
    is_open: bool
    why: str
    article: str


def gates(facts: Facts, at: datetime, on: date) -> tuple[Gate, ...]:
    """Return every gate, two persons excepted, which is the act itself."""
    return (
        _end(facts, on),
        _archives(facts.slip),
        _holds(facts.holds),
        _matters(facts.matters),
        _rights(facts.rights, at),
        _grace(facts, at),
    )


def check_open(found: Sequence[Gate]) -> None:
    """Refuse (GateClosed) while something must come first, naming it."""
    closed = [gate for gate in found if not gate.is_open]
    if closed:
        raise GateClosed("D'abord : " + " ; ".join(f"{gate.title} ({gate.why})" for gate in closed) + ".")


def _end(facts: Facts, on: date) -> Gate:
    ended = facts.ended_on is not None and facts.ended_on < on
    why = f"finie le {facts.ended_on:%d/%m/%Y}" if facts.ended_on and ended else "encore en vigueur"
    return Gate("ended", "La convention a pris fin", ended, why, "convention, destruction à la fin")


def _holds(count: int) -> Gate:
    why = f"{count} mesure(s) en cours : levez-les d'abord" if count else "aucune en cours"
    return Gate("holds", "Aucune mesure de conservation ne couvre tout", count == 0, why, "RGPD, art. 17, § 3")


def _matters(matters: Sequence[str]) -> Gate:
    return Gate(
        "matters", "Aucune violation n'est ouverte", not matters, " ; ".join(matters) or "aucune", "RGPD, art. 33"
    )


def _rights(said: Statement | None, at: datetime) -> Gate:
    title = "Aucune demande d'une personne n'attend de réponse"
    if said is None:
        return Gate("rights", title, False, "le délégué doit l'attester", RIGHTS_ARTICLE)
    told = f"attesté le {said.at.astimezone(PARIS):%d/%m/%Y}"
    if said.waiting:
        return Gate("rights", title, False, f"{said.waiting} en attente, {told}", RIGHTS_ARTICLE)
    if at - said.at > STATEMENT_LIFE:
        return Gate(
            "rights", title, False, f"{told}, il y a plus de {STATEMENT_LIFE.days} jours : à redire", RIGHTS_ARTICLE
        )
    return Gate("rights", title, True, told, RIGHTS_ARTICLE)


def _grace(facts: Facts, at: datetime) -> Gate:
    until = facts.grace_ends_at.astimezone(PARIS)
    why = f"jusqu'au {until:%d/%m/%Y à %H h %M} : d'ici là, tout s'annule"
    return Gate("grace", "Délai pour se raviser", at >= facts.grace_ends_at, why, "règle de ce service")


def _archives(slip: Slip | None) -> Gate:
    title = "Les archives ont donné leur visa, ou n'ont pas à le donner"
    match slip.answer if slip else None:
        case Answer.GRANTED | Answer.PARTIAL:
            sealed = slip is not None and slip.has_file
            why = "visa enregistré" if sealed else "le visa n'est pas joint"
            return Gate("archives", title, sealed, why, VISA_ARTICLE)
        case Answer.NOT_NEEDED:
            return Gate("archives", title, True, "sans objet, motif enregistré par le DPO", VISA_ARTICLE)
        case Answer.REFUSED:
            return Gate("archives", title, False, "élimination refusée", VISA_ARTICLE)
        case _:
            why = "bordereau à transmettre" if slip is None or slip.transmitted_on is None else "visa attendu"
            return Gate("archives", title, False, f"{why} ; {PENALTY}", VISA_ARTICLE)
