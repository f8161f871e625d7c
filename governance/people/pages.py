"""Signing in."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from governance.core import storage
from governance.people import actions, confirm, permission_pages, queries
from governance.people.accounts import leaks
from governance.people.accounts.pages import pages as account_pages
from governance.people.directory.pages import pages as directory_pages
from governance.people.forms import SignInForm
from governance.people.lockout import actions as tries
from governance.people.lockout.rules import TooManyTries
from governance.people.queries import Attempt
from governance.people.rules import Permission
from governance.people.second_factor import pages as second_factor
from governance.people.second_factor.forms import PasskeyForm
from governance.people.second_factor.queries import has_factor
from governance.people.sessions.pages import pages as session_pages
from governance.people.sessions.rules import Stage
from governance.web import limits
from governance.web.act import instant, transaction
from governance.web.feature import Feature, NavEntry, Under
from governance.web.identity import current_session, keys, open_session, sessions
from governance.web.redirects import local_or

REFUSED = "L'adresse ou le mot de passe ne convient pas."

pages = Blueprint("people", __name__, template_folder="templates")


@pages.get("/connexion")
def sign_in() -> ResponseReturnValue:
    """Show the form, or go on when already signed in."""
    target = local_or(request.args.get("suite"), url_for("web.home"))
    found = current_session()
    if found is not None:
        return redirect(_next(found.stage, target), 303)
    return _shown(SignInForm(suite=target))


@pages.post("/connexion")
def sign_in_sent() -> ResponseReturnValue:
    """Open a session, or refuse in the same words whatever the reason."""
    form = SignInForm()
    if not form.validate():
        return _shown(form), 422
    account, address = tries.account(keys(), form.email.data or ""), tries.address(keys(), limits.address())
    try:
        with transaction() as session:
            is_last = tries.reserve(session, (account, address), at=instant())
    except TooManyTries as refusal:
        form.form_errors.append(refusal.message)
        return _shown(form), 429, {"Retry-After": str(refusal.seconds)}
    with storage.reading(sessions()) as reader:  # the password takes a while to check: no write lock meanwhile
        attempt = queries.identify(reader, form.email.data or "", form.password.data or "")
    with transaction() as session:
        if attempt.actor is not None:
            tries.forgive(session, account, (address,))
        stage = _begin(session, attempt, is_last)
    if stage is None:
        form.form_errors.append(REFUSED)
        return _shown(form), 422
    return redirect(_next(stage, local_or(form.suite.data, url_for("web.home"))), 303)


def _begin(session: Session, attempt: Attempt, is_last: bool) -> Stage | None:
    """Tell what came of an attempt and return how far its session has come, or None when it opened none."""
    at, actor = instant(), attempt.actor
    is_half = actor is not None and has_factor(session, actor.id)
    actions.sign_in(session, attempt, at=at, is_last=is_last, is_half=is_half)
    if actor is None:
        return None
    stage = Stage.CODE if is_half else Stage.OPEN
    open_session(session, actor.id, actor.structure, method="password", at=at, stage=stage)
    return stage


def _next(stage: Stage, target: str) -> str:
    """Return the page that comes next for who has come that far."""
    if stage is Stage.CODE:
        return url_for("second_factor.step", suite=target)
    return url_for("second_factor.index") if stage is Stage.ENROLMENT else target


def _shown(form: SignInForm) -> str:
    return render_template("people/sign_in.html", form=form, key=PasskeyForm(suite=form.suite.data))


FEATURE = Feature(
    name="people",
    blueprints=(
        pages,
        session_pages,
        account_pages,
        directory_pages,
        confirm.pages,
        second_factor.pages,
        permission_pages.pages,
    ),
    navigation=(
        NavEntry("Personnes", "directory.index", Permission.MANAGE_PEOPLE, Under.SERVICE),
        NavEntry("Partenaires", "permissions.partners", Permission.READ_PARTNER, Under.CONVENTIONS),
    ),
    start=leaks.start,
    parts=leaks.parts,
)
