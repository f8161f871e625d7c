"""How the acts of a convention's life are called on pages, when each is for, and what each asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from governance.conventions.life.events import Kind
from governance.conventions.life.standing import State

# In words, then in colour.
STATES: Mapping[State, str] = {
    State.UNDATED: "attention",
    State.COMING: "neutre",
    State.IN_FORCE: "ok",
    State.TO_CONFIRM: "attention",
    State.DENOUNCED: "attention",
    State.TERMINATING: "refus",
    State.ENDED: "neutre",
}


@dataclass(frozen=True, slots=True)
class Act:
    """What an act is called, when it is for, and which fields its form shows beside the day and the document."""

    title: str
    verb: str
    help: str
    day: str
    fields: tuple[str, ...] = ()
    letters: tuple[Kind, ...] = ()


ACTS: Mapping[Kind, Act] = {
    Kind.SIGNED: Act(
        "Signature", "Saisir la signature", "La durée court de la signature, que le texte ne porte pas.", "Signée le"
    ),
    Kind.TERM: Act(
        "Échéance",
        "Saisir une échéance",
        "Quand l'exemplaire signé donne une échéance, ou quand la convention a continué sans que le texte dise jusqu'à "
        "quand.",
        "Échéance",
        ("caisse",),
    ),
    Kind.NOTICE: Act(
        "Préavis de dénonciation",
        "Saisir le préavis",
        "Le texte l'a laissé en blanc : lisez-le sur l'exemplaire signé.",
        "Lu le",
        ("notice", "counted_to"),
    ),
    Kind.RENEWED: Act(
        "Renouvellement",
        "Saisir un renouvellement",
        "Un acte signé avant l'échéance, qui en donne une nouvelle.",
        "Acte signé le",
        ("until", "caisse"),
    ),
    Kind.AMENDED: Act(
        "Avenant",
        "Saisir un avenant",
        "Ses règles se saisissent en enregistrant son texte ; ici, sa date et, s'il prolonge, la nouvelle échéance.",
        "Avenant signé le",
        ("until", "caisse"),
    ),
    Kind.DENOUNCED: Act(
        "Dénonciation",
        "Saisir une dénonciation",
        "La lettre qui refuse le renouvellement. Saisissez ensuite sa réception : son effet se compte d'elle.",
        "Lettre envoyée le",
        ("party", "caisse"),
    ),
    Kind.WARNED: Act(
        "Mise en demeure",
        "Saisir une mise en demeure",
        "Pour un manquement. Les deux textes ont chacun leur délai : quinze jours de l'envoi, trente de la réception.",
        "Lettre envoyée le",
        ("text", "party", "caisse"),
    ),
    Kind.RECEIVED: Act(
        "Réception d'une lettre",
        "Saisir une réception",
        "La date de l'avis de réception.",
        "Reçue le",
        ("of",),
        (Kind.DENOUNCED, Kind.WARNED),
    ),
    Kind.REMEDIED: Act(
        "Manquement réparé",
        "Saisir une réparation",
        "La mise en demeure a été suivie d'effet : son délai s'arrête.",
        "Réparé le",
        ("of",),
        (Kind.WARNED,),
    ),
    Kind.TERMINATED: Act(
        "Résiliation",
        "Saisir une résiliation",
        "La lettre qui résilie. Celle qui suit une mise en demeure ne vient qu'une fois le délai passé.",
        "Lettre envoyée le",
        ("of", "party", "caisse"),
        (Kind.WARNED,),
    ),
    Kind.ENDED: Act(
        "Fin",
        "Saisir une fin",
        "Fin convenue entre les parties, ou fin de la convention métier dont le texte manque.",
        "Dernier jour en vigueur",
        ("text", "caisse"),
    ),
}
