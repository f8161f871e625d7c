"""« Gravité »: the score, what it leaves out, who disagrees, and the conclusion that a person draws."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from breach.dossier.queries import Base, find_base
from breach.dossier.rules import highest
from breach.severity import actions, presenting, queries
from breach.severity.forms import SeverityForm
from governance.core.refusals import Invalid
from governance.trail.queries import names
from governance.web.act import Act, act, reading
from governance.web.forms import attach

pages = Blueprint("breach_severity", __name__, template_folder="templates")


@pages.get("/violations/<breach_id>/gravite")
def show(breach_id: str) -> str:
    """Show the assessments, and the form of another."""
    with reading() as doing:
        base = find_base(doing.session, breach_id, doing.by)
        return _page(doing, base, _prefilled(doing, base))


@pages.post("/violations/<breach_id>/gravite")
def assess(breach_id: str) -> ResponseReturnValue:
    """Keep an assessment and its conclusion."""
    form = SeverityForm()
    with reading() as doing:
        base = find_base(doing.session, breach_id, doing.by)
        is_valid = form.validate()
        if not is_valid:
            return _page(doing, base, form), 422
    try:
        with act() as (session, by, at):
            actions.assess(session, breach_id, form.inputs(), form.conclusion(), by=by, at=at)
    except Invalid as refusal:
        attach(form, refusal)
        with reading() as doing:
            return _page(doing, base, form), 422
    flash("L'évaluation est gardée ; les précédentes restent au dossier.", "ok")
    return redirect(url_for("breach_severity.show", breach_id=breach_id), 303)


def _page(doing: Act, base: Base, form: SeverityForm) -> str:
    every = queries.assessments(doing.session, base.breach_id)
    called = names(doing.session, {one.by for one in every}, by=doing.by)
    return render_template(
        "severity/show.html", base=base, form=form, every=every, dissent=queries.dissent(every), names=called,
        words=presenting,
    )  # fmt: skip


def _prefilled(doing: Act, base: Base) -> SeverityForm:
    last = queries.latest_score(doing.session, base.breach_id)
    if last is None:
        return SeverityForm(formdata=None, persons=highest(base.facts.get("count", "")))
    known: dict[str, Any] = queries.written(last.inputs) | {"adjustment_reason": last.inputs.adjustment_reason}
    return SeverityForm(formdata=None, **known | {"adjustment": str(last.inputs.adjustment)})
