"""How breaches are told on pages: words first, then a colour; instants where the structure is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from breach.clocks import State
from breach.ledger import Known
from breach.queries import BreachView, DutyView, Stage
from breach.rules import Start, What
from breach.timeline import Lane, Moment
from governance.conventions.values.breach import Trigger
from governance.core.french import remaining, said
from governance.core.spans import Span, Unit

COLOURS: Mapping[State, str] = {
    State.LATE: "refus",
    State.ALARM: "refus",
    State.URGENT: "refus",
    State.SOON: "attention",
    State.RUNNING: "neutre",
    State.OPEN: "neutre",
    State.WAITING: "neutre",
    State.DONE_LATE: "attention",
    State.DONE: "ok",
    State.WITHDRAWN: "neutre",
}
STAGE_COLOURS: Mapping[Stage, str] = {
    Stage.OPEN: "attention",
    Stage.NEAR_MISS: "ok",
    Stage.CLOSED: "ok",
    Stage.MERGED: "neutre",
}
HAPPENED: Mapping[Trigger, str] = {
    Trigger.SUSPICION: "Des données ont pu être vues, perdues, modifiées ou envoyées à tort",
    Trigger.THEFT: "Un identifiant, un mot de passe ou un appareil a été volé",
    Trigger.FRAUD: "Quelqu'un s'est servi du compte d'un autre",
    Trigger.LOSS: "Un identifiant ou un appareil est perdu",
    Trigger.MISUSE: "Un compte a servi à autre chose que ce qui est permis",
    Trigger.SHORTCOMING: "Une règle de protection des données n'a pas été suivie",
}
VERBS: Mapping[What, str] = {
    What.NOTICE: "Avertir la caisse",
    What.ACCOUNT_NOTICE: "Avertir la caisse tout de suite",
    What.TOLD_BY_CAISSE: "Attendre le retour de la caisse",
    What.CNIL: "Notifier la CNIL",
    What.PERSONS: "Décider d'informer les personnes",
}
ABOUT: Mapping[Known, str] = {
    Known.START: "L'événement a commencé",
    Known.END: "L'événement a pris fin",
    Known.SUSPECTED: "Quelqu'un l'a soupçonné",
    Known.AWARE: "Il est établi que des données sont compromises",
    Known.INFORMED: "Quelqu'un a été informé",
}

_SINCE: Mapping[Start, str] = {
    Start.SUSPICION: "le premier soupçon",
    Start.AWARENESS: "la prise de connaissance",
    Start.AT_ONCE: "le constat",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A duty as a page shows it: what, how long is left, under which text; `until` counts down in the page."""

    duty: DutyView
    title: str
    verb: str
    word: str
    colour: str
    left: str
    due: str
    until: datetime | None
    length: str
    article: str
    since: str

    @property
    def proof(self) -> str:
        """Return what proves that it was done, as a sentence begins; nothing when it is not done."""
        return "" if self.duty.proof is None else self.duty.proof[:1].upper() + self.duty.proof[1:]


def shown(duty: DutyView, caisse: str, zone: ZoneInfo, at: datetime) -> Shown:
    """Return a duty in words; `caisse` is the name of the caisse it is owed to."""
    until = duty.alarm_at if duty.is_open else None
    return Shown(
        duty, f"{_title(duty)} – {caisse}" if caisse else _title(duty), VERBS[duty.what], str(duty.state),
        COLOURS[duty.state], remaining(until, at) if until else "", said(until, zone) if until else "", until,
        _length(duty), duty.body["article"], _SINCE[Start[duty.body["starts"]]],
    )  # fmt: skip


def _length(duty: DutyView) -> str:
    within: str = duty.body["within"] or "aucun délai écrit"
    return f"{within}, alarme à 1 h" if within == str(Span(0, Unit.IMMEDIATE)) and duty.is_ours else within


def _title(duty: DutyView) -> str:
    if duty.what is What.NOTICE:
        return "Avis au DPO de la caisse" if "DPO de la caisse" in duty.body["to"] else "Avis à la caisse"
    return {
        What.ACCOUNT_NOTICE: "Avis immédiat à la caisse, pour un compte",
        What.TOLD_BY_CAISSE: "Retour de la caisse, pour un compte",
        What.CNIL: "Notification à la CNIL",
        What.PERSONS: "Décision d'informer les personnes",
    }[duty.what]


def moments(
    breach: BreachView, lines: tuple[Moment, ...], alarms: tuple[Moment, ...], owed: Mapping[str, str]
) -> tuple[Moment, ...]:
    """Return what the picture of a breach shows: facts, alarms, limits, proofs; `owed` names to whom each duty is."""
    found = [Moment(breach.declared_at, Lane.FACT, "Déclaration"), *lines, *alarms]
    for duty in breach.duties:
        name = f"{_title(duty)} – {owed[duty.id]}" if duty.convention else _title(duty)
        if duty.discharged_at is not None:
            found.append(Moment(duty.discharged_at, Lane.NOTICE, f"{name} : preuve au dossier"))
        if duty.alarm_at is not None and duty.state is not State.WITHDRAWN:
            found.append(Moment(duty.alarm_at, Lane.LIMIT, f"{name} : échéance"))
    if breach.ended_at is not None:
        found.append(Moment(breach.ended_at, Lane.FACT, f"Dossier : {breach.stage}"))
    return tuple(found)
