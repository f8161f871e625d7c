"""The answer to a change that was asked of the caisse."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from governance.core.refusals import Invalid
from governance.habilitations.changes.actions import Outcome, end_change
from governance.habilitations.changes.queries import find_change
from governance.web.act import act

pages = Blueprint("account_changes", __name__, url_prefix="/comptes/modifications")


@pages.post("/<change_id>")
def ended(change_id: str) -> ResponseReturnValue:
    """Say how a change ended."""
    asked = request.form.get("outcome", "")
    with act() as (session, by, at):
        change = find_change(session, change_id, by)
        if asked not in set(Outcome):
            raise Invalid("Dites si la modification est faite, refusée ou retirée.", field="outcome")
        end_change(session, change_id, Outcome(asked), by=by, at=at)
    flash("La demande de modification est close.", "ok")
    return redirect(url_for("portal.show", account_id=change.account_id), 303)
