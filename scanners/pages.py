"""« Vérifier un signalement »: the comment and its pieces, checked as one types and when sent; and the receipts."""

import json
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from governance.conventions.terms import Terms
from governance.core import clock
from governance.core.refusals import Invalid, Refusal
from governance.people.rules import Permission, require
from governance.web.act import Act, act, reading
from governance.web.forms import attach
from governance.web.model_errors import explain
from governance.web.problems import of_refusal
from scanners import actions, queries, rescue
from scanners.actions import SameKeyOtherContent
from scanners.checks.following import Following
from scanners.checks.known import Known
from scanners.checks.running import Checks
from scanners.desk import Desk, convention_address, find_desk, link_to, show
from scanners.documents.acceptance import shown
from scanners.dossier import Checked, Dossier, check_dossier, faults
from scanners.doubt_actions import dispute
from scanners.forms import (
    CALLED_A_MISTAKE,
    PreviewAsked,
    SignalementForm,
    attachments_of,
    finding_at,
    reason_for_comment,
    reasons_for_files,
)
from scanners.presenting import comment_view, result_view, typographic
from scanners.presenting_doubts import DoubtView
from scanners.queries import Frame
from scanners.receipts import Seal
from scanners.rules import Writer, Zone, check_length, check_readable, judge
from scanners.seeing import Instruments, Watch
from scanners.tiers import unlooked

TOOLS = "vigie.scanners"
PREVIEW_BYTES = 200_000
PREVIEW_CHARACTERS = 20_000

pages = Blueprint(
    "scanners",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/statique/scanners",
)
pages.add_app_template_filter(typographic, "typo")
rescue.install(pages)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a check needs and that is built once."""

    instruments: Instruments
    seal: Seal
    checks: Checks


@pages.get("/signalements/verifier")
def verify() -> str:
    """Show the comment box, empty."""
    with reading() as doing:
        desk = find_desk(doing)
    return show(SignalementForm(formdata=None), desk)


@pages.post("/signalements/verifier")
def verify_sent() -> ResponseReturnValue:
    """Check what was sent and keep a receipt, or say beside each field why it cannot be checked.

    Sent by the button of a remark, it says that this refusal is a mistake, and nothing else.
    """
    form = SignalementForm(formdata=request.form)
    with reading() as doing:
        desk = find_desk(doing)
        frame = _frame(doing, desk, form)
        known = queries.disputes(doing.session, doing.by)
    if CALLED_A_MISTAKE in request.form:
        return _disputed(form, desk, frame)
    dossier = _dossier(form, desk.writer)
    if frame is None or dossier is None or _is_faulty(form, dossier, frame):
        return show(form, desk), 422
    # Reading files takes seconds: no transaction is open meanwhile.
    checked = check_dossier(
        dossier, frame.terms, frame.bounds, _tools().instruments, frame.own, _watch(frame, doing, dossier)
    )
    receipt = _keep(form, dossier, checked, frame)
    consent = _consent(frame.terms, form.caisse)
    return show(form, desk, result_view(dossier, checked, receipt, consent, link_to(frame.convention.code), known))


@pages.post("/signalements/verifier/apercu")
def preview() -> ResponseReturnValue:
    """Say what would be found in a comment as it stands; nothing is kept."""
    with reading() as doing:
        require(Permission.SCAN, doing.by, doing.by.structure)
        asked = _asked()
        frame = queries.frame(doing.session, asked.code, clock.day(doing.at), doing.by, asked.caisse)
        writer, known = queries.writer_of(doing.session, doing.by), queries.disputes(doing.session, doing.by)
    check_length(asked.comment, PREVIEW_CHARACTERS)
    check_readable(asked.comment)
    verdict = judge(_tools().instruments.scanner.scan(asked.comment, frame.own), frame.terms, Zone.COMMENT, writer)
    view = comment_view(asked.comment, verdict, link_to(frame.convention.code), known)
    return jsonify(
        outcome=view.outcome,
        summary=view.summary,
        masked=view.masked,
        marks=[{"start": one.start, "end": one.end, "level": one.level} for one in view.remarks],
        remarks=render_template("scanners/remarks.html", comment=view, unlooked=unlooked(frame.own.off)),
        convention=render_template(
            "scanners/convention.html",
            convention=frame.convention,
            bounds=frame.bounds,
            href=convention_address(frame.convention.code),
        ),
    )


@pages.get("/signalements/erreurs")
def reports() -> str:
    """List the refusals that the person called mistakes, and what the DPO answered."""
    with reading() as doing:
        found = queries.reported_by(doing.session, doing.by)
        return render_template("scanners/reports.html", reports=[(DoubtView.of(row), at) for row, at in found])


@pages.get("/signalements/recus/<identifier>.json")
def receipt(identifier: str) -> Response:
    """Give a receipt, to be kept."""
    with reading() as doing:
        document = queries.find_receipt(doing.session, identifier, doing.by)
    text = json.dumps(document, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": f'attachment; filename="recu-{identifier[:8]}.json"'}
    return Response(text, content_type="application/json", headers=headers)


def _disputed(form: SignalementForm, desk: Desk, frame: Frame | None) -> ResponseReturnValue:
    """Tell the DPO that a refusal is called a mistake: the comment is read again, since only its places were sent."""
    if frame is None or _is_faulty(form, Dossier(form.text), frame):
        return show(form, desk), 422
    verdict = judge(_tools().instruments.scanner.scan(form.text, frame.own), frame.terms, Zone.COMMENT, desk.writer)
    status = 200
    try:
        with act(once=False) as (session, by, at):
            dispute(session, form.text, finding_at(verdict, request.form[CALLED_A_MISTAKE]), by=by, at=at)
    except Refusal as refusal:
        attach(form, refusal)
        status = of_refusal(refusal).status
    with reading() as doing:
        known = queries.disputes(doing.session, doing.by)
    return show(form, desk, disputed=comment_view(form.text, verdict, link_to(frame.convention.code), known)), status


def _watch(frame: Frame, doing: Act, dossier: Dossier) -> Watch:
    """Return what is known already: pieces are read as soon as they are chosen, and not again with the dossier."""
    tools = _tools()
    following = Following(len(dossier.attachments), (tools.instruments.scanner, frame.own), lambda _: None)
    return Known(tools.checks.shelf, doing.by.structure, frame.own, following).watch()


def _tools() -> Tools:
    tools: Tools = current_app.extensions[TOOLS]
    return tools


def _frame(doing: Act, desk: Desk, form: SignalementForm) -> Frame | None:
    try:
        return queries.frame(doing.session, form.code, desk.on, doing.by, form.caisse or None)
    except Refusal as refusal:
        attach(form, refusal)
        return None


def _dossier(form: SignalementForm, writer: Writer) -> Dossier | None:
    files = attachments_of(request.files.getlist("files"))
    try:
        reason = reason_for_comment(form.reason.data or "")
        reasons = reasons_for_files(request.form, files)
    except Refusal as refusal:
        attach(form, refusal)
        return None
    return Dossier(form.text, files, writer, reason, reasons)


def _is_faulty(form: SignalementForm, dossier: Dossier, frame: Frame) -> bool:
    found = list(faults(dossier, frame.bounds))
    for fault in found:
        attach(form, _named(fault, dossier))
    return bool(found)


def _named(fault: Refusal, dossier: Dossier) -> Refusal:
    """Call a piece by its name: refusals only count them, since a name may be personal."""
    field, _, position = (fault.field or "").partition("/")
    if field != "files" or not position:
        return fault
    said = fault.message.removeprefix(f"Pièce {int(position) + 1} : ")
    return Refusal(f"{shown(dossier.attachments[int(position)].name)} : {said}", field=field)


def _keep(form: SignalementForm, dossier: Dossier, checked: Checked, frame: Frame) -> str:
    """Keep the receipt and return its identifier; a page gone back to and changed is another check."""

    def keep(idempotency: str | None) -> str:
        with act(once=False) as (session, by, at):
            done = (checked, frame, _tools().seal)
            return actions.keep_receipt(session, dossier, done, by=by, at=at, idempotency=idempotency).receipt.id

    try:
        return keep(form.idempotency)
    except SameKeyOtherContent:
        return keep(None)


def _consent(terms: Terms, caisse: str) -> str | None:
    mode = terms.consent_mode(caisse)
    return f"à recueillir par {mode} ({terms.convention}, {terms.C1.article})" if mode is not None else None


def _asked() -> PreviewAsked:
    if not request.is_json:
        raise UnsupportedMediaType
    if (request.content_length or 0) > PREVIEW_BYTES:
        raise RequestEntityTooLarge
    try:
        return PreviewAsked.model_validate(request.get_json(silent=True))
    except ValidationError as error:
        pointer, said = explain(error)[0]
        raise Invalid(said, field=pointer) from None
