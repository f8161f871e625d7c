"""What a DPO says before a destruction: that no person waits for an answer, and what stays for now."""

from flask import render_template
from flask.typing import ResponseReturnValue

from governance.destruction import gates, holds, presenting, queries, rights
from governance.destruction.forms import HoldForm, RightsForm
from governance.destruction.pages import around, pages
from governance.destruction.recording import prepared, pressed, recorded
from governance.destruction.rules import REASON_LIMIT
from governance.web.act import Act, reading


@pages.get("/destructions/<identifier>/demandes")
def requests(identifier: str) -> str:
    """Show the form by which the DPO says how many requests of persons wait."""
    with reading() as doing:
        return _requests(doing, identifier, RightsForm(formdata=None))


@pages.post("/destructions/<identifier>/demandes")
def requests_stated(identifier: str) -> ResponseReturnValue:
    """Record how many requests of persons wait for an answer."""
    form = RightsForm()

    def do(doing: Act) -> None:
        waiting, how = form.waiting.data or 0, form.how.data or ""
        rights.state_requests(doing.session, identifier, waiting, how, by=doing.by, at=doing.at)

    told = "Ce que vous dites des demandes des personnes est enregistré."
    return recorded(identifier, form, do, told, lambda doing: _requests(doing, identifier, form))


@pages.get("/destructions/<identifier>/conservation")
def hold(identifier: str) -> str:
    """Show the form that makes something stay."""
    with reading() as doing:
        return _hold(doing, identifier, _hold_form(empty=True))


@pages.post("/destructions/<identifier>/conservation")
def held(identifier: str) -> ResponseReturnValue:
    """Make something stay, for a reason."""
    form = _hold_form()

    def do(doing: Act) -> None:
        chosen, reason = form.tables.data or (), form.reason.data or ""
        holds.set_hold(doing.session, identifier, chosen, reason, by=doing.by, at=doing.at)

    told = "La mesure de conservation est posée : ce qu'elle couvre restera jusqu'à sa levée."
    return recorded(identifier, form, do, told, lambda doing: _hold(doing, identifier, form))


@pages.post("/destructions/<identifier>/conservation/<hold_id>/lever")
def release(identifier: str, hold_id: str) -> ResponseReturnValue:
    """Release a hold: what it kept is destroyed too."""
    told = "La mesure est levée : ce qu'elle conservait est détruit à son tour."
    return pressed(
        identifier, lambda doing: holds.release(doing.session, hold_id, by=doing.by, at=doing.at), told
    )  # fmt: skip


def _requests(doing: Act, identifier: str, form: RightsForm) -> str:
    row = prepared(doing, identifier)
    last = queries.rights_of(doing.session, row.id)
    return render_template(
        "destruction/rights.html", row=row, form=form, last=last, most=REASON_LIMIT, days=gates.STATEMENT_LIFE.days
    )


def _hold_form(*, empty: bool = False) -> HoldForm:
    form = HoldForm(formdata=None) if empty else HoldForm()
    form.offer(presenting.series(around().names))
    return form


def _hold(doing: Act, identifier: str, form: HoldForm) -> str:
    row = prepared(doing, identifier)
    return render_template("destruction/hold.html", row=row, form=form, most=REASON_LIMIT)
