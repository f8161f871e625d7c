"""The words and colours in which the outbox is shown."""

from collections.abc import Mapping

from governance.core.outbox.outcomes import What
from governance.core.outbox.rules import State

STATES: Mapping[State, tuple[str, str]] = {
    State.QUEUED: ("en attente", "neutre"),
    State.SENDING: ("en cours d'envoi", "neutre"),
    State.SENT: ("pris par le serveur", "ok"),
    State.DELIVERED: ("remis", "ok"),
    State.FAILED: ("en échec", "refus"),
    State.EXPIRED: ("échu sans partir", "refus"),
}

EVENTS: Mapping[What, str] = {
    What.SENDING: "Tentative en cours",
    What.ACCEPTED: "Pris en charge par le serveur",
    What.DEFERRED: "Remis à plus tard par le serveur",
    What.REFUSED: "Refusé par le serveur",
    What.UNREACHABLE: "Serveur injoignable, ou non réglé",
    What.UNKNOWN: "Tentative sans réponse connue : le message a pu partir",
    What.BLOCKED: "Bloqué avant l'envoi",
    What.EXPIRED: "Échéance passée : le message ne part plus",
    What.LATE: "En retard : alarme donnée",
    What.RESENT: "Renvoi demandé",
    What.DELAYED: "Remise retardée, dit le serveur du destinataire",
    What.DELIVERED: "Remis à la boîte du destinataire",
    What.BOUNCED: "Retourné : la remise a échoué",
}
