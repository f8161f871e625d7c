"""What a caisse's DPO sees: the breaches passed on to their caisse; they acknowledge, ask, answer."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from breach import actions, handling, record
from breach.forms import WordsForm
from breach.presenting import shown
from breach.queries import duty_view
from governance.core.clock import PARIS
from governance.core.refusals import Invalid
from governance.web.act import Act, act, reading
from governance.web.forms import attach

pages = Blueprint("breach_caisse", __name__, template_folder="templates")


@pages.get("/violations/recues")
def index() -> str:
    """List what partners passed on, the latest first."""
    with reading() as doing:
        found = [(one, _clocks(doing, one)) for one in record.received(doing.session, doing.by)]
        return render_template("breach/received.html", found=found, at=doing.at)


@pages.get("/violations/recues/<concern_id>")
def show(concern_id: str) -> str:
    """Show what a partner passed on."""
    with reading() as doing:
        return _page(doing, concern_id, WordsForm(formdata=None))


@pages.post("/violations/recues/<concern_id>/message")
def write(concern_id: str) -> ResponseReturnValue:
    """Ask, or answer."""
    form = WordsForm()
    with reading() as doing:
        record.find_received(doing.session, concern_id, doing.by)
    if form.validate():
        try:
            with act() as (session, by, at):
                handling.write(session, concern_id, form.body.data or "", by=by, at=at)
        except Invalid as refusal:
            attach(form, refusal)
        else:
            flash("Votre message est transmis au partenaire.", "ok")
            return redirect(url_for("breach_caisse.show", concern_id=concern_id), 303)
    with reading() as doing:
        return _page(doing, concern_id, form), 422


@pages.post("/violations/recues/<concern_id>/accuse/<duty_id>")
def acknowledge(concern_id: str, duty_id: str) -> ResponseReturnValue:
    """Acknowledge a notice: that is the partner's proof."""
    with act() as (session, by, at):
        record.find_received(session, concern_id, by)
        actions.acknowledge(session, duty_id, by=by, at=at)
    flash("Vous avez accusé réception : le partenaire en a la preuve.", "ok")
    return redirect(url_for("breach_caisse.show", concern_id=concern_id), 303)


def _page(doing: Act, concern_id: str, form: WordsForm) -> str:
    found = record.find_received(doing.session, concern_id, doing.by)
    names = record.names(doing.session, {one.by for one in found.exchanges})
    told = {"one": found, "clocks": _clocks(doing, found), "form": form, "names": names}
    return render_template("breach/received_one.html", **told, at=doing.at)


def _clocks(doing: Act, one: record.ConcernView) -> list[object]:
    rows = record.duties_towards(doing.session, one)
    return [shown(duty_view(row, doing.at), "", PARIS, doing.at) for row in rows]
