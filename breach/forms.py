"""What is typed about a breach: the declaration in a minute, then everything that follows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from breach.accounts import Compromised
from breach.actions import Declaration, Entry
from breach.handling import DOCUMENT_BYTES, Kind, NewDocument, NewTask
from breach.ledger import Known
from breach.presenting import ABOUT, HAPPENED
from breach.queries import Stage, Wanted
from governance.conventions.values.breach import Trigger
from governance.core.refusals import Invalid
from governance.habilitations.rules import Reason
from governance.web.fields import LocalInstantField

ALL = "*"
YES, NO, UNKNOWN = "oui", "non", "inconnu"
_ANSWERS = [SelectChoice(YES, "Oui"), SelectChoice(NO, "Non"), SelectChoice(UNKNOWN, "Je ne sais pas encore")]
_VALUES = {YES: True, NO: False, UNKNOWN: None}
_STAGES = (
    ("open", "ouvertes"), ("closed", "closes"), ("near_miss", "presque-accidents"), ("merged", "réunies"),
    ("", "toutes"),
)  # fmt: skip
_REASONS = (
    (Reason.THEFT, "Identifiant, mot de passe ou appareil volé"),
    (Reason.FRAUD, "Quelqu'un d'autre s'en est servi"),
    (Reason.LOSS, "Identifiant ou appareil perdu"),
    (Reason.MISUSE, "Usage qui n'est pas permis"),
)
_WHY = "Dites pourquoi : la raison reste au dossier."


class Ticks(SelectMultipleField):
    """Several answers, ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class _Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    def told_in(self, zone: ZoneInfo) -> Any:
        """Return the form itself, whose times are read as the clock shows them in a zone."""
        for one in self:
            if isinstance(one, LocalInstantField):
                one.zone = zone
        return self


class _Concerned(_Form):
    """The caisses that a breach concerns, ticked."""

    concerned = Ticks("Quelles caisses cela peut-il concerner ?")
    offered: Sequence[str] = ()

    def offer(self, pairs: Iterable[tuple[str, str, str]]) -> None:
        """Offer the caisses of the structure's conventions, as (convention, caisse, name)."""
        found = [(f"{code}/{caisse}", f"{name} (convention {code})") for code, caisse, name in pairs]
        several = [(ALL, "Je ne sais pas : toutes, le DPO précisera")] if len(found) > 1 else []
        self.concerned.choices = [SelectChoice(value, label) for value, label in (*found, *several)]
        self.offered = [value for value, _ in found]

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return what was ticked, as (convention, caisse)."""
        ticked = set(self.concerned.data or ())
        chosen = self.offered if ALL in ticked else [one for one in self.offered if one in ticked]
        return tuple((code, caisse) for code, _, caisse in (one.partition("/") for one in chosen))


class DeclareForm(_Concerned):
    """A declaration: three answers are enough."""

    told = TextAreaField(
        "Que s'est-il passé ?",
        [InputRequired("Racontez en une phrase ce qui s'est passé."), Length(max=5_000)],
        render_kw={"rows": 3},
    )
    triggers = Ticks("C'est…", choices=[SelectChoice(one.value, said) for one, said in HAPPENED.items()])
    suspected_at = LocalInstantField(
        "Quand quelqu'un l'a-t-il soupçonné pour la première fois ?", [InputRequired("Donnez un jour et une heure.")]
    )
    own_data = RadioField("Les dossiers propres de la structure sont-ils touchés ?", choices=_ANSWERS, default=UNKNOWN)
    suspected_by = StringField("Qui l'a soupçonné en premier ?", [Optional(), Length(max=300)])
    started_at = LocalInstantField("Quand cela a-t-il commencé ?", [Optional()])

    def declaration(self, zone: ZoneInfo) -> Declaration:
        """Return what was declared."""
        return Declaration(
            self.told.data or "", triggers_of(self.triggers), self.suspected_at.data, self.pairs(),
            self.suspected_by.data or None, self.started_at.data, None, _VALUES[self.own_data.data or UNKNOWN],
            zone.key,
        )  # fmt: skip


class LineForm(_Form):
    """A line of the awareness ledger, or one that corrects another."""

    what = SelectField("Ce qui est su", choices=[SelectChoice(one.name, said) for one, said in ABOUT.items()])
    instant = LocalInstantField("Quand", [InputRequired("Donnez un jour et une heure.")])
    is_estimated = BooleanField("C'est une estimation")
    who = StringField("Qui (personne, service ou DPO)", [Optional(), Length(max=300)])
    why = TextAreaField("Pourquoi, ou comment on le sait", [Optional(), Length(max=2_000)], render_kw={"rows": 2})
    proof = StringField("Preuve (document, message, appel noté)", [Optional(), Length(max=300)])
    corrects = SelectField("Corrige une ligne", [Optional()], default="")

    def offer(self, lines: Iterable[tuple[str, str]]) -> None:
        """Offer the lines that may be corrected, as (identifier, words)."""
        self.corrects.choices = [
            SelectChoice("", "aucune : c'est un fait nouveau"),
            *(SelectChoice(*one) for one in lines),
        ]

    def entry(self) -> Entry:
        """Return the line that was typed."""
        return Entry(
            Known[self.what.data], self.instant.data, bool(self.is_estimated.data), self.who.data or None,
            self.why.data or None, self.proof.data or None,
        )  # fmt: skip


class FactsForm(_Form):
    """What happened, once more is known."""

    triggers = Ticks("C'est…", choices=[SelectChoice(one.value, said) for one, said in HAPPENED.items()])
    in_transfer = RadioField("Pendant un transfert de données entre les parties ?", choices=_ANSWERS)
    own_data = RadioField("Les dossiers propres de la structure sont-ils touchés ?", choices=_ANSWERS)
    why = StringField("Pourquoi", [InputRequired(_WHY), Length(max=2_000)])

    def values(self) -> dict[str, Any]:
        """Return the facts that were typed, as `breach.actions.change_facts` takes them."""
        answers = {name: _VALUES[self[name].data or UNKNOWN] for name in ("in_transfer", "own_data")}
        return {"triggers": triggers_of(self.triggers), "why": self.why.data or "", **answers}


class ReasonForm(_Form):
    """Why a duty was done late."""

    late_reason = TextAreaField("Motif du retard", [InputRequired(_WHY), Length(max=2_000)], render_kw={"rows": 2})


class ConcernForm(_Concerned):
    """Other caisses that a breach concerns."""

    why = StringField("Pourquoi", [InputRequired(_WHY), Length(max=2_000)])


class TaskForm(_Form):
    """Something to do, by whom, until when."""

    kind = SelectField("Pour", choices=[SelectChoice(one.name, one.value) for one in Kind])
    title = StringField("À faire", [InputRequired("Dites ce qu'il y a à faire."), Length(max=300)])
    owner = SelectField("Par")
    due_at = LocalInstantField("Avant le", [InputRequired("Donnez un jour et une heure.")])

    def task(self) -> NewTask:
        """Return what was typed."""
        return NewTask(Kind[self.kind.data], self.title.data or "", self.owner.data, self.due_at.data)


class DocumentForm(_Form):
    """A file for the record."""

    file = FileField("Document", [FileRequired("Choisissez un fichier.")])

    def document(self) -> NewDocument:
        """Return the file; raises Invalid when there is none."""
        sent = self.file.data
        content: bytes = sent.read(DOCUMENT_BYTES + 1) if sent else b""
        name = " ".join((sent.filename or "document").replace("\\", "/").rpartition("/")[2].split()) if sent else ""
        if not content:
            raise Invalid("Ce fichier est vide.", field="file")
        return NewDocument(name[:200] or "document", sent.mimetype or "application/octet-stream", content)


class CutForm(_Form):
    """A compromised account, and what happened to it."""

    account = SelectField("Compte à couper")
    reason = SelectField("Ce qui s'est passé", choices=[SelectChoice(one.value, said) for one, said in _REASONS])
    why = StringField("Ce que l'on sait", [InputRequired(_WHY), Length(max=2_000)])

    def compromised(self) -> Compromised:
        """Return what was typed."""
        return Compromised(self.account.data, Reason(self.reason.data), self.why.data or "")


class WordsForm(_Form):
    """A message to the other side, or what a caisse is told."""

    body = TextAreaField("Message", [InputRequired("Écrivez votre message."), Length(max=5_000)], render_kw={"rows": 3})


class MergeForm(_Form):
    """Another declaration of the same incident."""

    other = SelectField("Autre déclaration du même incident")
    why = StringField("Pourquoi", [InputRequired(_WHY), Length(max=2_000)])


class CloseForm(_Form):
    """What was learnt."""

    lessons = TextAreaField(
        "Ce que l'on en retient", [InputRequired("Dites ce que l'on en retient."), Length(max=5_000)],
        render_kw={"rows": 3},
    )  # fmt: skip
    near_miss = BooleanField("Après enquête, il n'y a pas eu de violation (presque-accident, gardé au registre)")


class FilterForm(_Form):
    """Which breaches to list."""

    class Meta:
        csrf = False

    etat = SelectField(
        "État", [Optional()], default="open",
        choices=[SelectChoice(*one) for one in _STAGES],
    )  # fmt: skip
    convention = SelectField("Convention", [Optional()], default="")

    def offer(self, codes: Iterable[str]) -> None:
        """Offer the structure's conventions."""
        self.convention.choices = [SelectChoice("", "toutes"), *(SelectChoice(code, code) for code in codes)]

    def wanted(self) -> Wanted:
        """Return what is asked for."""
        return Wanted(Stage[self.etat.data.upper()] if self.etat.data else None, self.convention.data or "")


def triggers_of(field: Ticks) -> frozenset[Trigger]:
    """Return what was ticked."""
    return frozenset(Trigger(one) for one in field.data or ())


def answer(value: bool | None) -> str:
    """Return how a yes, a no or an unknown is ticked."""
    return UNKNOWN if value is None else YES if value else NO


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant to the minute, as a form shows it."""
    return at.astimezone(zone).replace(second=0, microsecond=0)
