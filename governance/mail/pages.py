"""« Envois »: what left, what waits, what failed; the files of a message; the certificates of recipients."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from governance.core.refusals import Conflict, Invalid, Refusal
from governance.mail import actions, queries
from governance.mail.forms import CertificateForm, FilterForm
from governance.mail.presenting import EVENTS, STATES
from governance.people.rules import Permission, may, require
from governance.web.act import Act, act, reading
from governance.web.forms import attach
from governance.web.problems import of_refusal

pages = Blueprint(
    "mail", __name__, template_folder="templates", static_folder="static", static_url_path="/statique/envois"
)


@pages.get("/envois")
def index() -> ResponseReturnValue:
    """List the messages of the structure, those that need somebody said first."""
    form = FilterForm(request.args)
    is_valid = form.validate()
    page = (form.page.data or 1) if is_valid else 1
    with reading() as (session, by, at):
        listed = queries.sendings(session, by, at, state=form.state if is_valid else None, page=page)
        health = queries.health(session, at, by)
    last = max(1, -(-listed.total // queries.PAGE))
    shown = {"form": form, "listed": listed, "health": health, "page": page, "last": last, "states": STATES}
    return render_template("mail/index.html", **shown), 200 if is_valid else 422


@pages.get("/envois/<identifier>")
def show(identifier: str) -> str:
    """Show a message, and everything that happened to it."""
    with reading() as doing:
        return _message(doing, identifier)


@pages.post("/envois/<identifier>/renvoyer")
def resend(identifier: str) -> ResponseReturnValue:
    """Send once more a message that ended."""
    try:
        with act() as (session, by, at):
            actions.resend(session, identifier, by=by, at=at)
    except Conflict as refusal:
        with reading() as doing:
            return _message(doing, identifier, refusal), of_refusal(refusal).status
    flash("Le message repart : il est de nouveau en attente.", "ok")
    return redirect(url_for("mail.show", identifier=identifier), 303)


@pages.get("/envois/<identifier>/pieces")
def files(identifier: str) -> str:
    """List the files of a message, for whom it is written to."""
    with reading() as (session, by, _):
        held = queries.files(session, identifier, by)
    return render_template("mail/files.html", identifier=identifier, files=held)


@pages.get("/envois/<identifier>/pieces/<int:number>")
def file(identifier: str, number: int) -> Response:
    """Give a file of a message, always to be saved, never shown here."""
    with act() as (session, by, at):
        one = actions.read_file(session, identifier, number, by=by, at=at)
    return send_file(BytesIO(one.content), mimetype=one.media_type, as_attachment=True, download_name=one.name)


@pages.get("/envois/certificats")
def certificates() -> str:
    """List the certificates of recipients."""
    return _certificates(CertificateForm(formdata=None))


@pages.post("/envois/certificats")
def register() -> ResponseReturnValue:
    """Register the certificate of a recipient, in place of the former."""
    form = CertificateForm()
    try:
        with act() as (session, by, at):
            require(Permission.MANAGE_CERTIFICATES, by, by.structure)
            raw = form.content()
            identifier = actions.register_certificate(session, form.to.data or "", raw, by=by, at=at)
            short = queries.short_keys(queries.certificates(session, by)).get(identifier)
    except Invalid as refusal:
        attach(form, refusal)
        return _certificates(form), of_refusal(refusal).status
    flash("Le certificat est enregistré : les pièces envoyées à cette adresse seront chiffrées pour lui.", "ok")
    if short is not None:
        flash(f"Sa clé n'a que {short} bits : demandez au destinataire un certificat d'au moins 3072.", "attention")
    return redirect(url_for("mail.certificates"), 303)


@pages.post("/envois/certificats/<identifier>/retirer")
def withdraw(identifier: str) -> ResponseReturnValue:
    """Stop encrypting to a certificate."""
    with act() as (session, by, at):
        actions.withdraw_certificate(session, identifier, by=by, at=at)
    flash("Le certificat est retiré : les pièces resteront derrière un lien.", "ok")
    return redirect(url_for("mail.certificates"), 303)


def _message(doing: Act, identifier: str, refusal: Refusal | None = None) -> str:
    session, by, at = doing
    sending = queries.find_sending(session, identifier, by, at)
    events = queries.history(session, identifier, by)
    can_read = may(Permission.READ_MAIL, by, by.structure)
    can_count = can_read and sending.letter is not None and not sending.is_confidential
    count = len(queries.files(session, identifier, by)) if can_count else 0
    shown = {"one": sending, "events": events, "count": count, "states": STATES, "words": EVENTS, "refusal": refusal}
    return render_template("mail/show.html", **shown)


def _certificates(form: CertificateForm) -> str:
    with reading() as (session, by, at):
        known = queries.certificates(session, by)
        short = queries.short_keys(known)
        return render_template("mail/certificates.html", form=form, known=known, short=short, at=at)
