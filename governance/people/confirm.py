"""Asking who one is once more before a dangerous act, without losing what was typed for it."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.core import storage, trail
from governance.core.refusals import Refusal
from governance.people import passwords
from governance.people.accounts import queries
from governance.people.accounts.rules import WrongPassword
from governance.people.lockout import actions as tries
from governance.people.rules import PASSWORD_LIMIT
from governance.people.sessions import actions as session_actions
from governance.people.sessions.rules import is_fresh
from governance.web.act import instant, transaction
from governance.web.identity import adopt_key, holder, keys, sessions
from governance.web.redirects import local_or

WITHIN = timedelta(minutes=10)
PROOF = "confirm_password"
OWN_FIELDS = frozenset({"csrf_token", PROOF})

pages = Blueprint("confirm", __name__, template_folder="templates")
Typed = ParamSpec("Typed")
Page = Callable[Typed, ResponseReturnValue]


def fresh(within: timedelta = WITHIN) -> Callable[[Page[Typed]], Page[Typed]]:
    """Guard a page: when who one is was proved longer ago than `within`, ask first, then go on with what was sent.

    What was typed waits in the page that asks, never in the database; files alone have to be chosen again.
    """

    def guard(page: Page[Typed]) -> Page[Typed]:
        @wraps(page)
        def guarded(*values: Typed.args, **named: Typed.kwargs) -> ResponseReturnValue:
            if is_fresh(holder().proved_at, within, instant()):
                return page(*values, **named)
            if request.method != "POST":
                return _ask(url_for("confirm.confirmed"), {"suite": [request.full_path]})
            if PROOF not in request.form:
                return _ask(request.full_path, _typed())
            try:
                prove(request.form[PROOF])
            except Refusal as refusal:
                return _ask(request.full_path, _typed(), refusal)
            return page(*values, **named)

        return guarded

    return guard


@pages.post("/confirmer")
def confirmed() -> ResponseReturnValue:
    """Go on to a page that asked who one is."""
    holder()
    suite = local_or(request.form.get("suite"), url_for("web.home"))
    try:
        prove(request.form.get(PROOF, ""))
    except Refusal as refusal:
        return _ask(url_for("confirm.confirmed"), {"suite": [suite]}, refusal)
    return redirect(suite, 303)


def prove(password: str) -> None:
    """Make the session's proof fresh, under a new key; refuse WrongPassword, TooManyTries."""
    found, at = holder(), instant()
    with storage.reading(sessions()) as reader:
        stored, email = (
            queries.password_hash(reader, found.person_id),
            queries.own_account(reader, found.person_id).email,
        )
    subject = tries.account(keys(), email)
    with transaction() as session:
        tries.reserve(session, (subject,), at=at)
    right = passwords.is_password(stored, password[:PASSWORD_LIMIT])
    with transaction() as session:
        by = found.who
        done = "person.confirmed" if right else "person.confirm_refused"
        trail.record(session, done, by.id, by=by, structure=by.structure, at=at)
        if right:
            tries.forgive(session, subject)
            key = session_actions.prove_again(session, found.id, at=at)
    if not right:
        raise WrongPassword("Le mot de passe ne convient pas.", field=PROOF)
    adopt_key(key)


def _typed() -> dict[str, list[str]]:
    return {name: values for name, values in request.form.lists() if name not in OWN_FIELDS}


def _ask(action: str, typed: dict[str, list[str]], refusal: Refusal | None = None) -> ResponseReturnValue:
    with storage.reading(sessions()) as reader:
        has_password = queries.password_hash(reader, holder().person_id) is not None
    files = any(file.filename for file in request.files.values())
    shown = {"action": action, "typed": typed, "files": files, "refusal": refusal, "has_password": has_password}
    return render_template("people/confirm.html", **shown), 403 if refusal is None else 422
