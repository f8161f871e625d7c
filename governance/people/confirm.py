"""Asking who one is once more before a dangerous act, without losing what was typed for it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.core import storage, trail
from governance.core.refusals import Refusal
from governance.people import proving
from governance.people.accounts import queries
from governance.people.lockout import actions as tries
from governance.people.proving import PROOFS, Way
from governance.people.second_factor.queries import factors
from governance.people.sessions import actions as session_actions
from governance.people.sessions.rules import is_fresh
from governance.web.act import instant, transaction
from governance.web.identity import holder, renew_key, sessions
from governance.web.redirects import local_or

WITHIN = timedelta(minutes=10)
OWN_FIELDS = frozenset({"csrf_token", *PROOFS})

pages = Blueprint("confirm", __name__, template_folder="templates")
Typed = ParamSpec("Typed")
Page = Callable[Typed, ResponseReturnValue]


def fresh(within: timedelta = WITHIN) -> Callable[[Page[Typed]], Page[Typed]]:
    """Guard a page: when who one is was proved longer ago than `within`, ask first, then go on with what was sent.

    A password, a code of the second factor or a passkey proves it. What was typed waits in the page that asks, never in
    the database; files alone have to be chosen again.
    """

    def guard(page: Page[Typed]) -> Page[Typed]:
        @wraps(page)
        def guarded(*values: Typed.args, **named: Typed.kwargs) -> ResponseReturnValue:
            if is_fresh(holder().proved_at, within, instant()):
                return page(*values, **named)
            if request.method != "POST":
                return _ask(url_for("confirm.confirmed"), {"suite": [request.full_path]})
            if PROOFS.isdisjoint(request.form):
                return _ask(request.full_path, _typed())
            try:
                prove(request.form)
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
        prove(request.form)
    except Refusal as refusal:
        return _ask(url_for("confirm.confirmed"), {"suite": [suite]}, refusal)
    return redirect(suite, 303)


def prove(form: Mapping[str, str]) -> None:
    """Make the session's proof fresh, under a new key.

    Raises WrongPassword, WrongCode, BadPasskey, TooManyTries.
    """
    found, at = holder(), instant()
    way = Way.of(form)
    subject = proving.subject(found, way)
    with transaction() as session:
        tries.reserve(session, (subject,), at=at)
    wrong = proving.refusal(found, way, form.get(way, ""), at)
    with transaction() as session:
        by, done = found.who, "person.confirmed" if wrong is None else "person.confirm_refused"
        trail.record(session, done, by.id, by=by, structure=by.structure, at=at, kind=way.name.lower())
        if wrong is None:
            tries.forgive(session, subject)
            key = session_actions.prove_again(session, found.id, at=at)
    if wrong is not None:
        raise wrong
    renew_key(key)


def _typed() -> dict[str, list[str]]:
    return {name: values for name, values in request.form.lists() if name not in OWN_FIELDS}


def _ask(action: str, typed: dict[str, list[str]], refusal: Refusal | None = None) -> ResponseReturnValue:
    person = holder().person_id
    with storage.reading(sessions()) as reader:
        has_password = queries.password_hash(reader, person) is not None
        held = factors(reader, person)
    files = any(file.filename for file in request.files.values())
    has_codes = held.codes_since is not None or (held.any and held.recovery_left > 0)
    ways = {"has_password": has_password, "has_codes": has_codes, "has_passkeys": bool(held.passkeys)}
    shown = {"action": action, "typed": typed, "files": files, "refusal": refusal}
    return render_template("people/confirm.html", **shown, **ways), 403 if refusal is None else 422
