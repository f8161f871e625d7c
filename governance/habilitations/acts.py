"""What can be done to an account, each as one value: its page, its form, who may, in which states, and the action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from governance.conventions.values.accounts import AccountField, Profile
from governance.habilitations import actions
from governance.habilitations.actions import Leaving
from governance.habilitations.changes.actions import ask_change
from governance.habilitations.forms import (
    ChangeForm,
    DayForm,
    LeavingForm,
    ReasonForm,
    SecurityForm,
    WordsForm,
    reason_of,
)
from governance.habilitations.queries import AccountView
from governance.habilitations.rules import CUTTABLE, LIVE, Reason, State
from governance.habilitations.steps import Why
from governance.people.rules import Actor, Permission, may

Do = Callable[[Session, str, Any, Actor, datetime], object]


@dataclass(frozen=True, slots=True)
class AccountAct:
    """An act upon an account: its title and button, what it will do, which rule it follows, its form."""

    slug: str
    title: str
    verb: str
    about: str
    rule: str
    form: type[Any]
    states: frozenset[State]
    permissions: tuple[Permission, ...]
    do: Do
    done: str
    profile: Profile | None = None
    danger: bool = False

    def is_open_to(self, account: AccountView, by: Actor) -> bool:
        """Say whether an actor may do it to an account as it is."""
        fits = account.state in self.states and self.profile in {None, account.profile}
        structure, convention, caisse = account.relation
        return fits and any(may(one, by, structure, convention=convention, caisse=caisse) for one in self.permissions)


def _why(form: Any) -> Why:
    return Why(reason_of(form), form.words.data or "")


def _grant(session: Session, account: str, form: Any, by: Actor, at: datetime) -> None:
    actions.grant(session, account, form.on.data, by=by, at=at)


def _refuse(session: Session, account: str, form: Any, by: Actor, at: datetime) -> None:
    actions.refuse(session, account, _why(form), by=by, at=at)


def _withdraw(session: Session, account: str, form: Any, by: Actor, at: datetime) -> None:
    actions.withdraw(session, account, _why(form), by=by, at=at)


def _cgu(session: Session, account: str, form: Any, by: Actor, at: datetime) -> None:
    actions.accept_cgu(session, account, form.on.data, by=by, at=at)


def _leave(session: Session, account: str, form: Any, by: Actor, at: datetime) -> None:
    reason = reason_of(form) or Reason.OTHER
    asked = Leaving(form.wished.data, reason, form.words.data or "", form.heir.data or None)
    actions.request_inactivation(session, account, asked, by=by, at=at)


def _keep(session: Session, account: str, form: Any, by: Actor, at: datetime) -> None:
    actions.cancel_inactivation(session, account, _why(form), by=by, at=at)


def _left(session: Session, account: str, form: Any, by: Actor, at: datetime) -> None:
    actions.confirm_inactivation(session, account, form.on.data, by=by, at=at)


def _inactivate(session: Session, account: str, form: Any, by: Actor, at: datetime) -> None:
    actions.inactivate_technicien(session, account, _why(form), by=by, at=at)


def _cut(session: Session, account: str, form: Any, by: Actor, at: datetime) -> object:
    return actions.cut_at_once(session, account, _why(form), by=by, at=at)


def _change(session: Session, account: str, form: Any, by: Actor, at: datetime) -> None:
    ask_change(session, account, AccountField(form.what.data), form.value.data or "", by=by, at=at)


_PARTNER = (Permission.MANAGE_ACCOUNTS,)
_EITHER = (Permission.GRANT_ACCOUNTS, Permission.MANAGE_ACCOUNTS)

ACTS: Mapping[str, AccountAct] = {
    one.slug: one
    for one in (
        AccountAct(
            "cree", "Dire que le compte est créé", "Compte créé",
            "La caisse a créé le compte ; son titulaire reçoit un courriel et choisit son mot de passe.",
            "A6", DayForm, frozenset({State.REQUESTED}), _EITHER, _grant, "Le compte est créé.",
        ),
        AccountAct(
            "refus", "Refuser la demande", "Refuser", "La demande s'arrête là ; le partenaire lit pourquoi.", "A5",
            WordsForm, frozenset({State.REQUESTED}), _EITHER, _refuse, "La demande est refusée.",
        ),
        AccountAct(
            "retrait", "Retirer la demande", "Retirer", "La caisse est prévenue ; l'histoire garde la demande.", "A5",
            WordsForm, frozenset({State.REQUESTED}), _PARTNER, _withdraw, "La demande est retirée.",
        ),
        AccountAct(
            "cgu", "Dire que les CGU sont acceptées", "Compte actif",
            "Son titulaire s'est connecté une première fois et a accepté les conditions d'utilisation.", "A17", DayForm,
            frozenset({State.GRANTED}), _PARTNER, _cgu, "Le compte est actif.",
        ),
        AccountAct(
            "inactivation", "Demander l'inactivation", "Demander l'inactivation",
            "La caisse est prévenue ; elle peut couper dès qu'elle reçoit la demande.", "A10", LeavingForm,
            frozenset({State.ACTIVE}), _PARTNER, _leave, "L'inactivation est demandée.", Profile.GESTIONNAIRE,
        ),
        AccountAct(
            "maintien", "Garder le compte", "Garder", "La demande d'inactivation est retirée, la caisse est prévenue.",
            "A10", WordsForm, frozenset({State.NOTICE}), _PARTNER, _keep, "Le compte est gardé.",
        ),
        AccountAct(
            "inactif", "Dire que la caisse a inactivé le compte", "Compte inactivé",
            "La caisse a inactivé le compte, à la date souhaitée ou dès réception de la demande.", "A10", DayForm,
            frozenset({State.NOTICE}), _EITHER, _left, "Le compte est inactif.",
        ),
        AccountAct(
            "inactiver", "Inactiver maintenant", "Inactiver",
            "Le compte est inactif tout de suite. Au bout de six mois, le portail ne le montre plus.", "A13",
            ReasonForm, frozenset({State.GRANTED, State.ACTIVE}), _PARTNER, _inactivate, "Le compte est inactif.",
            Profile.TECHNICIEN,
        ),
        AccountAct(
            "modification", "Demander une modification", "Demander",
            "Seule la caisse modifie ces données d'un gestionnaire : rien ne change ici avant qu'elle le dise.", "A9",
            ChangeForm, LIVE, _PARTNER, _change, "La modification est demandée.", Profile.GESTIONNAIRE,
        ),
        AccountAct(
            "coupure", "Couper cet accès maintenant", "Couper maintenant",
            "Fraude, vol, perte ou usage détourné : l'accès est coupé et l'autre partie prévenue, tout de suite.",
            "A23", SecurityForm, CUTTABLE, (Permission.CUT_ACCESS,), _cut, "L'accès est coupé.", danger=True,
        ),
    )
}  # fmt: skip


def open_acts(account: AccountView, by: Actor) -> tuple[AccountAct, ...]:
    """Return what an actor may do to an account as it is, in the order of the table."""
    return tuple(one for one in ACTS.values() if one.is_open_to(account, by))
