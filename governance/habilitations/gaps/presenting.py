"""Gaps in French: what each kind is called, and how soon it is to be settled."""

from collections.abc import Mapping

from governance.habilitations.gaps.rules import GapKind, Weight

KINDS: Mapping[GapKind, str] = {
    GapKind.UNDECLARED: "Compte sans agent déclaré",
    GapKind.LEFT: "Agent parti, compte ouvert",
    GapKind.OFF_STAFF: "Absent de la liste du personnel",
    GapKind.NO_COMMITMENT: "Compte sans engagement signé",
    GapKind.TRAINING: "Formation absente ou expirée",
    GapKind.DOMAIN: "Adresse hors des domaines de la structure",
    GapKind.QUOTA: "Trop de comptes",
    GapKind.TWICE: "Personne en double",
    GapKind.UNKNOWN_HERE: "Au portail, pas au registre",
    GapKind.UNKNOWN_THERE: "Au registre, pas au portail",
    GapKind.PENDING: "Ouvert au portail, encore en demande ici",
    GapKind.DIFFERENT: "Données différentes",
    GapKind.IDLE: "Engagement sans compte",
}
WEIGHTS: Mapping[Weight, tuple[str, str]] = {
    Weight.NOW: ("à régler", "refus"),
    Weight.SOON: ("à vérifier", "attention"),
    Weight.TOLD: ("pour information", "neutre"),
}
EXPORTED = ("Sorte", "Urgence", "Nom", "Adresse e-mail", "Profil", "Constat", "Règle", "Article")
