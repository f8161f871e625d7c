"""The words and colours in which notices and proofs are shown."""

from collections.abc import Mapping

from breach.clocks import State as Clock
from breach.notices.rules import Step
from breach.rules import Proof

STEPS: Mapping[Step, str] = {
    Step.FIRST: "Avis au DPO de la caisse",
    Step.AGAIN: "Relance du DPO (50 % du délai)",
    Step.OTHERS: "Autres personnes de la caisse (75 % du délai, ou adresse refusée)",
    Step.PHONE: "Appel à passer",
    Step.LETTER: "Lettre recommandée à poster",
    Step.COMPLEMENT: "Complément au DPO de la caisse",
    Step.ALERT: "Alarme à vos collègues",
}
# What a person may give as proof; the link and the server give theirs by themselves.
TYPED: tuple[Proof, ...] = (Proof.TELESERVICE, Proof.REGISTERED, Proof.MINUTES, Proof.DECISION)
COLOURS: Mapping[Clock, str] = {
    Clock.LATE: "refus", Clock.ALARM: "refus", Clock.URGENT: "refus", Clock.SOON: "attention",
    Clock.RUNNING: "attention", Clock.OPEN: "attention", Clock.WAITING: "neutre", Clock.DONE_LATE: "attention",
    Clock.DONE: "ok", Clock.WITHDRAWN: "neutre",
}  # fmt: skip
