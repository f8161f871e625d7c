"""Accounts of the portal in French: states in words and colours, reasons, quotas."""

from collections.abc import Mapping
from dataclasses import dataclass

from governance.conventions.values.accounts import Profile
from governance.habilitations.quotas import Room, Standing
from governance.habilitations.rules import Reason, State


@dataclass(frozen=True, slots=True)
class Said:
    """A word, and the colour of its badge."""

    word: str
    colour: str = "neutre"


STATES: Mapping[State, Said] = {
    State.REQUESTED: Said("demandé à la caisse", "attention"),
    State.WITHDRAWN: Said("demande retirée"),
    State.REFUSED: Said("refusé par la caisse", "refus"),
    State.GRANTED: Said("créé, CGU à accepter", "attention"),
    State.ACTIVE: Said("actif", "ok"),
    State.NOTICE: Said("inactivation demandée", "attention"),
    State.INACTIVE: Said("inactif"),
    State.CUT: Said("coupé (sécurité)", "refus"),
    State.ENDED: Said("inactif (fin des conventions)"),
    State.ACCESS_CLOSED: Said("accès à cette caisse fermé"),
    State.HIDDEN: Said("masqué sur le portail"),
}
REASONS: Mapping[Reason, str] = {
    Reason.DEPARTURE: "Départ de la structure",
    Reason.NEW_DUTIES: "Changement de fonctions",
    Reason.UNRELATED: "Travail sans lien avec l'Assurance Maladie",
    Reason.ABSENCE: "Absence longue",
    Reason.REPLACED: "Remplacement",
    Reason.REVIEW: "Décision d'une revue d'habilitations",
    Reason.FRAUD: "Fraude",
    Reason.THEFT: "Vol des identifiants",
    Reason.LOSS: "Perte des identifiants",
    Reason.MISUSE: "Usage détourné",
    Reason.CONVENTION_END: "Fin de la convention",
    Reason.MISTAKE: "Erreur",
    Reason.OTHER: "Autre",
}
PROFILES: Mapping[Profile, str] = {Profile.GESTIONNAIRE: "Gestionnaire", Profile.TECHNICIEN: "Technicien"}


def said_room(room: Room) -> Said:
    """Return how many accounts of a profile are held, before how many may be.

    >>> said_room(Room(Profile.GESTIONNAIRE, 2, 12, 3, Standing.ROOM)).word
    '2 sur 3'
    """
    match room.standing:
        case Standing.UNKNOWN:
            return Said(f"{room.held} ; plafond inconnu tant que la taille n'est pas dite", "attention")
        case Standing.FREE if room.warns:
            return Said(f"{room.held}, au-delà du nombre que le texte cite par ailleurs", "attention")
        case Standing.FREE:
            return Said(f"{room.held}, sans plafond", "ok")
        case Standing.ROOM:
            return Said(f"{room.held} sur {room.ceiling}", "ok")
        case Standing.FULL:
            return Said(f"{room.held} sur {room.ceiling} : complet", "attention")
        case Standing.OVER:
            return Said(f"{room.held} pour {room.ceiling} permis : les comptes restent, aucun ne s'ajoute", "refus")


def said_phone(number: str) -> str:
    """Return a telephone number by pairs, from the right.

    >>> said_phone("0321000000"), said_phone("+33321000000")
    ('03 21 00 00 00', '+33 3 21 00 00 00')
    """
    sign, digits = ("+33 ", number[3:]) if number.startswith("+33") else ("", number)
    first = len(digits) % 2
    pairs = [digits[:first], *(digits[at : at + 2] for at in range(first, len(digits), 2))]
    return sign + " ".join(pair for pair in pairs if pair)


def said_doer(done_by: str, role: str, names: Mapping[str, str]) -> str:
    """Return who acted: a person the reader knows, else the side they are on.

    >>> said_doer("4f0c", "agent_caisse", {}), said_doer("vigie", "vigie", {})
    ('la caisse', 'Vigie, à la date prévue')
    """
    if done_by in names:
        return names[done_by]
    if "caisse" in role:
        return "la caisse"
    if role == "vigie":
        return "Vigie, à la date prévue"
    return "la ligne de commande" if role == "commande" else "le partenaire"
