"""Signing in."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.core import storage
from governance.people import actions, permission_pages, queries
from governance.people.forms import SignInForm
from governance.people.rules import Permission, Role
from governance.people.sessions.pages import pages as session_pages
from governance.web.act import instant, transaction
from governance.web.feature import Feature, Home, NavEntry
from governance.web.identity import current_actor, open_session, sessions
from governance.web.limits import account, address, limiter, sign_in_rate, was_refused
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
@limiter.limit(sign_in_rate, key_func=address, deduct_when=was_refused)
@limiter.limit(sign_in_rate, key_func=account, deduct_when=was_refused)
def sign_in_sent() -> ResponseReturnValue:
    """Open a session, or refuse in the same words whatever the reason."""
    form = SignInForm()
    if not form.validate():
        return render_template("people/sign_in.html", form=form), 422
    with storage.reading(sessions()) as reader:  # the password takes a while to check: no write lock meanwhile
        attempt = queries.identify(reader, form.email.data or "", form.password.data or "")
    with transaction() as session:
        actions.sign_in(session, attempt, at=instant())
        if attempt.actor is not None:
            open_session(session, attempt.actor.id, attempt.actor.structure, method="password", at=instant())
    if attempt.actor is None:
        form.form_errors.append(REFUSED)
        return render_template("people/sign_in.html", form=form), 422
    return redirect(local_or(form.suite.data, url_for("web.home")), 303)


FEATURE = Feature(
    name="people",
    blueprints=(pages, session_pages, permission_pages.pages),
    navigation=(NavEntry("Partenaires", "permissions.partners", Permission.READ_PARTNER),),
    homes=(Home(Role.AGENT_CAISSE, "permissions.partners"), Home(Role.DPO_CAISSE, "permissions.partners")),
)
