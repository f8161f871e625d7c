"""Signing in."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.core import storage
from governance.people import actions, confirm, permission_pages, queries
from governance.people.accounts.pages import pages as account_pages
from governance.people.directory.pages import pages as directory_pages
from governance.people.forms import SignInForm
from governance.people.lockout import actions as tries
from governance.people.lockout.rules import TooManyTries
from governance.people.rules import Permission, Role
from governance.people.sessions.pages import pages as session_pages
from governance.web import limits
from governance.web.act import instant, transaction
from governance.web.feature import Feature, Home, NavEntry
from governance.web.identity import current_actor, keys, open_session, sessions
from governance.web.redirects import local_or

REFUSED = "L'adresse ou le mot de passe ne convient pas."

pages = Blueprint("people", __name__, template_folder="templates")


@pages.get("/connexion")
def sign_in() -> ResponseReturnValue:
    """Show the form, or go on when already signed in."""
    target = local_or(request.args.get("suite"), url_for("web.home"))
    if current_actor() is not None:
        return redirect(target, 303)
    return render_template("people/sign_in.html", form=SignInForm(suite=target))


@pages.post("/connexion")
def sign_in_sent() -> ResponseReturnValue:
    """Open a session, or refuse in the same words whatever the reason."""
    form = SignInForm()
    if not form.validate():
        return render_template("people/sign_in.html", form=form), 422
    account, address = tries.account(keys(), form.email.data or ""), tries.address(keys(), limits.address())
    try:
        with transaction() as session:
            is_last = tries.reserve(session, (account, address), at=instant())
    except TooManyTries as refusal:
        form.form_errors.append(refusal.message)
        return render_template("people/sign_in.html", form=form), 429, {"Retry-After": str(refusal.seconds)}
    with storage.reading(sessions()) as reader:  # the password takes a while to check: no write lock meanwhile
        attempt = queries.identify(reader, form.email.data or "", form.password.data or "")
    with transaction() as session:
        actions.sign_in(session, attempt, at=instant(), is_last=is_last)
        if attempt.actor is not None:
            tries.forgive(session, account, (address,))
            open_session(session, attempt.actor.id, attempt.actor.structure, method="password", at=instant())
    if attempt.actor is None:
        form.form_errors.append(REFUSED)
        return render_template("people/sign_in.html", form=form), 422
    return redirect(local_or(form.suite.data, url_for("web.home")), 303)


FEATURE = Feature(
    name="people",
    blueprints=(pages, session_pages, account_pages, directory_pages, confirm.pages, permission_pages.pages),
    navigation=(
        NavEntry("Personnes", "directory.index", Permission.MANAGE_PEOPLE),
        NavEntry("Partenaires", "permissions.partners", Permission.READ_PARTNER),
    ),
    homes=(Home(Role.AGENT_CAISSE, "permissions.partners"), Home(Role.DPO_CAISSE, "permissions.partners")),
)
