"""The way to the provider, the way back, and the way out."""

import secrets
from typing import Any

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from governance.core.refusals import NotFound
from governance.people import actions as people
from governance.people.oidc import actions
from governance.people.oidc.client import Client, Entered, Way
from governance.people.oidc.leaving import CLIENT, OUT, keep_hint
from governance.people.oidc.rules import TIME_TO_SIGN_IN, NotProved, Proof, Provider, same
from governance.people.queries import Attempt
from governance.people.second_factor.queries import has_factor
from governance.people.sessions.rules import Stage
from governance.web.act import instant, transaction
from governance.web.feature import Feature
from governance.web.identity import current_actor, open_session
from governance.web.redirects import local_or

ON_THE_WAY = "oidc"

NOT_INVITED = (
    "Votre identité est vérifiée, mais aucun compte ne vous attend ici sous cette adresse : "
    "demandez à votre délégué à la protection des données de vous inviter."
)

pages = Blueprint("oidc", __name__, template_folder="templates")


@pages.get("/connexion/fournisseur")
def start() -> ResponseReturnValue:
    """Send the browser to the provider, with what will tell its answer from any other."""
    client = _client()
    if current_actor() is not None:
        return redirect(local_or(request.args.get("suite"), url_for("web.home")), 303)
    # 256 bits each; ProConnect asks for a state of 32 characters at least.
    way = Way(*(secrets.token_urlsafe(32) for _ in range(3)))
    session[ON_THE_WAY] = {
        "state": way.state,
        "nonce": way.nonce,
        "verifier": way.verifier,
        "since": instant().timestamp(),
        "suite": local_or(request.args.get("suite"), url_for("web.home")),
    }
    return redirect(client.address(way, _back(), instant()), 303)


@pages.get("/connexion/fournisseur/retour")
def back() -> ResponseReturnValue:
    """Let in who the provider says this is, when they are invited; say no in a sentence otherwise."""
    client, kept = _client(), session.pop(ON_THE_WAY, None)
    try:
        entered = _entered(client, kept)
    except NotProved as refusal:
        with transaction() as database:
            actions.refuse(database, refusal.reason, at=instant())
        return _sorry(refusal.message)
    with transaction() as database:
        attempt = actions.enter(database, entered.proof, at=instant())
        stage = _begin(database, attempt, entered.proof)
    if attempt.actor is None:
        return _sorry(NOT_INVITED)
    keep_hint(entered.id_token)
    target = local_or(kept["suite"], url_for("web.home"))
    return redirect(url_for("second_factor.step", suite=target) if stage is Stage.CODE else target, 303)


@pages.get("/connexion/fournisseur/sortie")
def out() -> ResponseReturnValue:
    """Come back from the provider, signed out there too."""
    _client()
    kept = session.pop(OUT, None)
    if same(request.args.get("state"), kept or "") and kept:
        flash("Vous êtes déconnecté, ici et du service d'identité.", "ok")
    return redirect(url_for("people.sign_in"), 303)


def prepare(app: Flask, settings: Any) -> None:
    """Remember the provider, when the installation has one."""
    app.jinja_env.globals["identity_provider"] = None
    if settings.oidc_issuer is None:
        return
    provider = Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.oidc_name,
        settings.oidc_acr,
        frozenset(settings.oidc_second_factor_acr),
        settings.oidc_trusts_email,
    )
    app.extensions[CLIENT] = Client(provider)
    app.jinja_env.globals["identity_provider"] = provider.name


def _client() -> Client:
    client: Client | None = current_app.extensions.get(CLIENT)
    if client is None:
        raise NotFound("Aucun service d'identité n'est réglé ici.")
    return client


def _entered(client: Client, kept: Any) -> Entered:
    if not isinstance(kept, dict) or not same(request.args.get("state"), kept["state"]):
        raise NotProved("state")
    if instant().timestamp() - kept["since"] > TIME_TO_SIGN_IN.total_seconds():
        raise NotProved("late")
    if "error" in request.args or not request.args.get("code"):
        raise NotProved("refused")
    if request.args.get("iss", client.provider.issuer) != client.provider.issuer:  # RFC 9207
        raise NotProved("iss")
    way = Way(kept["state"], kept["nonce"], kept["verifier"])
    return client.enter(request.args["code"], way, _back(), instant())


def _begin(database: Session, attempt: Attempt, proof: Proof) -> Stage:
    """Open a session: half of one when the person has a second factor here that their level does not stand for."""
    at, actor = instant(), attempt.actor
    is_half = actor is not None and not proof.has_second_factor and has_factor(database, actor.id)
    people.sign_in(database, attempt, at=at, is_half=is_half)
    stage = Stage.CODE if is_half else Stage.OPEN
    if actor is not None:
        method = "oidc-2" if proof.has_second_factor else "oidc"
        open_session(database, actor.id, actor.structure, method=method, at=at, stage=stage)
    return stage


def _back() -> str:
    return url_for("oidc.back", _external=True)


def _sorry(message: str) -> ResponseReturnValue:
    return render_template("oidc/refused.html", message=message), 403


FEATURE = Feature(name="oidc", blueprints=(pages,), start=prepare)
