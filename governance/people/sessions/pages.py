"""« Mes sessions »: where one is signed in, and how to end that."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.people.oidc.leaving import leave, take_hint
from governance.people.rules import NotSignedIn
from governance.people.sessions import actions, queries
from governance.web.act import act, instant, reading, someone, transaction
from governance.web.identity import close_session, current_session, limits, own_session

pages = Blueprint(
    "sessions", __name__, template_folder="templates", static_folder="static", static_url_path="/sessions/static"
)


@pages.get("/compte/sessions")
def index() -> str:
    """List one's own sessions, the present one named as such."""
    with reading() as (session, by, at):
        mine = queries.sessions_of(session, by.id, limits(), at)
    return render_template("sessions/index.html", mine=mine, present=own_session().id)


@pages.post("/compte/sessions/<session_id>/fermer")
def end(session_id: str) -> ResponseReturnValue:
    """End one of one's own sessions."""
    with act() as (session, by, at):
        actions.end_session(session, session_id, by=by, at=at)
        is_present = session_id == own_session().id
    if is_present:
        close_session()
        return redirect(url_for("people.sign_in"), 303)
    flash("La session est fermée.", "ok")
    return redirect(url_for("sessions.index"), 303)


@pages.post("/compte/sessions/prolonger")
def stay() -> ResponseReturnValue:
    """Prolong the session: asking is enough, every request is a use of it."""
    with reading():
        return "", 204


@pages.post("/structure")
def switch() -> ResponseReturnValue:
    """Go on in another structure of the person, from its home: what was open belongs to the former one."""
    by = someone()
    with transaction() as session:  # what the person may see elsewhere is not seen from here
        actions.switch_structure(session, own_session().id, request.form.get("structure", ""), by=by, at=instant())
    return redirect(url_for("web.home"), 303)


@pages.post("/deconnexion")
def sign_out() -> ResponseReturnValue:
    """End this session, half open ones included."""
    found = current_session()
    if found is None:
        raise NotSignedIn("Connectez-vous pour continuer.")
    with transaction() as session:
        actions.sign_out(session, found.id, by=found.who, at=instant())
    hint = take_hint()
    close_session()
    way_out = leave(hint) if hint is not None else None
    if way_out is not None:
        return way_out
    flash("Vous êtes déconnecté.", "ok")
    return redirect(url_for("people.sign_in"), 303)


@pages.post("/deconnexion/partout")
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of the person, this one included."""
    with act() as (session, by, at):
        actions.end_all(session, by.id, by=by, at=at)
    close_session()
    flash("Vous êtes déconnecté, sur tous vos appareils.", "ok")
    return redirect(url_for("people.sign_in"), 303)
