"""The small pages of what can be done in the file of a breach, and its documents."""

from collections.abc import Callable, Mapping
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from breach import handling
from breach.acts import OF_BREACH, OF_CONCERN, OF_DUTY, ActPage, Asked, of_breach, of_concern, of_duty
from governance.core.refusals import Conflict, Invalid, NotFound, Refusal, TooLarge
from governance.web.act import Act, act, reading
from governance.web.forms import attach
from governance.web.problems import of_refusal

Find = Callable[[Act, str], Asked]

pages = Blueprint("breach_acts", __name__, template_folder="templates")


@pages.get("/violations/<target>/<slug>")
def breach(target: str, slug: str) -> str:
    """Show the form of an act on a breach."""
    return _shown(OF_BREACH, slug, of_breach, target)


@pages.post("/violations/<target>/<slug>")
def breach_sent(target: str, slug: str) -> ResponseReturnValue:
    """Do an act on a breach."""
    return _sent(OF_BREACH, slug, of_breach, target)


@pages.get("/violations/devoirs/<target>/<slug>")
def duty(target: str, slug: str) -> str:
    """Show the form of an act on a duty."""
    return _shown(OF_DUTY, slug, of_duty, target)


@pages.post("/violations/devoirs/<target>/<slug>")
def duty_sent(target: str, slug: str) -> ResponseReturnValue:
    """Do an act on a duty."""
    return _sent(OF_DUTY, slug, of_duty, target)


@pages.get("/violations/caisses/<target>/<slug>")
def concern(target: str, slug: str) -> str:
    """Show the form of an act towards a caisse."""
    return _shown(OF_CONCERN, slug, of_concern, target)


@pages.post("/violations/caisses/<target>/<slug>")
def concern_sent(target: str, slug: str) -> ResponseReturnValue:
    """Do an act towards a caisse."""
    return _sent(OF_CONCERN, slug, of_concern, target)


@pages.post("/violations/taches/<task_id>/faite")
def task_done(task_id: str) -> ResponseReturnValue:
    """Say that a task is done."""
    with act() as (session, by, at):
        breach_id = handling.finish_task(session, task_id, by=by, at=at)
    flash("La tâche est faite.", "ok")
    return redirect(url_for("breach.show", breach_id=breach_id, _anchor="taches"), 303)


@pages.get("/violations/documents/<document_id>")
def document(document_id: str) -> Response:
    """Give a document of a breach, always to be saved, never shown here; reading it is an act."""
    with act() as (session, by, at):
        row = handling.open_document(session, document_id, by=by, at=at)
        content, name = row.content, row.name
    return send_file(BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=name)


def _shown(pages_of: Mapping[str, ActPage], slug: str, find: Find, target: str) -> str:
    page = _page(pages_of, slug)
    with reading() as doing:
        asked = find(doing, target)
        return _rendered(page, asked, page.form(doing, asked, False))


def _sent(pages_of: Mapping[str, ActPage], slug: str, find: Find, target: str) -> ResponseReturnValue:
    page = _page(pages_of, slug)
    with reading() as doing:
        asked = find(doing, target)
        form = page.form(doing, asked, True)
    status = 422
    if form.validate():
        try:
            with act() as doing:
                page.do(doing, asked, form)
        except (Invalid, Conflict, TooLarge) as refusal:
            status = _refused(form, refusal)
        else:
            flash(page.done, "ok")
            return redirect(url_for("breach.show", breach_id=asked.breach.id), 303)
    return _rendered(page, asked, form), status


def _refused(form: object, refusal: Refusal) -> int:
    attach(form, refusal)
    return of_refusal(refusal).status


def _rendered(page: ActPage, asked: Asked, form: object) -> str:
    back = url_for("breach.show", breach_id=asked.breach.id)
    return render_template("breach/act.html", page=page, asked=asked, form=form, back=back, target=request.path)


def _page(pages_of: Mapping[str, ActPage], slug: str) -> ActPage:
    if slug not in pages_of:
        raise NotFound("Cette adresse ne mène à rien.")
    return pages_of[slug]
