"""The second step of signing in, and signing in with a passkey alone."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from governance.core import storage, trail
from governance.people import queries as people
from governance.people.lockout import actions as tries
from governance.people.lockout.rules import TooManyTries
from governance.people.rules import NotSignedIn
from governance.people.second_factor import actions, passkeys
from governance.people.second_factor.forms import CodeForm, PasskeyForm
from governance.people.second_factor.queries import factors
from governance.people.second_factor.rules import BadPasskey, WrongCode
from governance.people.second_factor.site import site
from governance.people.sessions import actions as sessions
from governance.people.sessions.queries import SessionView
from governance.people.sessions.rules import Stage
from governance.people.tables import Person
from governance.web import limits
from governance.web.act import instant, transaction
from governance.web.forms import attach
from governance.web.identity import current_session, keys, open_session, renew_key
from governance.web.identity import sessions as identity_sessions
from governance.web.redirects import local_or

pages = Blueprint(
    "second_factor", __name__, template_folder="templates", static_folder="static", static_url_path="/facteur/static"
)
ANONYMOUS = "anonyme"


@pages.get("/connexion/second-facteur")
def step() -> ResponseReturnValue:
    """Ask for the second factor of who has given their password."""
    _half_open()
    return _step(CodeForm(suite=_suite(request.args.get("suite"))))


@pages.post("/connexion/second-facteur")
def step_sent() -> ResponseReturnValue:
    """Open the session for who gave a right code."""
    form, found, at = CodeForm(), _half_open(), instant()
    if not form.validate():
        return _step(form), 422
    subject, is_last = tries.second_factor(keys(), found.person_id), False
    try:
        with transaction() as session:
            is_last = tries.reserve(session, (subject,), at=at)
        with transaction() as session:
            kind, key = _spend(session, found, form.code.data or "")
            tries.forgive(session, subject)
    except WrongCode as refusal:
        _tell_refused(found, is_last)
        attach(form, refusal)
        return _step(form), 422
    except TooManyTries as refusal:
        attach(form, refusal)
        return _step(form), 429, {"Retry-After": str(refusal.seconds)}
    renew_key(key)
    if kind == "recovery":
        flash(f"Ce code de secours ne servira plus. Codes restants : {_codes_left(found)}.", "attention")
    return redirect(_suite(form.suite.data), 303)


@pages.post("/connexion/cle/defi")
def challenge() -> ResponseReturnValue:
    """Give the browser what it needs to let one choose a passkey."""
    with transaction() as session:
        asked = passkeys.ask(session, site(), at=instant())
    return Response(asked, mimetype="application/json")


@pages.post("/connexion/cle")
def passkey_sent() -> ResponseReturnValue:
    """Open a session for whose passkey answered: it is two factors by itself, something held and something known."""
    form, at = PasskeyForm(), instant()
    subject = tries.address(keys(), limits.address())
    try:
        with transaction() as session:
            tries.reserve(session, (subject,), at=at)
        with transaction() as session:
            _enter(session, passkeys.check(session, site(), form.credential.data or "", at=at))
            tries.take_back(session, subject)
    except (BadPasskey, TooManyTries) as refusal:
        if isinstance(refusal, BadPasskey):
            with transaction() as session:
                trail.record(session, "passkey.refused", "inconnu", by=ANONYMOUS, structure=None, at=at)
        flash(refusal.message, "refus")
        return redirect(url_for("people.sign_in", suite=_suite(form.suite.data)), 303)
    return redirect(_suite(form.suite.data), 303)


def _spend(session: Session, found: SessionView, code: str) -> tuple[str, str]:
    """Use a code up, and return what it was and the new key of the session that it opens."""
    at = instant()
    kind = actions.check_code(session, found.person_id, code, at=at)
    by, where = found.who, found.structure_id
    trail.record(session, "person.signed_in", by.id, by=by, structure=where, at=at, kind=kind)
    return kind, sessions.prove_again(session, found.id, at=at, method=f"password+{kind}")


def _enter(session: Session, person_id: str) -> None:
    """Open a session for who proved who they are by a passkey, in place of a half open one."""
    before, at = current_session(), instant()
    actor = people.actor_somewhere(session, session.get_one(Person, person_id))
    if actor is None:
        raise BadPasskey(passkeys.REFUSED)
    trail.record(session, "person.signed_in", actor.id, by=actor, structure=actor.structure, at=at, kind="passkey")
    if before is not None and before.person_id == person_id:
        renew_key(sessions.prove_again(session, before.id, at=at, method="passkey"))
        return
    if before is not None:
        sessions.replace(session, before.id)
    open_session(session, actor.id, actor.structure, method="passkey", at=at)


def _codes_left(found: SessionView) -> int:
    with storage.reading(identity_sessions()) as reader:
        return factors(reader, found.person_id).recovery_left


def _step(form: CodeForm) -> str:
    return render_template("second_factor/step.html", form=form, key=PasskeyForm(suite=form.suite.data))


def _suite(typed: str | None) -> str:
    return local_or(typed, url_for("web.home"))


def _half_open() -> SessionView:
    found = current_session()
    if found is None or found.stage is not Stage.CODE:
        raise NotSignedIn("Connectez-vous pour continuer.")
    return found


def _tell_refused(found: SessionView, is_last: bool) -> None:
    with transaction() as session:
        for action in ("factor.refused", *(["factor.locked"] if is_last else [])):
            trail.record(session, action, found.person_id, by=found.who, structure=found.structure_id, at=instant())
