"""« Second facteur »: setting one up, and taking it away."""

from io import BytesIO

import segno
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from governance.core import storage
from governance.core.refusals import Refusal
from governance.people.accounts.queries import own_account
from governance.people.confirm import fresh
from governance.people.rules import Actor
from governance.people.second_factor import actions, passkeys, queries
from governance.people.second_factor.forms import CodeForm, PasskeyForm
from governance.people.second_factor.rules import must_have, uri
from governance.people.second_factor.site import site
from governance.people.second_factor.steps import pages
from governance.people.sessions import actions as session_actions
from governance.people.sessions.queries import SessionView
from governance.web.act import instant, transaction
from governance.web.forms import attach
from governance.web.identity import SECOND_FACTOR, holder, renew_key, sessions, setting

__all__ = ["pages"]

BASE = "/compte/second-facteur"


@pages.get(BASE)
def index() -> str:
    """Show one's second factors, and how to add one."""
    found = holder()
    with storage.reading(sessions()) as session:
        mine, required = queries.factors(session, found.person_id), queries.is_required(session, found.who)
    shown = {"mine": mine, "required": required, "enforced": setting(SECOND_FACTOR), "is_open": found.actor is not None}
    shown["whose"] = "Votre rôle" if must_have(found.who.roles) else "Votre structure"
    return render_template("second_factor/index.html", **shown, form=PasskeyForm(), host=site().host)


@pages.post(f"{BASE}/application")
@fresh()
def start() -> ResponseReturnValue:
    """Give a secret to put in an application."""
    with transaction() as session:
        actions.start_codes(session, by=holder().who, at=instant())
    return redirect(url_for("second_factor.application"), 303)


@pages.get(f"{BASE}/application")
def application() -> ResponseReturnValue:
    """Show the secret that waits, as a square code and in letters."""
    return _application(CodeForm())


@pages.post(f"{BASE}/application/confirmer")
def confirm() -> ResponseReturnValue:
    """Take the application into use once it has shown a right code."""
    form, found = CodeForm(), holder()
    if form.validate():
        try:
            with transaction() as session:
                actions.confirm_codes(session, form.code.data or "", by=found.who, at=instant())
                codes, key = _added(session, found, "password+code")
            return _welcome(codes, key)
        except Refusal as refusal:
            attach(form, refusal)
    return _application(form)


@pages.post(f"{BASE}/application/retirer")
@fresh()
def remove_codes() -> ResponseReturnValue:
    """Stop using the application."""
    with transaction() as session:
        actions.remove_codes(session, by=_open(), at=instant())
    return _back("L'application n'est plus demandée.")


@pages.post(f"{BASE}/cle/defi")
def new_challenge() -> ResponseReturnValue:
    """Give the browser what it needs to make a passkey."""
    with transaction() as session:
        asked = passkeys.ask_new(session, site(), by=holder().who, at=instant())
    return Response(asked, mimetype="application/json")


@pages.post(f"{BASE}/cle")
@fresh()
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    form, found = PasskeyForm(), holder()
    try:
        with transaction() as session:
            credential, name = form.credential.data or "", form.name.data or ""
            passkeys.add(session, site(), credential, name, by=found.who, at=instant())
            codes, key = _added(session, found, "passkey")
    except Refusal as refusal:
        flash(refusal.message, "refus")
        return redirect(url_for("second_factor.index"), 303)
    return _welcome(codes, key)


@pages.post(f"{BASE}/cle/<passkey_id>/retirer")
@fresh()
def remove_passkey(passkey_id: str) -> ResponseReturnValue:
    """Forget one of one's passkeys."""
    with transaction() as session:
        actions.remove_passkey(session, passkey_id, by=_open(), at=instant())
    return _back("La clé d'accès n'ouvre plus votre compte.")


@pages.post(f"{BASE}/codes")
@fresh()
def renew_codes() -> ResponseReturnValue:
    """Replace one's recovery codes and show them, this once."""
    by = _open()
    with transaction() as session:
        if not queries.has_factor(session, by.id):
            return _back("Ajoutez d'abord un second facteur : les codes de secours le remplacent.")
        codes = actions.renew_recovery_codes(session, by=by, at=instant())
    return render_template("second_factor/codes.html", codes=codes)


def _open() -> Actor:
    """Return who acts in an open session: while a factor is still required, none can be taken away."""
    return holder(is_open=True).who


def _added(session: Session, found: SessionView, method: str) -> tuple[tuple[str, ...], str]:
    """Give the session a new key, now that it is open, and recovery codes to who has none."""
    is_first = actions.needs_recovery_codes(session, found.person_id)
    codes = actions.renew_recovery_codes(session, by=found.who, at=instant()) if is_first else ()
    return codes, session_actions.prove_again(session, found.id, at=instant(), method=method)


def _welcome(codes: tuple[str, ...], key: str) -> ResponseReturnValue:
    renew_key(key)
    if not codes:
        return _back("Le second facteur est en place.")
    return render_template("second_factor/codes.html", codes=codes)


def _application(form: CodeForm) -> ResponseReturnValue:
    found = holder()
    with storage.reading(sessions()) as session:
        secret = queries.pending_secret(session, found.person_id)
        email = own_account(session, found.person_id).email
    if secret is None:
        return redirect(url_for("second_factor.index"), 303)
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    page = render_template(
        "second_factor/application.html", form=form, picture=_picture(uri(secret, email)), secret=groups
    )
    return page, 422 if request.method == "POST" else 200


def _picture(text: str) -> Markup:
    """Return a square code as SVG, on white whatever the colours of the page, since cameras expect it."""
    drawn = BytesIO()
    segno.make(text, error="m").save(
        drawn, kind="svg", scale=5, light="white", xmldecl=False, svgns=True, title="Code à lire avec l'application"
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704  # drawn here: nothing in it was typed but as squares


def _back(done: str) -> ResponseReturnValue:
    flash(done, "ok")
    return redirect(url_for("second_factor.index"), 303)
