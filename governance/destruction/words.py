"""The words of pages and commands for what the program names by codes."""

from collections.abc import Mapping

STATES: Mapping[str, tuple[str, str]] = {
    "opened": ("ouverte, rien n'est détruit", "attention"),
    "underway": ("en cours", "attention"),
    "held": ("faite en partie, une mesure de conservation court", "attention"),
    "done": ("faite", "ok"),
    "cancelled": ("annulée", "neutre"),
}
STEP_STATES: Mapping[str, tuple[str, str]] = {
    "waiting": ("à faire", "neutre"),
    "failed": ("à reprendre", "refus"),
    "done": ("faite", "ok"),
}
STEPS: Mapping[str, str] = {
    "ledger": "Inscrire au registre des effacements ce qui part",
    "keys": "Détruire la clé de la convention, remplacer la clé maître",
    "old-master": "Vérifier que l'ancienne clé maître a disparu",
    "temporary": "Effacer les fichiers temporaires et les copies inachevées",
    "compact": "Faire oublier à la base ce qu'elle a supprimé",
    "verify": "Tout relire",
    "certificate": "Signer l'attestation",
}
ANSWERS: Mapping[str, str] = {
    "granted": "visa accordé",
    "partial": "visa accordé en partie",
    "refused": "élimination refusée",
    "not_needed": "visa non requis",
}
CERTIFICATES: Mapping[str, tuple[str, str]] = {
    "provisional": ("provisoire", "attention"),
    "partial": ("partielle", "attention"),
    "final": ("définitive", "ok"),
}


def step_title(name: str, tables: Mapping[str, str] | None = None) -> str:
    """Return what a step is called.

    >>> step_title("rows:scan_receipt", {"scan_receipt": "Reçus de contrôle"})
    'Supprimer : Reçus de contrôle'
    """
    kind, _, what = name.partition(":")
    if kind == "rows":
        return f"Supprimer : {(tables or {}).get(what, what)}"
    if kind == "store":
        return "Vider un autre lieu"
    return STEPS[name]
