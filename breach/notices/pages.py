"""« Avis et preuves »: what was sent for each duty, what became of it, what proves it, who must be told again."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from breach.dossier.queries import find_base
from breach.dossier.rules import Output
from breach.notices import actions, queries
from breach.notices.documents import attachments, registered_letter
from breach.notices.forms import NoteForm, ProofForm
from breach.notices.letters import phone_script
from breach.notices.posting import Means
from breach.notices.presenting import COLOURS, STEPS
from breach.notices.proving import give
from breach.notices.rules import Way
from breach.notices.telling import Addressee, last_to, last_told
from breach.zones import find_zone
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.mail.presenting import STATES
from governance.people.accounts.links import ADDRESS
from governance.web.act import act, reading
from governance.web.downloads import download
from governance.web.forms import attach
from governance.web.identity import KEYS

pages = Blueprint(
    "breach_notices", __name__, template_folder="templates", static_folder="static", static_url_path="/statique/avis"
)
ACK = "/avis/"


@pages.get("/violations/<breach_id>/avis")
def show(breach_id: str) -> str:
    """Show each duty with what was done for it, and which outputs the facts now contradict."""
    with reading() as (session, by, at):
        base = find_base(session, breach_id, by)
        panels = queries.panels(session, base, current_app.extensions[KEYS], at)
        told = last_told(session, base)
    return render_template(
        "notices/show.html", base=base, panels=panels, told=told, steps_said=STEPS, colours=COLOURS, states=STATES
    )


@pages.post("/violations/devoirs/<duty_id>/avis")
def send(duty_id: str) -> ResponseReturnValue:
    """Send the first notice to the DPO of the caisse."""
    breach_id, means = _prepared(duty_id)
    try:
        with act() as (session, by, at):
            actions.send_first(session, duty_id, means, by=by, at=at)
    except Conflict as refusal:
        flash(refusal.message, "refus")
    else:
        flash("L'avis part. Envoyé n'est pas prouvé : l'obligation court jusqu'à l'accusé de réception.", "ok")
    return redirect(url_for("breach_notices.show", breach_id=breach_id), 303)


@pages.post("/violations/devoirs/<duty_id>/complement")
def complete(duty_id: str) -> ResponseReturnValue:
    """Tell the DPO of the caisse what changed."""
    breach_id, means = _prepared(duty_id, is_complement=True)
    try:
        with act() as (session, by, at):
            actions.send_complement(session, duty_id, means, by=by, at=at)
    except Conflict as refusal:
        flash(refusal.message, "refus")
    else:
        flash("Le complément part, avec le dossier à jour.", "ok")
    return redirect(url_for("breach_notices.show", breach_id=breach_id), 303)


@pages.get("/violations/devoirs/<duty_id>/prouver")
def prove(duty_id: str) -> str:
    """Show the form of a proof."""
    with reading() as (session, by, at):
        base, duty, subject = queries.find_duty(session, duty_id, by, at)
    form = ProofForm(formdata=None, done_at=at).about(duty.body["discharged_by"], find_zone(base.zone))
    return render_template("notices/prove.html", base=base, duty=duty, subject=subject, form=form)


@pages.post("/violations/devoirs/<duty_id>/prouver")
def prove_sent(duty_id: str) -> ResponseReturnValue:
    """Discharge a duty by a proof."""
    with reading() as (session, by, at):
        base, duty, subject = queries.find_duty(session, duty_id, by, at)
    form = ProofForm().about(duty.body["discharged_by"], find_zone(base.zone))
    if form.validate():
        try:
            with act() as (session, by, at):
                give(session, duty_id, form.given(), by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            flash("La preuve est au dossier : l'obligation est acquittée.", "ok")
            return redirect(url_for("breach_notices.show", breach_id=base.breach_id), 303)
    return render_template("notices/prove.html", base=base, duty=duty, subject=subject, form=form), 422


@pages.get("/violations/contacts/<notice_id>")
def by_hand(notice_id: str) -> str:
    """Show the script to read on the telephone, or the letter to post."""
    return _by_hand(notice_id, NoteForm(formdata=None))


@pages.post("/violations/contacts/<notice_id>")
def noted(notice_id: str) -> ResponseReturnValue:
    """Keep what came of a call, or that a letter was posted."""
    form = NoteForm()
    with reading() as (session, by, at):
        held = queries.find_by_hand(session, notice_id, by, at)
    if form.validate():
        try:
            with act() as (session, by, at):
                actions.note_done(session, notice_id, form.note.data or "", by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            flash("C'est noté. Ce n'est pas encore une preuve : demandez l'accusé, ou versez le recommandé.", "ok")
            return redirect(url_for("breach_notices.show", breach_id=held.base.breach_id), 303)
    return _by_hand(notice_id, form), 422


@pages.get("/violations/contacts/<notice_id>/lettre.pdf")
def letter(notice_id: str) -> Response:
    """Give the registered letter, to print, sign and post."""
    with reading() as (session, by, at):
        held = queries.find_by_hand(session, notice_id, by, at)
    if held.notice.way is not Way.PAPER:
        raise NotFound("Cette lettre n'existe pas.")
    content = registered_letter(held.base, held.subject, held.notice.recipient, at)
    return download(content, f"lettre-{held.base.number}.pdf")


def _by_hand(notice_id: str, form: NoteForm) -> str:
    with reading() as (session, by, at):
        held = queries.find_by_hand(session, notice_id, by, at)
    script = phone_script(held.subject, held.base.facts)
    return render_template("notices/by_hand.html", held=held, base=held.base, script=script, form=form)


def _prepared(duty_id: str, *, is_complement: bool = False) -> tuple[str, Means]:
    """Return the breach of a duty and what sending needs: the files are made before the writing begins."""
    with reading() as (session, by, at):
        base, duty, subject = queries.find_duty(session, duty_id, by, at)
        to = Addressee(Output.CAISSE, duty.convention, duty.caisse)
        told = last_to(session, base, to) if is_complement else None
        files = attachments(session, base, subject, at, told.differences if told else ()) if duty.convention else ()
    return base.breach_id, Means(
        lambda token: _address(url_for("breach_acknowledge.show", token=token)),
        lambda breach: _address(url_for("breach_notices.show", breach_id=breach)),
        files,
    )


def _address(path: str) -> str:
    return f"{current_app.config[ADDRESS] or url_for('web.home', _external=True).rstrip('/')}{path}"
