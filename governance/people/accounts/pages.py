"""« Mon compte », one's password, and the links that let one choose it."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from governance.core import outbox, storage, trail
from governance.core.refusals import Invalid
from governance.people import passwords
from governance.people.accounts import actions, leaks, links, queries
from governance.people.accounts.forms import ChangeForm, ChoiceForm, ForgottenForm
from governance.people.accounts.mails import link_message
from governance.people.accounts.rules import BadLink, Purpose
from governance.people.lockout import actions as tries
from governance.people.lockout.rules import TooManyTries
from governance.people.queries import as_stored
from governance.web.act import act, instant, reading, transaction
from governance.web.forms import attach
from governance.web.identity import close_session, keys, own_session, renew_key, sessions
from governance.web.limits import address

WRONG = "Le mot de passe actuel ne convient pas."

pages = Blueprint("accounts", __name__, template_folder="templates")


@pages.get("/compte")
def show() -> str:
    """Show one's account, and where each part of it is changed."""
    with reading() as (session, by, _):
        account = queries.own_account(session, by.id)
    return render_template("accounts/show.html", account=account)


@pages.get("/compte/mot-de-passe")
def password() -> str:
    """Show the form that changes one's password."""
    with reading():
        return render_template("accounts/password.html", form=ChangeForm())


@pages.post("/compte/mot-de-passe")
def password_sent() -> ResponseReturnValue:
    """Change one's password, end one's other sessions, and give this one a new key."""
    form = ChangeForm()
    with reading() as (reader, by, at):
        account, stored = queries.own_account(reader, by.id), queries.password_hash(reader, by.id)
    if not form.validate():
        return _again("accounts/password.html", form)
    subject = tries.account(keys(), account.email)
    try:
        with transaction() as session:
            tries.reserve(session, (subject,), at=at)
        if not passwords.is_password(stored, form.present.data or ""):
            raise Invalid(WRONG, field="present")
        with act() as (session, by, at):
            tries.forgive(session, subject)
            key = actions.change_password(
                session, form.password.data or "", by=by, at=at, session_id=own_session().id, leaked=leaks.listed()
            )
    except (Invalid, TooManyTries) as refusal:
        attach(form, refusal)
        return _again("accounts/password.html", form)
    renew_key(key)
    flash("Le mot de passe est changé ; vos autres sessions sont fermées.", "ok")
    return redirect(url_for("accounts.show"), 303)


@pages.get(links.PATH + "<token>")
def link(token: str) -> str:
    """Show the form of a link that may serve; reading it uses nothing, for mail servers follow links too."""
    with storage.reading(sessions()) as reader:
        found = queries.find_link(reader, token, instant())
    return render_template("accounts/link.html", form=ChoiceForm(), link=found, token=token)


@pages.post(links.PATH + "<token>")
def link_sent(token: str) -> ResponseReturnValue:
    """Set the password that a link lets choose; whoever was signed in on this browser is so no more."""
    form = ChoiceForm()
    found = _usable(token)
    if form.validate():
        try:
            with transaction() as session:
                actions.use_link(session, token, form.password.data or "", at=instant(), leaked=leaks.listed())
                tries.forgive(session, tries.account(keys(), found.email))
            close_session()
            flash("Le mot de passe est enregistré : connectez-vous.", "ok")
            return redirect(url_for("people.sign_in"), 303)
        except Invalid as refusal:
            attach(form, refusal)
    return render_template("accounts/link.html", form=form, link=found, token=token), 422


@pages.get("/connexion/oubli")
def forgotten() -> str:
    """Show how to get a link when the password is forgotten."""
    return render_template("accounts/forgotten.html", form=ForgottenForm(), can_mail=links.can_mail())


@pages.post("/connexion/oubli")
def forgotten_sent() -> ResponseReturnValue:
    """Send a link if there is such an account; say the same if there is none, or if one was asked for too often."""
    form = ForgottenForm()
    if not form.validate():
        return render_template("accounts/forgotten.html", form=form, can_mail=links.can_mail()), 422
    email, at = as_stored(form.email.data or ""), instant()
    if email is not None and links.can_mail():
        try:
            with transaction() as session:
                tries.reserve(session, (tries.asking(keys(), email), tries.asking(keys(), address())), at=at)
                _send(session, email, at)
        except TooManyTries:
            pass  # to say so would tell that the former ones were taken
    flash("Si cette adresse a un compte, un lien vient d'y être envoyé. Il ne sert qu'une fois, dans l'heure.", "ok")
    return redirect(url_for("people.sign_in"), 303)


def _send(session: Session, email: str, at: datetime) -> None:
    made = actions.ask_reset(session, email, at=at)
    if made is not None:
        token, person = made
        message = link_message(email, person.structure_id, person.id, links.mailed(token), Purpose.RESET, at)
        outbox.post(session, message, at=at)


def _usable(token: str) -> queries.LinkView:
    try:
        with storage.reading(sessions()) as reader:
            return queries.find_link(reader, token, instant())
    except BadLink:
        with transaction() as session:
            subject = queries.known_link(session, token) or "inconnu"
            trail.record(session, "link.refused", subject, by="anonyme", structure=None, at=instant())
        raise


def _again(template: str, form: ChangeForm) -> ResponseReturnValue:
    return render_template(template, form=form), 422
