"""Home, « À propos », the health of the service, and the API's documentation."""

from collections.abc import Callable, Mapping

from flask import Blueprint, current_app, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from governance.core import storage
from governance.jobs import queries
from governance.people.rules import Role
from governance.web import openapi
from governance.web.act import reading
from governance.web.feature import Feature, Home, home_of, parts
from governance.web.identity import DOCUMENTATION, current_actor, instant, sessions

VERSION = "VIGIE_VERSION"
CHECKS = "vigie.checks"

pages = Blueprint("web", __name__)


@pages.get("/")
def home() -> ResponseReturnValue:
    """Lead each role to its own home."""
    actor = current_actor()
    if actor is None:
        return redirect(url_for("people.sign_in"), 303)
    endpoint = home_of(actor)
    return redirect(url_for(endpoint), 303) if endpoint else render_template("home.html")


@pages.get("/a-propos")
def about() -> str:
    """Tell versions, and which parts of the service are there."""
    with reading():
        return render_template("about.html", version=current_app.config[VERSION], parts=parts(), checks=_checked())


@pages.get("/sante")
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(etat="vivant")


@pages.get("/pret")
def ready() -> ResponseReturnValue:
    """Say whether the process can work: database reached, tables up to date; and when the jobs were last seen to run.

    No job running is no reason to send nobody here: it is told, and is no failure.
    """
    checks = _checked()
    good = all(checks.values())
    etat = "prêt" if good else "pas prêt"
    return jsonify(etat=etat, controles=checks, taches_vues_il_y_a_s=_jobs_age()), 200 if good else 503


@pages.get(DOCUMENTATION)
def documentation() -> str:
    """Show the API's operations, from the specification itself."""
    return render_template("api_docs.html", spec=openapi.readable(openapi.specification()))


def _jobs_age() -> int | None:
    try:
        with storage.reading(sessions()) as session:
            seen = queries.last_seen(session)
    except SQLAlchemyError:
        return None
    return None if seen is None else round((instant() - seen).total_seconds())


def _checked() -> dict[str, bool]:
    checks: Mapping[str, Callable[[], bool]] = current_app.extensions[CHECKS]
    return {name: check() for name, check in checks.items()}


FEATURE = Feature(name="web", blueprints=(pages,), homes=(Home(Role.ADMINISTRATEUR, "web.about"),))
