"""What can be done in the file of a breach, one small page each: a title, a form, an act."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2

from breach import accounts, actions, forms, handling, queries, record
from breach.ledger import BadInstant
from breach.places import caisses_of
from breach.queries import BreachView, DutyView, find_breach, find_duty
from breach.record import ConcernView, find_concern
from breach.zones import find_zone
from governance.habilitations.queries import AccountView, live_accounts
from governance.people.rules import Permission, require
from governance.web.act import Act

_TOMORROW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an act is about: a breach, and in it a duty or a caisse; `zone` is where its times are read."""

    breach: BreachView
    zone: ZoneInfo
    duty: DutyView | None = None
    concern: ConcernView | None = None


@dataclass(frozen=True, slots=True)
class ActPage:
    """One act: what its page says, the form it shows, what is done with it, what is said once done."""

    title: str
    intro: str
    button: str
    done: str
    form: Callable[[Act, Asked, bool], Any]
    do: Callable[[Act, Asked, Any], None]


def of_breach(doing: Act, breach_id: str) -> Asked:
    """Return what an act on a breach is about; raises Forbidden, NotFound."""
    require(Permission.HANDLE_BREACH, doing.by, doing.by.structure)
    breach = find_breach(doing.session, breach_id, doing.by, doing.at)
    return Asked(breach, find_zone(breach.zone))


def of_duty(doing: Act, duty_id: str) -> Asked:
    """Return what an act on a duty is about; raises Forbidden, NotFound."""
    require(Permission.HANDLE_BREACH, doing.by, doing.by.structure)
    duty = find_duty(doing.session, duty_id, doing.by, doing.at)
    asked = of_breach(doing, duty.breach_id)
    return Asked(asked.breach, asked.zone, duty=duty)


def of_concern(doing: Act, concern_id: str) -> Asked:
    """Return what an act towards a caisse is about; raises Forbidden, NotFound."""
    require(Permission.HANDLE_BREACH, doing.by, doing.by.structure)
    concern = find_concern(doing.session, concern_id, doing.by)
    asked = of_breach(doing, concern.breach_id)
    return Asked(asked.breach, asked.zone, concern=concern)


def _line(doing: Act, asked: Asked, sent: bool) -> Any:
    form = _made(forms.LineForm, asked, sent, instant=_now(doing, asked))
    held = record.record_of(doing.session, asked.breach.id)
    form.offer([(one.id, f"n° {one.number}, {one.what}") for one in held.lines if not one.is_corrected])
    return form


def _facts(doing: Act, asked: Asked, sent: bool) -> Any:
    facts = asked.breach.facts
    known = {"in_transfer": forms.answer(facts.in_transfer), "own_data": forms.answer(facts.own_data)}
    return _made(forms.FactsForm, asked, sent, triggers=[one.value for one in facts.triggers], **known)


def _concern(doing: Act, asked: Asked, sent: bool) -> Any:
    form = _made(forms.ConcernForm, asked, sent)
    held = {(one.convention, one.caisse) for one in record.concerns(doing.session, asked.breach.id)}
    form.offer([one for one in caisses_of(doing.session, doing.by.structure) if one[:2] not in held])
    return form


def _task(doing: Act, asked: Asked, sent: bool) -> Any:
    form = _made(forms.TaskForm, asked, sent, due_at=_now(doing, asked) + _TOMORROW, owner=doing.by.id)
    form.owner.choices = [SelectChoice(*one) for one in record.staff(doing.session, doing.by.structure)]
    return form


def _merge(doing: Act, asked: Asked, sent: bool) -> Any:
    form = _made(forms.MergeForm, asked, sent)
    others = queries.others(doing.session, asked.breach.id, doing.by)
    form.other.choices = [SelectChoice(*one) for one in others]
    return form


def _plain(kind: type[Any]) -> Callable[[Act, Asked, bool], Any]:
    return lambda doing, asked, sent: _made(kind, asked, sent)


def _summary(doing: Act, asked: Asked, sent: bool) -> Any:
    assert asked.concern is not None
    return _made(forms.WordsForm, asked, sent, body=asked.concern.summary or asked.breach.told)


def _made(kind: type[Any], asked: Asked, sent: bool, **values: Any) -> Any:
    form = kind() if sent else kind(formdata=None, **values)
    return form.told_in(asked.zone)


def _now(doing: Act, asked: Asked) -> Any:
    return forms.local(doing.at, asked.zone)


def _add_line(doing: Act, asked: Asked, form: Any) -> None:
    session, by, at = doing
    corrects = form.corrects.data or None
    try:
        actions.add_line(session, asked.breach.id, form.entry(), by=by, at=at, corrects=corrects)
    except BadInstant as refusal:  # whichever line it contradicts, this form has one instant
        raise BadInstant(refusal.message, field="instant") from None


def _change_facts(doing: Act, asked: Asked, form: Any) -> None:
    actions.change_facts(doing.session, asked.breach.id, **form.values(), by=doing.by, at=doing.at)


def _add_concern(doing: Act, asked: Asked, form: Any) -> None:
    session, by, at = doing
    actions.concern(session, asked.breach.id, form.pairs(), form.why.data, by=by, at=at)


def _add_task(doing: Act, asked: Asked, form: Any) -> None:
    handling.add_task(doing.session, asked.breach.id, form.task(), by=doing.by, at=doing.at)


def _add_document(doing: Act, asked: Asked, form: Any) -> None:
    handling.add_document(doing.session, asked.breach.id, form.document(), by=doing.by, at=doing.at)


def _join(doing: Act, asked: Asked, form: Any) -> None:
    session, by, at = doing
    handling.merge(session, asked.breach.id, form.other.data, form.why.data, by=by, at=at)


def _close(doing: Act, asked: Asked, form: Any) -> None:
    session, by, at = doing
    near_miss = bool(form.near_miss.data)
    handling.close(session, asked.breach.id, form.lessons.data, by=by, at=at, near_miss=near_miss)


def _explain(doing: Act, asked: Asked, form: Any) -> None:
    assert asked.duty is not None
    actions.explain(doing.session, asked.duty.id, form.late_reason.data, by=doing.by, at=doing.at)


def _share(doing: Act, asked: Asked, form: Any) -> None:
    assert asked.concern is not None
    handling.share(doing.session, asked.concern.id, form.body.data, by=doing.by, at=doing.at)


def _write(doing: Act, asked: Asked, form: Any) -> None:
    assert asked.concern is not None
    handling.write(doing.session, asked.concern.id, form.body.data, by=doing.by, at=doing.at)


def _cut_form(doing: Act, asked: Asked, sent: bool) -> Any:
    form = _made(forms.CutForm, asked, sent)
    held = live_accounts(doing.session, doing.by.structure)
    named = [(one.id, _named(one)) for one in held]
    form.account.choices = [SelectChoice(*one) for one in sorted(named, key=lambda one: one[1])]
    return form


def _named(one: AccountView) -> str:
    return f"{one.first_name} {one.last_name}, {one.profile} ({one.relation.convention}, {one.relation.caisse})"


def _cut(doing: Act, asked: Asked, form: Any) -> None:
    accounts.cut(doing.session, asked.breach.id, form.compromised(), by=doing.by, at=doing.at)


OF_BREACH: Mapping[str, ActPage] = {
    "compte": ActPage(
        "Couper un compte compromis",
        "Le compte est coupé tout de suite, la caisse en est avertie par courriel, et l'avis immédiat de la convention "
        "(CU art. 4.1) est dû jusqu'à sa preuve.",
        "Couper ce compte maintenant", "Le compte est coupé ; la caisse en est avertie.", _cut_form, _cut,
    ),
    "registre": ActPage(
        "Ajouter au registre de connaissance",
        "Qui a su quoi, quand. Une ligne ne s'efface pas : une autre la corrige. Les délais suivent, et l'ancienne "
        "valeur reste au dossier.",
        "Ajouter la ligne", "La ligne est au registre ; les délais en tiennent compte.", _line, _add_line,
    ),
    "faits": ActPage(
        "Préciser les faits",
        "Ce qui est dû en découle : un manquement, un transfert ou les dossiers propres de la structure changent les "
        "textes qui s'appliquent.",
        "Enregistrer les faits", "Les faits sont précisés ; ce qui est dû est recalculé.", _facts, _change_facts,
    ),
    "caisses": ActPage(
        "Ajouter une caisse concernée", "Chaque caisse est avertie à part, par son propre DPO.",
        "Ajouter", "La caisse est ajoutée : un avis lui est dû.", _concern, _add_concern,
    ),
    "tache": ActPage(
        "Confier une tâche", "Contenir, recueillir, informer, corriger : à une personne, avec une échéance.",
        "Confier la tâche", "La tâche est confiée.", _task, _add_task,
    ),
    "document": ActPage(
        "Verser un document", "Il est chiffré, et lu seulement par le DPO. 10 Mo au plus.",
        "Verser", "Le document est au dossier.", _plain(forms.DocumentForm), _add_document,
    ),
    "reunir": ActPage(
        "Réunir deux déclarations",
        "Deux personnes ont déclaré le même incident : le premier soupçon des deux compte, aucun délai n'est perdu.",
        "Réunir", "Les deux déclarations n'en font plus qu'une.", _merge, _join,
    ),
    "clore": ActPage(
        "Clore le dossier", "Le dossier reste au registre (RGPD, art. 33, § 5).",
        "Clore", "Le dossier est clos, il reste au registre.", _plain(forms.CloseForm), _close,
    ),
}  # fmt: skip
OF_DUTY: Mapping[str, ActPage] = {
    "motif": ActPage(
        "Dire pourquoi c'était en retard", "Le motif accompagne la notification et reste visible (RGPD, art. 33, § 1).",
        "Enregistrer le motif", "Le motif est au dossier.", _plain(forms.ReasonForm), _explain,
    ),
}  # fmt: skip
OF_CONCERN: Mapping[str, ActPage] = {
    "transmettre": ActPage(
        "Transmettre à la caisse",
        "Son DPO verra ce texte, les échéances qui la concernent, et pourra en accuser réception. N'écrivez ni nom "
        "d'assuré, ni numéro de sécurité sociale.",
        "Transmettre", "La caisse voit maintenant cette violation.", _summary, _share,
    ),
    "message": ActPage(
        "Écrire à la caisse", "Le message est lu par le DPO de cette caisse, après connexion.",
        "Envoyer", "Le message est au dossier, et visible de la caisse.", _plain(forms.WordsForm), _write,
    ),
}  # fmt: skip
