"""The words in which reviews are told, on pages, in mails and in certificates."""

from collections.abc import Mapping
from datetime import date

from governance.conventions.values.accounts import Profile
from governance.core import french
from reviews.closing import Effect, Silence
from reviews.facts import Change, Flag
from reviews.pacing import Pace
from reviews.rules import Cause, Choice, Motive, State

CAUSES: Mapping[Cause, str] = {
    Cause.TIMETABLE: "prévue au calendrier",
    Cause.CAISSE: "demandée par la caisse",
    Cause.CHOICE: "à l'initiative de la structure",
    Cause.DEPARTURE: "après un départ",
    Cause.BREACH: "après une violation",
    Cause.RENEWAL: "au renouvellement de la convention",
    Cause.BAND: "après un changement de taille",
}
STATES: Mapping[State, tuple[str, str]] = {
    State.OPEN: ("en cours", "attention"),
    State.SIGNED: ("signée, en application", "neutre"),
    State.CLOSED: ("close", "ok"),
}
CHOICES: Mapping[Choice, tuple[str, str]] = {
    Choice.KEEP: ("gardé", "ok"),
    Choice.MODIFY: ("à modifier", "attention"),
    Choice.REVOKE: ("retiré", "refus"),
    Choice.UNKNOWN: ("ne sait pas : au délégué", "attention"),
}
ADVISED: Mapping[Choice, str] = {
    Choice.KEEP: "Garder",
    Choice.MODIFY: "Modifier",
    Choice.REVOKE: "Retirer",
    Choice.UNKNOWN: "Demander au délégué",
}
MOTIVES: Mapping[Motive, str] = {
    Motive.LEFT: "a quitté la structure",
    Motive.OTHER_WORK: "ne travaille plus sur ces dossiers",
    Motive.UNUSED: "compte inutilisé",
    Motive.DUPLICATE: "doublon",
    Motive.UNFIT: "conditions non remplies (engagement, formation, adresse)",
    Motive.OTHER: "autre motif, à écrire",
}
CHANGES: Mapping[Change, tuple[str, str]] = {
    Change.NEW: ("nouveau", "attention"),
    Change.CHANGED: ("modifié", "attention"),
    Change.UNCHANGED: ("inchangé", "neutre"),
}
FLAGS: Mapping[Flag, str] = {
    Flag.LEAVER: "parti de la structure",
    Flag.UNDECLARED: "absent de la liste du personnel",
    Flag.DUPLICATE: "doublon ou homonyme",
    Flag.OVER_QUOTA: "au-delà du nombre permis",
    Flag.OUTSIDE_DOMAIN: "adresse hors des domaines de la structure",
    Flag.NO_COMMITMENT: "engagement de confidentialité manquant",
    Flag.TRAINING: "formation manquante ou expirée",
    Flag.NEVER_SIGNED_IN: "jamais connecté",
    Flag.DORMANT: "pas connecté depuis six mois",
}
EFFECTS: Mapping[Effect, tuple[str, str]] = {
    Effect.KEPT: ("gardé", "ok"),
    Effect.TO_MODIFY: ("à modifier", "attention"),
    Effect.REVOKED: ("retrait appliqué", "refus"),
    Effect.KEPT_BY_SILENCE: ("gardé sans réponse, signalé", "attention"),
    Effect.SUSPENDED: ("suspendu sans réponse", "refus"),
    Effect.RETAINED: ("gardé : dernier gestionnaire", "attention"),
    Effect.GONE: ("déjà fermé entre-temps", "neutre"),
}
PLANNED: Mapping[Effect, str] = {
    Effect.KEPT: "restera ouvert",
    Effect.TO_MODIFY: "restera ouvert, à modifier par vous",
    Effect.REVOKED: "sera retiré",
    Effect.KEPT_BY_SILENCE: "restera ouvert sans réponse, signalé",
    Effect.SUSPENDED: "sera retiré faute de réponse",
    Effect.RETAINED: "restera ouvert : dernier gestionnaire",
    Effect.GONE: "est déjà fermé",
}
NOTICES: Mapping[str, str] = {
    "ouverture": "demande de réponse",
    "j": "rappel",
    "retard": "retard signalé au délégué",
    "repousse": "échéance repoussée",
}
PACES: Mapping[Pace, tuple[str, str]] = {
    Pace.STEADY: ("posée", "ok"),
    Pace.QUICK: ("rapide", "attention"),
    Pace.HASTY: ("expéditive", "refus"),
}
SILENCES: Mapping[Silence, str] = {
    Silence.KEEP: "garder les comptes sans réponse, et le signaler au délégué",
    Silence.SUSPEND: "retirer les comptes sans réponse",
}
PROFILES: Mapping[Profile, str] = {Profile.GESTIONNAIRE: "gestionnaire", Profile.TECHNICIEN: "technicien"}


def notice(kind: str) -> str:
    """Return why somebody was written to.

    >>> notice("j-7-261214"), notice("retard")
    ('rappel à 7 jours', 'retard signalé au délégué')
    """
    name, *more = kind.split("-")
    return NOTICES[name] + (f" à {more[0]} {'jour' if more[0] == '1' else 'jours'}" if name == "j" else "")


def on(said: str | None) -> str:
    """Return the day of an instant or a day written in a certificate.

    >>> on("2026-11-23T09:00:00+00:00")
    '23 novembre 2026'
    """
    return french.day(date.fromisoformat(said[:10])) if said else "—"


def lasting(seconds: float) -> str:
    """Return a time in words.

    >>> lasting(0.3), lasting(75), lasting(7_260)
    ('0,3 s', '1 min 15 s', '2 h 01')
    """
    if seconds < 60:
        return f"{seconds:.1f}".rstrip("0").rstrip(".").replace(".", ",") + " s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02}"
