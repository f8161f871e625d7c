"""The words in which severity is asked and shown."""

from collections.abc import Mapping
from decimal import Decimal

from breach.severity.rules import Availability, Confidentiality, DataKind, Ease, Flag, Integrity, Risk, Score

KINDS: Mapping[DataKind, str] = {
    DataKind.SIMPLE: "simples (1) : état civil, coordonnées, situation",
    DataKind.BEHAVIOURAL: "de comportement (2) : déplacements, habitudes, traces",
    DataKind.FINANCIAL: "financières (3) : ressources, comptes, droits",
    DataKind.SENSITIVE: "sensibles (4) : santé, opinions, vie sexuelle",
}
EASES: Mapping[Ease, str] = {
    Ease.NEGLIGIBLE: "négligeable (0,25) : presque impossible",
    Ease.LIMITED: "limitée (0,5) : avec d'autres sources",
    Ease.SIGNIFICANT: "importante (0,75) : indirectement, sans grand effort",
    Ease.MAXIMUM: "maximale (1) : directement, par le nom ou le NIR",
}
CONFIDENTIALITY: Mapping[Confidentiality, str] = {
    Confidentiality.UNTOUCHED: "intacte (0)",
    Confidentiality.NO_EVIDENCE: "exposée, sans trace d'accès (0)",
    Confidentiality.KNOWN: "lue par des destinataires connus (+ 0,25)",
    Confidentiality.UNKNOWN: "lue par un nombre inconnu de personnes (+ 0,5)",
}
INTEGRITY: Mapping[Integrity, str] = {
    Integrity.UNTOUCHED: "intacte (0)",
    Integrity.RECOVERED: "altérée, déjà rétablie (0)",
    Integrity.RECOVERABLE: "altérée, récupérable (+ 0,25)",
    Integrity.LOST: "altérée, non récupérable (+ 0,5)",
}
AVAILABILITY: Mapping[Availability, str] = {
    Availability.UNTOUCHED: "intacte (0)",
    Availability.RECOVERED: "perdue, vite rétablie (0)",
    Availability.TEMPORARY: "perdue pour un temps (+ 0,25)",
    Availability.LOST: "perdue pour toujours (+ 0,5)",
}
RISKS: Mapping[Risk, str] = {
    Risk.UNLIKELY: "Un risque est peu probable : registre seulement (art. 33(1))",
    Risk.RISK: "Il y a un risque : la CNIL est notifiée (art. 33(1))",
    Risk.HIGH: "Le risque est élevé : les personnes aussi sont informées (art. 34(1))",
}
FLAGS: Mapping[Flag, str] = {
    Flag.MANY: "plus de 100 personnes",
    Flag.UNINTELLIGIBLE: "données illisibles sans leur clé",
    Flag.NEAR_A_BAND: "à 0,25 ou moins d'un seuil : le DPO tranche",
}


def figures(found: Score) -> str:
    """Return « SE = 3 × 1 + 1 = 4 », with decimal commas."""
    return f"SE = {found.dpc} × {_said(found.ei)} + {_said(found.cb)} = {_said(found.se)}"


def _said(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")
