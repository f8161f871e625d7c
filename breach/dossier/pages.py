"""« Dossier »: the facts of a breach, typed once, from which every notice is written."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from breach.dossier import actions, queries
from breach.dossier.facts import FACTS, TITLES
from breach.dossier.forms import FactsForm, shown
from breach.dossier.queries import Base
from breach.dossier.rules import Section, missing, said
from governance.core.refusals import Invalid
from governance.web.act import act, reading
from governance.web.forms import attach

pages = Blueprint("breach_dossier", __name__, template_folder="templates")


@pages.get("/violations/<breach_id>/dossier")
def show(breach_id: str) -> str:
    """Show the facts, and what is missing."""
    with reading() as (session, by, _):
        base = queries.find_base(session, breach_id, by)
        told = queries.versions(session, breach_id)
    return _page(base, shown(base.facts), told)


@pages.post("/violations/<breach_id>/dossier")
def save(breach_id: str) -> ResponseReturnValue:
    """Keep a version of the facts."""
    form = FactsForm()
    with reading() as (session, by, _):
        base, told = queries.find_base(session, breach_id, by), queries.versions(session, breach_id)
    if form.validate():
        try:
            with act() as (session, by, at):
                is_new = actions.save(session, breach_id, form.typed(), by=by, at=at)
        except Invalid as refusal:
            attach(form, refusal)
        else:
            flash("Le dossier est enregistré." if is_new else "Rien n'a changé.", "ok")
            return redirect(url_for("breach_dossier.show", breach_id=breach_id), 303)
    return _page(base, form, told), 422


def _page(base: Base, form: object, told: tuple[queries.VersionView, ...]) -> str:
    parts = [(TITLES[section], [one for one in FACTS if one.section is section]) for section in Section]
    lacking = missing(base.facts, FACTS, complete=True)
    known = {one.id: said(one, base.facts.get(one.id, "")) for one in FACTS}
    shown_parts = [(title, facts) for title, facts in parts if facts]
    return render_template(
        "dossier/show.html", base=base, form=form, parts=shown_parts, missing=lacking, known=known, versions=told
    )
