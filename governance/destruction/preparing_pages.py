"""What a DPO does before a destruction begins: the archives, what stays, the other places."""

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from governance.core.refusals import Conflict, Invalid
from governance.destruction import archives, holds, papers, presenting, queries
from governance.destruction.forms import NOT_NEEDED, REFUSED, AnswerForm, AttestForm, HoldForm, SentForm, StoreForm
from governance.destruction.pages import around, pages, refused
from governance.destruction.rules import REASON_LIMIT, UnknownDestruction
from governance.destruction.stores import actions as stores
from governance.destruction.stores.actions import Attestation, Draft
from governance.destruction.stores.rules import Kind
from governance.people.rules import Permission, require
from governance.web.act import Act, act, reading
from governance.web.downloads import download
from governance.web.forms import attach

LARGEST = archives.VISA_BYTES


@pages.get("/destructions/<identifier>/bordereau.pdf")
def slip(identifier: str) -> Response:
    """Give the bordereau d'élimination, filled in, to print in two copies and sign."""
    with reading() as (session, by, at):
        row = queries.find_row(session, identifier, by)
        require(Permission.PREPARE_DESTRUCTION, by, row.structure_id)
        content, name = papers.slip(session, row, around().names, at), f"bordereau-{row.convention}.pdf"
    return download(content, name)


@pages.get("/destructions/<identifier>/archives")
def answer(identifier: str) -> str:
    """Show the forms of the archives: the day of sending, the answer."""
    with reading() as doing:
        return _archives(doing, identifier)


@pages.post("/destructions/<identifier>/archives/transmis")
def sent(identifier: str) -> ResponseReturnValue:
    """Record the day on which the bordereau was sent."""
    form = SentForm()
    if form.validate() and form.transmitted_on.data is not None:
        try:
            with act() as (session, by, at):
                archives.send_slip(session, identifier, form.transmitted_on.data, by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            flash("La transmission du bordereau est enregistrée.", "ok")
            return redirect(url_for("destruction.show", identifier=identifier), 303)
    with reading() as doing:
        return _archives(doing, identifier, sent_form=form), 422


@pages.post("/destructions/<identifier>/archives/reponse")
def answered(identifier: str) -> ResponseReturnValue:
    """Record what the archives answered."""
    form = AnswerForm()
    form.offer(presenting.series(around().names))
    if form.validate():
        try:
            with act() as doing:
                _answer(doing, identifier, form)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            flash("La réponse des archives est enregistrée.", "ok")
            return redirect(url_for("destruction.show", identifier=identifier), 303)
    with reading() as doing:
        return _archives(doing, identifier, form=form), 422


@pages.get("/destructions/<identifier>/archives/visa")
def visa(identifier: str) -> Response:
    """Give the bordereau that came back."""
    with reading() as (session, by, _):
        row = queries.find_row(session, identifier, by)
        require(Permission.PREPARE_DESTRUCTION, by, row.structure_id)
        held = queries.slip_of(session, row.id).visa
    if held is None:
        raise UnknownDestruction("Aucun visa n'est joint.")
    return send_file(BytesIO(held), "application/octet-stream", as_attachment=True, download_name="visa.pdf")


@pages.get("/destructions/<identifier>/conservation")
def hold(identifier: str) -> str:
    """Show the form that makes something stay."""
    with reading() as doing:
        return _hold(doing, identifier, _hold_form(empty=True))


@pages.post("/destructions/<identifier>/conservation")
def held(identifier: str) -> ResponseReturnValue:
    """Make something stay, for a reason."""
    form = _hold_form()
    if form.validate():
        try:
            with act() as (session, by, at):
                holds.set_hold(session, identifier, form.tables.data or (), form.reason.data or "", by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            flash("La mesure de conservation est posée : ce qu'elle couvre restera jusqu'à sa levée.", "ok")
            return redirect(url_for("destruction.show", identifier=identifier), 303)
    with reading() as doing:
        return _hold(doing, identifier, form), 422


@pages.post("/destructions/<identifier>/conservation/<hold_id>/lever")
def release(identifier: str, hold_id: str) -> ResponseReturnValue:
    """Release a hold: what it kept is destroyed too."""
    try:
        with act() as (session, by, at):
            queries.find_row(session, identifier, by)
            holds.release(session, hold_id, by=by, at=at)
    except Conflict as refusal:
        return refused(identifier, refusal)
    flash("La mesure est levée : ce qu'elle conservait est détruit à son tour.", "ok")
    return redirect(url_for("destruction.show", identifier=identifier), 303)


@pages.get("/destructions/<identifier>/lieux/ajouter")
def store(identifier: str) -> str:
    """Show the form of a place where the data also lie."""
    with reading() as doing:
        return _store(doing, identifier, StoreForm(formdata=None))


@pages.post("/destructions/<identifier>/lieux/ajouter")
def store_sent(identifier: str) -> ResponseReturnValue:
    """Declare a place where the data also lie."""
    form = StoreForm()
    if form.validate():
        try:
            with act() as (session, by, at):
                draft = Draft(Kind(form.kind.data), form.label.data or "", form.values())
                stores.declare(session, identifier, draft, around().setup.allowed, by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            flash("Le lieu est sur la liste.", "ok")
            return redirect(url_for("destruction.show", identifier=identifier), 303)
    with reading() as doing:
        return _store(doing, identifier, form), 422


@pages.get("/destructions/<identifier>/lieux/<store_id>/attester")
def attest(identifier: str, store_id: str) -> str:
    """Show the form by which somebody says that a place is empty."""
    with reading() as doing:
        return _attest(doing, identifier, store_id, AttestForm(formdata=None))


@pages.post("/destructions/<identifier>/lieux/<store_id>/attester")
def attested(identifier: str, store_id: str) -> ResponseReturnValue:
    """Record that a place is empty."""
    form = AttestForm()
    if form.validate():
        try:
            with act() as (session, by, at):
                queries.find_row(session, identifier, by)
                said = Attestation(form.statement.data or "", _file("file"))
                stores.attest(session, store_id, said, by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            flash("L'attestation est enregistrée.", "ok")
            return redirect(url_for("destruction.show", identifier=identifier), 303)
    with reading() as doing:
        return _attest(doing, identifier, store_id, form), 422


@pages.post("/destructions/<identifier>/lieux/<store_id>/retirer")
def remove(identifier: str, store_id: str) -> ResponseReturnValue:
    """Take a place off the list."""
    try:
        with act() as (session, by, at):
            queries.find_row(session, identifier, by)
            stores.remove(session, store_id, by=by, at=at)
    except Conflict as refusal:
        return refused(identifier, refusal)
    flash("Le lieu n'est plus sur la liste.", "ok")
    return redirect(url_for("destruction.show", identifier=identifier), 303)


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
        refused_series = frozenset(form.refused.data or ())
        found = archives.Visa(form.reference.data or "", form.visa_on.data, _file("file"), refused_series)
        archives.answer_with_visa(session, identifier, found, by=by, at=at)


def _file(name: str) -> bytes:
    given = request.files.get(name)
    return given.read(LARGEST + 1) if given is not None and given.filename else b""


def _archives(doing: Act, identifier: str, form: AnswerForm | None = None, sent_form: SentForm | None = None) -> str:
    session, by, _ = doing
    row = queries.find_row(session, identifier, by)
    require(Permission.PREPARE_DESTRUCTION, by, row.structure_id)
    if form is None:
        form = AnswerForm(formdata=None)
        form.offer(presenting.series(around().names))
    shown = {"form": form, "sent_form": sent_form or SentForm(formdata=None), "slip": queries.slip_of(session, row.id)}
    return render_template("destruction/archives.html", row=row, **shown)


def _hold_form(*, empty: bool = False) -> HoldForm:
    form = HoldForm(formdata=None) if empty else HoldForm()
    form.offer(presenting.series(around().names))
    return form


def _hold(doing: Act, identifier: str, form: HoldForm) -> str:
    session, by, _ = doing
    row = queries.find_row(session, identifier, by)
    require(Permission.PREPARE_DESTRUCTION, by, row.structure_id)
    return render_template("destruction/hold.html", row=row, form=form, most=REASON_LIMIT)


def _store(doing: Act, identifier: str, form: StoreForm) -> str:
    session, by, _ = doing
    row = queries.find_row(session, identifier, by)
    require(Permission.PREPARE_DESTRUCTION, by, row.structure_id)
    return render_template("destruction/store.html", row=row, form=form, allowed=around().setup.allowed)


def _attest(doing: Act, identifier: str, store_id: str, form: AttestForm) -> str:
    session, by, _ = doing
    row = queries.find_row(session, identifier, by)
    found = stores.read(session, store_id, by)
    return render_template("destruction/attest.html", row=row, form=form, store=found)
