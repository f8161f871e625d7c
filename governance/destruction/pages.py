"""« Destructions »: the plan, what comes first, two agreements, the progress, the certificates."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.conventions.life.rules import terms_near
from governance.conventions.queries import find_convention
from governance.core import clock
from governance.core.domains import Domain
from governance.core.refusals import Conflict, Forbidden, Invalid, Refusal
from governance.destruction import actions, ended, presenting, queries
from governance.destruction.presenting import Surroundings
from governance.destruction.words import ANSWERS, CERTIFICATES, STATES, STEP_STATES
from governance.people.confirm import fresh
from governance.people.queries import adoptions
from governance.people.rules import Permission, may, require
from governance.web.act import Act, act, reading
from governance.web.problems import of_refusal

AROUND = "vigie.destruction"

pages = Blueprint(
    "destruction", __name__, template_folder="templates", static_folder="static",
    static_url_path="/statique/destruction",
)  # fmt: skip


@pages.get("/destructions")
def index() -> str:
    """List the destructions, and the conventions that ended whose data are still here."""
    with reading() as (session, by, at):
        rows = queries.destructions(session, by)
        own = may(Permission.READ_DESTRUCTION, by, by.structure)
        standing = {row.convention for row in rows if row.structure_id == by.structure and not row.undone}
        on = clock.day(at)
        codes = [one.code for one in adoptions(session, by.structure)] if own else []
        waiting = [(code, ended.ended_on(session, by.structure, code, on)) for code in codes if code not in standing]
        return render_template("destruction/index.html", rows=rows, waiting=waiting, states=STATES, on=on)


@pages.get("/destructions/plan/<code>")
def plan(code: str) -> str:
    """Show what the destruction of a convention's data would do; nothing happens."""
    with reading() as (session, by, at):
        require(Permission.READ_DESTRUCTION, by, by.structure)
        convention = find_convention(session, code, by.structure)
        on = clock.day(at)
        found = queries.plan(session, around().setup, Domain(by.structure, code), at)
        over = ended.ended_on(session, by.structure, code, on)
        clause = terms_near(convention, over or on).rule("S3r")
        shown = {"plan": found, "names": around().names, "convention": convention, "over": over, "clause": clause}
        return render_template("destruction/plan.html", **shown, others=around().setup.others.days)


@pages.post("/destructions/ouvrir")
def open_() -> ResponseReturnValue:
    """Open the destruction of a convention's data."""
    with act() as (session, by, at):
        code = request.form.get("convention", "")
        find_convention(session, code, by.structure)
        identifier = actions.open_destruction(session, by.structure, code, by=by, at=at)
    flash("La destruction est ouverte : rien n'est détruit avant l'accord de deux personnes.", "ok")
    return redirect(url_for("destruction.show", identifier=identifier), 303)


@pages.get("/destructions/<identifier>")
def show(identifier: str) -> str:
    """Show a destruction: what comes first, then how it goes, then its certificates."""
    with reading() as doing:
        return shown(doing, identifier)


@pages.post("/destructions/<identifier>/annuler")
def cancel(identifier: str) -> ResponseReturnValue:
    """Call off a destruction that has not begun."""
    try:
        with act() as (session, by, at):
            actions.cancel(session, identifier, by=by, at=at)
    except Conflict as refusal:
        return refused(identifier, refusal)
    flash("La destruction est annulée : les données restent.", "ok")
    return redirect(url_for("destruction.index"), 303)


@pages.post("/destructions/<identifier>/accord")
@fresh()
def consent(identifier: str) -> ResponseReturnValue:
    """Agree to a destruction, once one has proved who one is."""
    try:
        with act() as (session, by, at):
            row = queries.find_row(session, identifier, by)
            matters = around().matters(session, row.structure_id, row.convention, at)
            begun = actions.consent(session, identifier, matters, by=by, at=at)
    except (Conflict, Forbidden, Invalid) as refusal:
        return refused(identifier, refusal)
    alone = "Votre accord est enregistré : une autre personne doit donner le sien."
    flash("La destruction commence." if begun else alone, "ok")
    return redirect(url_for("destruction.show", identifier=identifier), 303)


def shown(doing: Act, identifier: str, refusal: Refusal | None = None) -> str:
    """Return the page of a destruction, with what was refused."""
    session, by, at = doing
    row = queries.find_row(session, identifier, by)
    prepares = may(Permission.PREPARE_DESTRUCTION, by, row.structure_id)
    whole = by.structure == row.structure_id
    found = presenting.view(session, row, around(), at, whole=whole)
    agrees = may(Permission.DESTROY_DATA, by, row.structure_id) and by.id not in {one.person for one in found.consents}
    words = {
        "others": around().setup.others.days,
        "states": STATES,
        "step_states": STEP_STATES,
        "answers": ANSWERS,
        "kinds": CERTIFICATES,
    }
    rights = {"prepares": prepares, "agrees": agrees, "whole": whole}
    return render_template("destruction/show.html", one=found, names=around().names, refusal=refusal, **words, **rights)


def refused(identifier: str, refusal: Refusal) -> ResponseReturnValue:
    """Return the page of a destruction with a refusal on it."""
    with reading() as doing:
        return shown(doing, identifier, refusal), of_refusal(refusal).status


def around() -> Surroundings:
    """Return what the application told this package at its start."""
    held: Surroundings = current_app.extensions[AROUND]
    return held
