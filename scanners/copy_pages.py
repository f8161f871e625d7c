"""« Copie nettoyée »: a file is chosen, its copy comes back without what was found nor what did not show."""

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import FileField

from governance.core import trail
from governance.core.storage import new_id
from governance.people.rules import Permission, require
from governance.web.act import act, reading
from governance.web.forms import attach
from governance.web.problems import of_refusal
from scanners import queries
from scanners.copies import Copy, NoCopy, make_copy
from scanners.documents.acceptance import megabytes
from scanners.documents.budgets import MAX_BYTES
from scanners.documents.examined import State
from scanners.own_words import OwnWords
from scanners.pages import TOOLS, Tools
from scanners.tiers import unlooked

CHOOSE = "Choisissez un fichier."
TOO_BIG = f"Ce fichier dépasse {megabytes(MAX_BYTES)}."
INFECTED = "L'antivirus a reconnu un programme malveillant dans ce fichier : aucune copie n'en est faite."
KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "tiff": "image/tiff",
    "png": "image/png",
    "jpeg": "image/jpeg",
}

pages = Blueprint("copies", __name__, template_folder="templates")


class CopyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The file to copy."""

    file = FileField("Fichier")


@pages.get("/signalements/copie-nettoyee")
def choose() -> str:
    """Ask for a file."""
    with reading() as doing:
        require(Permission.SCAN, doing.by, doing.by.structure)
        own = queries.own_words(doing.session, doing.by.structure)
    return _page(CopyForm(formdata=None), own)


@pages.post("/signalements/copie-nettoyee")
def make() -> ResponseReturnValue:
    """Give the copy of the file that was sent, or say why it cannot be made; the file is not kept."""
    form = CopyForm(formdata=request.form)
    with reading() as doing:
        require(Permission.SCAN, doing.by, doing.by.structure)
        own = queries.own_words(doing.session, doing.by.structure)
    try:
        name, data = _sent()
        copy = make_copy(name, data, _tools().instruments.scanner, own)
    except NoCopy as refusal:
        attach(form, refusal)
        return _page(form, own), of_refusal(refusal).status
    with act(once=False) as (session, by, at):
        told = {"masked": copy.masked, "kind": copy.extension}
        trail.record(session, "copy.made", new_id(), by=by, structure=by.structure, at=at, **told)
    return _download(copy)


def _page(form: CopyForm, own: OwnWords) -> str:
    return render_template("scanners/copy.html", form=form, unlooked=unlooked(own.off))


def _sent() -> tuple[str, bytes]:
    """Return the name and bytes of the file that was sent. Raises NoCopy."""
    sent = request.files.get("file")
    data = sent.stream.read(MAX_BYTES + 1) if sent is not None else b""
    if sent is None or not data:
        raise NoCopy(CHOOSE, field="file")
    if len(data) > MAX_BYTES:
        raise NoCopy(TOO_BIG, field="file")
    if _tools().instruments.examined(data).state is State.INFECTED:
        raise NoCopy(INFECTED, field="file")
    return sent.filename or "", data


def _download(copy: Copy) -> Response:
    """Return the copy under a name that repeats nothing of the file's."""
    headers = {
        "Content-Disposition": f'attachment; filename="copie-nettoyee.{copy.extension}"',
        "Cache-Control": "no-store",
    }
    return Response(copy.data, content_type=KINDS[copy.extension], headers=headers)


def _tools() -> Tools:
    tools: Tools = current_app.extensions[TOOLS]
    return tools
