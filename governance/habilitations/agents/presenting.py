"""Staff and attestations, in French."""

from collections.abc import Iterable, Mapping

from governance.habilitations.agents.rules import Check, DomainKind, Tie

CHECKS: Mapping[Check, str] = {
    Check.LINK: "le lien avec la structure",
    Check.EMAIL: "l'adresse professionnelle, hébergée en Europe",
    Check.DEVICE: "le poste professionnel, protégé par un antivirus",
    Check.COMMITMENT: "l'engagement de confidentialité signé",
    Check.TRAINING: "la formation à la protection des données",
}
TIES: Mapping[Tie, str] = {
    Tie.SALARIED: "Salarié",
    Tie.AGENT: "Agent (titulaire ou contractuel)",
    Tie.VOLUNTEER: "Bénévole",
}
DOMAINS: Mapping[DomainKind, str] = {
    DomainKind.OWN: "De la structure, hébergé en Europe",
    DomainKind.WEBMAIL: "Messagerie publique, refusée",
    DomainKind.NOT_WEBMAIL: "Retiré de la liste des messageries publiques",
}


def said_checks(checks: Iterable[Check]) -> str:
    """Return checks in a sentence.

    >>> said_checks((Check.LINK, Check.COMMITMENT))
    "le lien avec la structure, l'engagement de confidentialité signé"
    """
    return ", ".join(CHECKS[one] for one in checks)
