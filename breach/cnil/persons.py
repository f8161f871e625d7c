"""Whether the persons are told (RGPD, art. 34): the condition, the exceptions, the reasons, and the letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from breach.dossier.facts import BY_ID
from breach.dossier.rules import Facts, said
from breach.severity.rules import Risk
from governance.core.refusals import Invalid

REASON_LIMIT = 2_000


class Choice(StrEnum):
    """What is decided."""

    TELL = "tell"
    TELL_ANYWAY = "tell_anyway"
    NOT_HIGH = "not_high"
    EXCEPTED = "excepted"
    PUBLIC = "public"
    BY_CAISSE = "by_caisse"


class Exception34(StrEnum):
    """Why persons need not be told, although the risk is high (art. 34(3))."""

    UNINTELLIGIBLE = "unintelligible"
    LATER_MEASURES = "later_measures"
    DISPROPORTIONATE = "disproportionate"


CHOICES: Mapping[Choice, str] = {
    Choice.TELL: "Informer les personnes : le risque est élevé (art. 34(1))",
    Choice.TELL_ANYWAY: "Informer les personnes, sans y être obligé",
    Choice.NOT_HIGH: "Ne pas informer : le risque n'est pas élevé (art. 34(1))",
    Choice.EXCEPTED: "Ne pas informer : une exception s'applique (art. 34(3)(a) ou (b))",
    Choice.PUBLIC: "Communication publique : informer chacun demanderait un effort disproportionné (art. 34(3)(c))",
    Choice.BY_CAISSE: "La caisse, responsable du traitement, décide et informe",
}
EXCEPTIONS: Mapping[Exception34, str] = {
    Exception34.UNINTELLIGIBLE: "Données illisibles pour qui n'y a pas droit (chiffrement, clé sauve) — art. 34(3)(a)",
    Exception34.LATER_MEASURES: "Mesures prises depuis : le risque élevé ne peut plus se réaliser — art. 34(3)(b)",
    Exception34.DISPROPORTIONATE: "Effort disproportionné : communication publique à la place — art. 34(3)(c)",
}
# Each choice and the exceptions it may rest on: a public communication rests on the third alone.
RESTS_ON: Mapping[Choice, frozenset[Exception34]] = {
    Choice.EXCEPTED: frozenset({Exception34.UNINTELLIGIBLE, Exception34.LATER_MEASURES}),
    Choice.PUBLIC: frozenset({Exception34.DISPROPORTIONATE}),
}
TELLING = frozenset({Choice.TELL, Choice.TELL_ANYWAY, Choice.PUBLIC})


class BadDecision(Invalid):
    """The decision contradicts the conclusion on the risk, or lacks its exception or its reasons."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about the persons, on which exception, and why: the reasons stay (art. 33(5))."""

    choice: Choice
    reasons: str
    exception: Exception34 | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to a person concerned: its object, its paragraphs, and what of art. 34(2) it still lacks."""

    subject: str
    paragraphs: tuple[str, ...]
    missing: tuple[str, ...]


def check_decision(decision: Decision, risk: Risk | None, facts: Facts) -> None:
    """Refuse (BadDecision) what the law does not allow, or a decision without reasons.

    `risk` is the conclusion drawn on the severity, None when nobody has concluded: no refusal to tell may rest on it.
    """
    _check_exception(decision, facts)
    if decision.choice is Choice.NOT_HIGH and risk is None:
        raise BadDecision(
            "Concluez d'abord sur la gravité : rien ne dit que le risque n'est pas élevé.", field="choice"
        )
    if decision.choice is Choice.NOT_HIGH and risk is Risk.HIGH:
        raise BadDecision("Vous avez conclu à un risque élevé : il faut informer, ou une exception.", field="choice")
    reasons = decision.reasons.strip()
    if not reasons and decision.choice is not Choice.TELL:
        raise BadDecision("Écrivez les raisons : elles sont conservées et montrées à la CNIL.", field="reasons")
    if len(reasons) > REASON_LIMIT:
        raise BadDecision(f"Les raisons tiennent en {REASON_LIMIT} caractères.", field="reasons")


def letter(facts: Facts) -> Letter:
    """Return the letter of art. 34(2): the nature in plain words, the contact, the likely effects, the measures."""
    wanted = {
        "ce qui s'est passé": "circumstances",
        "le délégué à la protection des données": "dpo",
        "les conséquences probables": "harm",
        "les mesures prises": "taken",
    }
    lacking = tuple(words for words, fact in wanted.items() if not facts.get(fact))
    return Letter("Vos données personnelles : un incident vous concerne", tuple(_paragraphs(facts)), lacking)


def _check_exception(decision: Decision, facts: Facts) -> None:
    allowed = RESTS_ON.get(decision.choice)
    if allowed is None and decision.exception is not None:
        raise BadDecision("Aucune exception n'accompagne ce choix.", field="exception")
    if allowed is not None and decision.exception not in allowed:
        raise BadDecision("Choisissez l'exception sur laquelle ce choix repose (art. 34(3)).", field="exception")
    if decision.exception is Exception34.UNINTELLIGIBLE and facts.get("unintelligible") == "no":
        raise BadDecision("Le dossier dit que les données sont lisibles : corrigez l'un ou l'autre.", field="exception")


def _paragraphs(facts: Facts) -> list[str]:
    def of(fact: str) -> str:
        return said(BY_ID[fact], facts.get(fact, ""))

    organisation = of("organisation") or "Notre organisme"
    told = [
        "Madame, Monsieur,",
        f"{organisation} vous écrit parce qu'un incident a touché des données personnelles qui vous concernent.",
        _titled("Ce qui s'est passé", of("circumstances")),
        _titled("Quand", of("started")),
        _titled("Les données concernées", of("kinds")),
        _titled("Ce qui peut arriver", ". ".join(filter(None, (of("harm"), of("harm_more"))))),
        _titled("Ce que nous avons fait", of("taken")),
        _titled("Ce que nous allons faire", of("planned")),
        _titled("Ce que vous pouvez faire", of("advice") or ADVICE),
        _titled("Qui peut vous répondre", of("dpo")),
        f"{organisation} regrette cet incident. Vous pouvez aussi vous adresser à la CNIL (www.cnil.fr).",
    ]
    return [one for one in told if one]


ADVICE = (
    "méfiez-vous des appels et des messages qui se disent de l'Assurance maladie, de votre banque ou de nos services ; "
    "ne donnez jamais un mot de passe ni un code reçu ; prévenez-nous si quelque chose vous paraît anormal."
)


def _titled(title: str, text: str) -> str:
    return f"{title} : {text}" if text else ""
