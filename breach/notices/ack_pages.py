"""The acknowledgement of a notice: one link, one click, no account; on a telephone as anywhere."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from breach.notices import proving
from governance.core.keys import Keys
from governance.web.act import instant, transaction
from governance.web.identity import KEYS, current_actor

pages = Blueprint("breach_acknowledge", __name__, template_folder="templates")


@pages.get("/avis/<token>")
def show(token: str) -> str:
    """Show what is acknowledged, and the one button."""
    with transaction() as session:
        seen = proving.find_link(session, token, instant())
    return render_template("notices/acknowledge.html", seen=seen, token=token, at=None)


@pages.post("/avis/<token>")
def acknowledge(token: str) -> ResponseReturnValue:
    """Acknowledge: reading the page does nothing, only the button does (a mail filter opens links)."""
    keys: Keys = current_app.extensions[KEYS]
    at, actor = instant(), current_actor()
    with transaction() as session:
        seen = proving.use_link(session, token, keys, at=at, place=actor.structure if actor else None)
    return render_template("notices/acknowledge.html", seen=seen, token=token, at=at)
