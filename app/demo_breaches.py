"""Invented incidents of the demonstration, in different states, with instants relative to when it is loaded."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from breach import actions, handling
from breach.actions import Declaration, Entry
from breach.alarms import raise_alarms
from breach.dossier.actions import save
from breach.dossier.rules import Value
from breach.handling import Kind, NewDocument, NewTask
from breach.ledger import Known
from breach.owing import Discharge, concerns_of, duties_of, lines_of
from breach.register.actions import keep_changed
from breach.rules import Proof
from breach.severity.actions import assess
from breach.severity.rules import Conclusion, Confidentiality, DataKind, Ease, Inputs, Risk
from breach.tables import Breach
from governance.conventions.values.breach import Trigger
from governance.people.rules import Actor

_SUSPICION = frozenset({Trigger.SUSPICION})
_FACTS: dict[str, Value] = {
    "siren": "200 000 000", "sector": "Action sociale", "dpo": "Odile Lamarche, 01 99 00 00 00", "role": "processor",
    "discovery": "Avis de non-remise reçu par le service informatique", "nature": ("confidentiality",),
    "origin": ("inside_accident",), "cause": ("wrong_recipient",), "kinds": ("identity", "contact"),
    "persons": ("insured",), "count": "23", "records": "23", "harm": ("control",), "borders": "no",
    "taken": "Destinataire joint ; courriel supprimé, confirmation écrite.",
}  # fmt: skip
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def load(session: Session, dpo: Actor, technicien: Actor, at: datetime) -> None:
    """Declare the incidents of the demonstration, once."""
    known = select(Breach.id).where(Breach.structure_id == dpo.structure).limit(1)
    if session.scalars(known).first() is not None:
        return
    _near_miss(session, dpo, at)
    _wrong_address(session, dpo, technicien, at)
    _stolen_password(session, dpo, at)
    raise_alarms(session, at)
    keep_changed(session, at=at)


def _near_miss(session: Session, dpo: Actor, at: datetime) -> None:
    then = at - 40 * _DAY
    told = "Ordinateur portable oublié dans un train, rendu le lendemain ; son disque est chiffré."
    declared = Declaration(told, _SUSPICION, then - 2 * _HOUR, (("S2", "artois"),), "Un agent d'accueil")
    breach = actions.declare(session, declared, by=dpo, at=then)
    for row in duties_of(session, breach):
        done = Discharge(Proof.REGISTERED, then + 20 * _HOUR, "Lettre recommandée, avis de réception au dossier")
        actions.discharge(session, row.id, done, by=dpo, at=then + 20 * _HOUR)
    lessons = "Le chiffrement a suffi : aucune donnée lue. Rappel fait à tous sur les déplacements."
    handling.close(session, breach, lessons, by=dpo, at=then + 2 * _DAY, near_miss=True)


def _wrong_address(session: Session, dpo: Actor, technicien: Actor, at: datetime) -> None:
    then = at - 20 * _HOUR
    told = "Une liste de rendez-vous est partie par courriel à une adresse mal saisie, hors de la structure."
    pairs = (("S0", "artois"), ("S0", "cotedopale"))
    declared = Declaration(
        told, _SUSPICION, then - _HOUR, pairs, "La personne qui a écrit le courriel", then - 3 * _HOUR
    )
    breach = actions.declare(session, declared, by=technicien, at=then)
    told_to = Entry(Known.INFORMED, then + _HOUR, who="La direction", why="Appel du DPO", proof="Note d'appel")
    actions.add_line(session, breach, told_to, by=dpo, at=then + 2 * _HOUR)
    earlier = next(one for one in lines_of(session, breach) if one.what is Known.SUSPECTED)
    entry = Entry(Known.SUSPECTED, then - 2 * _HOUR, why="Le service informatique avait reçu un avis de non-remise")
    actions.add_line(session, breach, entry, by=dpo, at=then + 3 * _HOUR, corrects=earlier.id)
    task = NewTask(Kind.CONTAIN, "Demander au destinataire de supprimer le courriel", technicien.id, at + 4 * _HOUR)
    handling.add_task(session, breach, task, by=dpo, at=then + 3 * _HOUR)
    note = NewDocument("note-appel.txt", "text/plain", "Appel de la direction, exemple inventé.\n".encode())
    handling.add_document(session, breach, note, by=dpo, at=then + 3 * _HOUR)
    concern = next(one for one in concerns_of(session, breach) if one.caisse == "artois")
    handling.share(session, concern.id, told, by=dpo, at=then + 4 * _HOUR)
    handling.write(session, concern.id, "Le destinataire a été joint ce matin.", by=dpo, at=then + 5 * _HOUR)
    save(session, breach, _FACTS, by=dpo, at=then + 5 * _HOUR)
    inputs = Inputs(DataKind.SIMPLE, Ease.MAXIMUM, Confidentiality.KNOWN, persons=23)
    reasons = "Un seul destinataire, joint, qui a supprimé le courriel et l'a écrit."
    assess(session, breach, inputs, Conclusion(Risk.UNLIKELY, reasons), by=dpo, at=then + 6 * _HOUR)


def _stolen_password(session: Session, dpo: Actor, at: datetime) -> None:
    told = "Mot de passe du portail saisi sur une fausse page ; une connexion inconnue a suivi."
    stolen = frozenset({Trigger.SUSPICION, Trigger.THEFT, Trigger.FRAUD})
    pairs = (("S1", "doubs"), ("S4", "artois"))
    declared = Declaration(told, stolen, at - 45 * timedelta(minutes=1), pairs, own_data=True)
    breach = actions.declare(session, declared, by=dpo, at=at - 30 * timedelta(minutes=1))
    entry = Entry(Known.AWARE, at - 20 * timedelta(minutes=1), who="Le DPO", why="La connexion est confirmée")
    actions.add_line(session, breach, entry, by=dpo, at=at - 10 * timedelta(minutes=1))
