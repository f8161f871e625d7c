"""What a DPO does about the archives: the bordereau to sign, the day it left, what came back."""

from io import BytesIO

from flask import render_template, send_file
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from governance.core.refusals import Invalid
from governance.destruction import archives, papers, presenting, queries
from governance.destruction.archives import VISA_BYTES, Visa
from governance.destruction.forms import NOT_NEEDED, REFUSED, AnswerForm, SentForm
from governance.destruction.pages import around, pages
from governance.destruction.recording import file_sent, prepared, recorded
from governance.destruction.rules import UnknownDestruction
from governance.web.act import Act, reading
from governance.web.downloads import download


@pages.get("/destructions/<identifier>/bordereau.pdf")
def slip(identifier: str) -> Response:
    """Give the bordereau d'élimination, filled in, to print in two copies and sign."""
    with reading() as doing:
        row = prepared(doing, identifier)
        content, name = papers.slip(doing.session, row, around().names, doing.at), f"bordereau-{row.convention}.pdf"
    return download(content, name)


@pages.get("/destructions/<identifier>/archives")
def answer(identifier: str) -> str:
    """Show the forms of the archives: the day of sending, the answer."""
    with reading() as doing:
        return _shown(doing, identifier)


@pages.post("/destructions/<identifier>/archives/transmis")
def sent(identifier: str) -> ResponseReturnValue:
    """Record the day on which the bordereau was sent."""
    form = SentForm()

    def do(doing: Act) -> None:
        if form.transmitted_on.data is not None:
            archives.send_slip(doing.session, identifier, form.transmitted_on.data, by=doing.by, at=doing.at)

    told = "La transmission du bordereau est enregistrée."
    return recorded(identifier, form, do, told, lambda doing: _shown(doing, identifier, sent_form=form))


@pages.post("/destructions/<identifier>/archives/reponse")
def answered(identifier: str) -> ResponseReturnValue:
    """Record what the archives answered."""
    form = AnswerForm()
    form.offer(presenting.series(around().names))
    told = "La réponse des archives est enregistrée."
    return recorded(
        identifier,
        form,
        lambda doing: _answer(doing, identifier, form),
        told,
        lambda doing: _shown(doing, identifier, form=form),
    )


@pages.get("/destructions/<identifier>/archives/visa")
def visa(identifier: str) -> Response:
    """Give the bordereau that came back."""
    with reading() as doing:
        held = queries.slip_of(doing.session, prepared(doing, identifier).id).visa
    if held is None:
        raise UnknownDestruction("Aucun visa n'est joint.")
    return send_file(BytesIO(held), "application/octet-stream", as_attachment=True, download_name="visa.pdf")


def _answer(doing: Act, identifier: str, form: AnswerForm) -> None:
    session, by, at = doing
    reason = form.reason.data or ""
    if form.answer.data == NOT_NEEDED:
        archives.answer_without_visa(session, identifier, reason, by=by, at=at)
    elif form.answer.data == REFUSED:
        archives.answer_refused(session, identifier, reason, by=by, at=at)
    else:
        if form.visa_on.data is None:
            raise Invalid("Donnez la date du visa.", field="visa_on")
        refused = frozenset(form.refused.data or ())
        found = Visa(form.reference.data or "", form.visa_on.data, file_sent("file", VISA_BYTES), refused)
        archives.answer_with_visa(session, identifier, found, by=by, at=at)


def _shown(doing: Act, identifier: str, form: AnswerForm | None = None, sent_form: SentForm | None = None) -> str:
    row = prepared(doing, identifier)
    if form is None:
        form = AnswerForm(formdata=None)
        form.offer(presenting.series(around().names))
    held = queries.slip_of(doing.session, row.id)
    return render_template(
        "destruction/archives.html", row=row, form=form, sent_form=sent_form or SentForm(formdata=None), slip=held
    )
