"""« Revues »: the reviews of a structure, and the page on which one is done."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from governance.conventions.queries import find_convention
from governance.conventions.shown import caisse_names
from governance.core import clock
from governance.core.refusals import Invalid, Refusal
from governance.people.rules import Actor, Permission, Role, may, require, require_somewhere
from governance.web.act import Act, act, reading
from governance.web.forms import attach
from governance.web.problems import of_refusal
from reviews import queries, words
from reviews.deciding import Seen, answer, bars, confirm
from reviews.events import ask
from reviews.forms import AnswerForm, AskForm, FilterForm, OpenForm, confirmed, stamp, stamped
from reviews.joining import entries_of
from reviews.modifying import ToModify, to_modify
from reviews.opening import Opening, open_review
from reviews.people import names_of, persons_in, unseen_by
from reviews.rules import BadReview, Cause, DecidedMeanwhile, NotOpen, UnknownReview
from reviews.settings import plans
from reviews.viewing import board, listed

pages = Blueprint(
    "reviews", __name__, url_prefix="/revues", template_folder="templates", static_folder="static",
    static_url_path="/statique",
)  # fmt: skip


@pages.get("")
def index() -> str:
    """List the reviews, and when the next ones open."""
    return _index(AskForm(formdata=None))


@pages.post("/demander")
def ask_sent() -> ResponseReturnValue:
    """Ask a partner for its review, from a caisse."""
    form = AskForm()
    try:
        with act() as (session, by, at):
            require_somewhere(Permission.ASK_REVIEW, by)
            structure, _, convention = str(form.partner.data or "").partition("/")
            if not convention:
                raise BadReview("Choisissez un partenaire.", field="partner")
            ask(session, structure, convention, by=by, at=at)
    except Invalid as refusal:
        attach(form, refusal)
        return _index(form), of_refusal(refusal).status
    flash("La revue est demandée : elle s'ouvre chez le partenaire dans les minutes qui viennent.", "ok")
    return redirect(url_for("reviews.index"), 303)


@pages.get("/ouvrir/<convention>")
def open_form(convention: str) -> str:
    """Show the form that opens a review now."""
    with reading() as doing:
        return _opening(doing, convention, OpenForm(formdata=None))


@pages.post("/ouvrir/<convention>")
def open_sent(convention: str) -> ResponseReturnValue:
    """Open a review now."""
    form = OpenForm()
    try:
        with act() as doing:
            _check_convention(doing, convention)
            if not form.validate():
                return _opening(doing, convention, form), 422
            made = _opened(doing, convention, form)
    except Refusal as refusal:
        attach(form, refusal)
        with reading() as doing:
            return _opening(doing, convention, form), of_refusal(refusal).status
    flash("La revue est ouverte : ses comptes sont figés tels qu'ils sont aujourd'hui.", "ok")
    return redirect(url_for("reviews.show", campaign=made), 303)


@pages.get("/<campaign>")
def show(campaign: str) -> ResponseReturnValue:
    """Show a review: what awaits an answer, or the accounts that were asked for."""
    form = FilterForm(request.args)
    is_valid = form.validate()
    with reading() as (session, by, at):
        found = queries.find_campaign(session, campaign, by)
        shown = {"one": found, "form": form, "at": at, "shown": stamp(at), "words": words}
        shown["caisses"] = _caisses(session, found)
        if is_valid and (form.show or form.flag):
            page = form.page.data or 1
            wanted = listed(session, found, by, form.show or queries.Show.ALL, form.flag, page)
            last = max(1, -(-wanted.total // queries.PAGE))
            shown["todo"] = {one.entry: one for one in _to_modify(session, found, by, at)}
            return render_template("reviews/list.html", listed=wanted, page=page, last=last, **shown)
        left = len(_to_modify(session, found, by, at))
        html = render_template("reviews/board.html", board=board(session, found, by), left_to_modify=left, **shown)
    return html, 200 if is_valid else 422


@pages.get("/<campaign>/comptes/<entry>")
def entry(campaign: str, entry: str) -> str:
    """Show an account of a review: what it was at opening, every answer, and the form to give another."""
    with reading() as doing:
        return _entry(doing, campaign, entry, AnswerForm(formdata=None))


@pages.post("/<campaign>/comptes/<entry>")
def answer_sent(campaign: str, entry: str) -> ResponseReturnValue:
    """Answer for one account."""
    form = AnswerForm()
    try:
        with act() as (session, by, at):
            _check_reviewer(session, campaign, by)
            seen = Seen(entry, form.version.data or 0, stamped(form.shown.data or "", at))
            given = form.given()
            answer(session, seen, given, by=by, at=at)
    except (Invalid, DecidedMeanwhile, NotOpen) as refusal:
        attach(form, refusal)
        with reading() as doing:
            return _entry(doing, campaign, entry, form), of_refusal(refusal).status
    flash(f"Réponse enregistrée : {words.CHOICES[given.choice][0]}.", "ok")
    return redirect(url_for("reviews.show", campaign=campaign, suite=1, _anchor="suite"), 303)


@pages.post("/<campaign>/confirmer")
def confirm_sent(campaign: str) -> ResponseReturnValue:
    """Keep together the accounts that the page listed."""
    with act() as (session, by, at):
        _check_reviewer(session, campaign, by)
        count = confirm(session, confirmed(at), by=by, at=at)
    flash(f"{count} {'comptes inchangés gardés' if count > 1 else 'compte inchangé gardé'}.", "ok")
    return redirect(url_for("reviews.show", campaign=campaign, _anchor="suite"), 303)


def _index(form: AskForm) -> str:
    with reading() as (session, by, at):
        found = queries.campaigns(session, by)
        planned = () if by.caisse else plans(session, by.structure, at)
        names = queries.structure_names(session, {one.structure for one in by.signed})
        form.partner.choices = [
            (f"{one.structure}/{one.convention}", f"{names.get(one.structure, '')} — {one.convention}")
            for one in sorted(by.signed)
        ]
        shown = {"found": found, "plans": planned, "form": form, "at": at, "words": words}
        return render_template("reviews/index.html", **shown)


def _caisses(session: Session, campaign: queries.Campaign) -> Mapping[str, str]:
    return caisse_names(find_convention(session, campaign.convention, campaign.structure))


def _to_modify(session: Session, campaign: queries.Campaign, by: Actor, at: datetime) -> tuple[ToModify, ...]:
    """Return what is left to modify, for who may: at the partner, who manages its accounts."""
    if not may(Permission.MANAGE_ACCOUNTS, by, campaign.structure) or by.structure != campaign.structure:
        return ()
    return to_modify(session, [campaign], at).get(campaign.id, ())


def _check_reviewer(session: Session, campaign: str, by: Actor) -> None:
    found = queries.find_campaign(session, campaign, by)
    require(Permission.REVIEW_ACCOUNTS, by, found.structure, convention=found.convention)


def _check_convention(doing: Act, convention: str) -> None:
    require_somewhere(Permission.OPEN_REVIEW, doing.by)
    if convention not in {one.convention for one in plans(doing.session, doing.by.structure, doing.at)}:
        raise UnknownReview("Cette convention n'a pas de comptes à revoir ici.")


def _opening(doing: Act, convention: str, form: OpenForm) -> str:
    _check_convention(doing, convention)
    session, by, at = doing
    plan = next(one for one in plans(session, by.structure, at) if one.convention == convention)
    form.offer({one.id: one.name for one in persons_in(session, by.structure, [Role.GESTIONNAIRE, Role.DPO])})
    if not form.is_submitted():
        form.due.data = clock.day(at) + timedelta(days=plan.settings.days)
        form.grace.data, form.fallback.data = plan.settings.policy.grace or 7, plan.settings.fallback or ""
        form.silence.data = plan.settings.policy.silence.value if plan.settings.chosen else None
    entries = entries_of(session, by.structure, convention, clock.day(at))
    counts = {"total": len(entries), "alone": sum(one.is_alone for one in entries)}
    return render_template("reviews/open.html", form=form, plan=plan, counts=counts)


def _opened(doing: Act, convention: str, form: OpenForm) -> str:
    session, by, at = doing
    key = f"choix/{at.isoformat(timespec='seconds')}"
    due = form.due.data or clock.day(at)
    opening = Opening(by.structure, convention, Cause.CHOICE, key, due, form.policy, form.fallback.data or None)
    return open_review(session, opening, entries_of(session, by.structure, convention, clock.day(at)), by=by, at=at)


def _entry(doing: Act, campaign: str, entry: str, form: AnswerForm) -> str:
    session, by, at = doing
    found, line = queries.find_campaign(session, campaign, by), queries.find_line(session, campaign, entry)
    history = queries.answers(session, [entry]).get(entry, ())
    form.version.data, form.shown.data = line.version, stamp(at)
    names = names_of(session, {line.reviewer, *(one.by for one in history)}, unseen_by(by))
    why_not = bars(session, [entry], by).get(entry)
    shown = {"line": line, "history": history, "names": names, "why_not": why_not, "shown": stamp(at)}
    shown["todo"] = next((one for one in _to_modify(session, found, by, at) if one.entry == entry), None)
    return render_template(
        "reviews/entry.html", one=found, form=form, words=words, caisses=_caisses(session, found), **shown
    )
