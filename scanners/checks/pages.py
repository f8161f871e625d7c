"""The pieces of « Vérifier un signalement », one by one: sent once chosen, followed while they are read."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.core import clock
from governance.core.refusals import NotFound
from governance.people.rules import Permission, require
from governance.web.act import Act, reading
from scanners import queries
from scanners.checks.following import Following, seen_of, told_of
from scanners.checks.known import Known
from scanners.checks.running import Check, Owner, State, Tell
from scanners.desk import link_to
from scanners.documents.acceptance import why_refused
from scanners.documents.passages import Outcome as Read
from scanners.dossier import BadFile, Dossier, TooManyFiles, judge_file
from scanners.forms import SEPARATOR, attachments_of
from scanners.pages import TOOLS, Tools
from scanners.presenting import READ, file_view
from scanners.queries import Frame
from scanners.seeing import Attachment, see

pages = Blueprint("pieces", __name__, template_folder="../templates")


class NoPicture(NotFound):
    """The check has no picture of that number."""


@pages.post("/signalements/verifier/pieces")
def send() -> ResponseReturnValue:
    """Begin to read a piece, and say where to follow it."""
    with reading() as doing:
        require(Permission.SCAN, doing.by, doing.by.structure)
        frame = _frame(doing, request.form.get("convention", ""))
    piece = _piece(frame)
    owner, tools = Owner(doing.by.structure, doing.by.id), _tools()
    chosen = {"name": piece.name, "convention": request.form.get("convention", "")}

    def work(tell: Tell) -> Mapping[str, Any]:
        following = Following(1, (tools.instruments.scanner, frame.own), lambda value: tell({**chosen, **value}))
        known = Known(tools.checks.shelf, owner.structure, frame.own, following)
        seen = see(0, piece, tools.instruments, frame.own, known.watch(with_pictures=True))
        kept = known.find(piece) or {"shown": []}
        file = {**following.value()["files"][0], "seen": told_of(seen), "is_done": True}
        return chosen | {"files": [file], "shown": kept["shown"], "mark": known.mark(piece)}

    name, _ = tools.checks.begin(owner, 1, work)
    addresses = {way: url_for(f"pieces.{way}", identifier=name) for way in ("follow", "forget")}
    return jsonify(addresses), 202


@pages.get("/signalements/verifier/pieces/<identifier>")
def follow(identifier: str) -> Response:
    """Say where the reading of a piece is, and what is found so far."""
    with reading() as doing:
        check = _found(doing, identifier)
        frame = _frame(doing, check.told["convention"]) if check.told else None
        writer = queries.writer_of(doing.session, doing.by)
    file = check.told["files"][0] if "files" in check.told else None
    view = None
    if file is not None and frame is not None:
        alone = Dossier(None, (Attachment(check.told["name"], b""),), writer)
        scanner = _tools().instruments.scanner
        judged = judge_file(0, seen_of(file["seen"]), alone, frame.terms, scanner, frame.own)
        view = file_view(judged, None, link_to(frame.convention.code))
    shown = [
        (place, url_for("pieces.picture", identifier=identifier, number=number))
        for number, place in enumerate(check.told.get("shown", ()))
    ]
    is_over = check.state is not State.RUNNING
    return jsonify(
        is_over=is_over,
        said=check.told.get("said") if check.state is State.FAILED else _said(file, is_over=is_over),
        share=_share(file) if not is_over else 1,
        html=render_template("scanners/piece.html", file=view, shown=shown, is_over=is_over) if view else "",
    )


@pages.get("/signalements/verifier/pieces/<identifier>/images/<int:number>.jpg")
def picture(identifier: str, number: int) -> Response:
    """Give the picture of a page, boxes round what was found; nothing keeps it."""
    with reading() as doing:
        check = _found(doing, identifier)
    made = _tools().checks.shelf.get(f"page {check.told.get('mark')} {number}")
    if made is None:
        raise NoPicture("Cette image n'est plus gardée.")
    return Response(made, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


@pages.post("/signalements/verifier/pieces/<identifier>/oublier")
def forget(identifier: str) -> ResponseReturnValue:
    """Forget a piece that was taken away."""
    with reading() as doing:
        require(Permission.SCAN, doing.by, doing.by.structure)
        _tools().checks.forget(identifier, Owner(doing.by.structure, doing.by.id))
    return "", 204


def _found(doing: Act, identifier: str) -> Check:
    require(Permission.SCAN, doing.by, doing.by.structure)
    return _tools().checks.find(identifier, Owner(doing.by.structure, doing.by.id))


def _frame(doing: Act, chosen: str) -> Frame:
    code, _, caisse = chosen.partition(SEPARATOR)
    return queries.frame(doing.session, code, clock.day(doing.at), doing.by, caisse or None)


def _piece(frame: Frame) -> Attachment:
    """Return the piece that was sent; raises BadFile, TooManyFiles."""
    sent = attachments_of(request.files.getlist("file"))
    if len(sent) != 1:
        raise BadFile("Choisissez une pièce.", field="file")
    limits = frame.bounds.files
    if refused := why_refused(sent[0].name, len(sent[0].data), limits):
        error = TooManyFiles if len(sent[0].data) > limits.bytes_each else BadFile
        raise error(refused, field="file")
    return sent[0]


def _said(file: Mapping[str, Any] | None, *, is_over: bool) -> str:
    if is_over and file is not None:
        return READ[Read(file["seen"]["read"])].capitalize()
    if file is None or not file["pages"]:
        return "Lecture en cours"
    page = min(file["read"] + 1, file["pages"])
    return f"Lecture de la page {page} sur {file['pages']}" if file["pages"] > 1 else "Lecture de la page"


def _share(file: Mapping[str, Any] | None) -> float:
    return file["read"] / file["pages"] if file is not None and file["pages"] else 0.0


def _tools() -> Tools:
    tools: Tools = current_app.extensions[TOOLS]
    return tools
