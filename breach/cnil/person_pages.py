"""« Personnes »: whether they are told (RGPD, art. 34), the reasons that stay, and the letter."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from breach.cnil import actions, queries
from breach.cnil.forms import DecisionForm, TellForm
from breach.cnil.persons import CHOICES, EXCEPTIONS, TELLING, letter
from breach.dossier.queries import Base, find_base
from breach.dossier.rules import Output
from breach.notices.documents import persons_letter
from breach.notices.telling import Addressee, last_to
from breach.severity.presenting import RISKS
from breach.severity.queries import latest_score
from governance.core.refusals import Conflict, Invalid
from governance.people.queries import find_structure
from governance.web.act import Act, act, reading
from governance.web.downloads import download
from governance.web.forms import attach

pages = Blueprint("breach_persons", __name__, template_folder="templates")


@pages.get("/violations/<breach_id>/personnes")
def show(breach_id: str) -> str:
    """Show the decision, its reasons and the letter."""
    with reading() as doing:
        base = find_base(doing.session, breach_id, doing.by)
        return _page(doing, base, DecisionForm(formdata=None), TellForm(formdata=None))


@pages.post("/violations/<breach_id>/personnes")
def decide(breach_id: str) -> ResponseReturnValue:
    """Keep a decision, with its reasons."""
    form = DecisionForm()
    with reading() as doing:
        base = find_base(doing.session, breach_id, doing.by)
        if not form.validate():
            return _page(doing, base, form, TellForm(formdata=None)), 422
    try:
        with act() as (session, by, at):
            actions.decide(session, breach_id, form.decision(), by=by, at=at)
    except (Invalid, Conflict) as refusal:
        attach(form, refusal)
        with reading() as doing:
            return _page(doing, base, form, TellForm(formdata=None)), 422
    flash("La décision et ses raisons sont gardées.", "ok")
    return redirect(url_for("breach_persons.show", breach_id=breach_id), 303)


@pages.post("/violations/<breach_id>/personnes/informees")
def told(breach_id: str) -> ResponseReturnValue:
    """Keep that the persons were told, and how."""
    form = TellForm()
    with reading() as doing:
        base = find_base(doing.session, breach_id, doing.by)
        if not form.validate():
            return _page(doing, base, DecisionForm(formdata=None), form), 422
    try:
        with act() as (session, by, at):
            actions.persons_told(session, breach_id, form.how.data or "", by=by, at=at)
    except (Invalid, Conflict) as refusal:
        attach(form, refusal)
        with reading() as doing:
            return _page(doing, base, DecisionForm(formdata=None), form), 422
    flash("C'est noté, avec ce que la lettre disait.", "ok")
    return redirect(url_for("breach_persons.show", breach_id=breach_id), 303)


@pages.get("/violations/<breach_id>/personnes/lettre.pdf")
def paper(breach_id: str) -> Response:
    """Give the letter, to print once for each person."""
    with reading() as (session, by, at):
        base = find_base(session, breach_id, by)
        issuer = find_structure(session, base.structure).name
    return download(persons_letter(base, letter(base.facts), issuer, at), f"personnes-{base.number}.pdf")


def _page(doing: Act, base: Base, form: DecisionForm, tell: TellForm) -> str:
    every = queries.decisions(doing.session, base.breach_id)
    score = latest_score(doing.session, base.breach_id)
    return render_template(
        "cnil/persons.html", base=base, form=form, tell=tell, every=every, letter=letter(base.facts),
        risk=None if score is None else RISKS[score.conclusion.risk], words=CHOICES, exceptions=EXCEPTIONS,
        telling=bool(every) and every[0].decision.choice in TELLING,
        told=last_to(doing.session, base, Addressee(Output.PERSONS)),
    )  # fmt: skip
