"""Following a review and ending it: who has what left, what moved, how it is done; signing; its certificate."""

import json
from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from governance.core import clock
from governance.core.refusals import Conflict, Invalid, NotFound, Refusal
from governance.papers import printing, signing
from governance.papers.rules import File
from governance.people.rules import Permission, Role, require
from governance.web import logs
from governance.web.act import Act, act, reading
from governance.web.downloads import download, signatory
from governance.web.forms import attach
from governance.web.identity import keys, sessions
from governance.web.problems import of_refusal
from reviews import moving, queries, words
from reviews.certificate import KIND, extract, story_of
from reviews.closing import Standing, check_closable, check_someone_left, plan
from reviews.ending import apply, sign_off, standings_of
from reviews.forms import DelegateForm, PostponeForm, SettingsForm
from reviews.jobs import ways
from reviews.joining import others
from reviews.moving import Delegation
from reviews.paper import on_paper
from reviews.people import names_of, persons_in, unseen_by
from reviews.queries import Campaign
from reviews.rules import State
from reviews.settings import Settings, keep_settings, plans
from reviews.viewing import Share

pages = Blueprint("review_ends", __name__, url_prefix="/revues", template_folder="templates")


@pages.get("/<campaign>/suivi")
def follow(campaign: str) -> str:
    """Show who has what left, how the review is done, what moved, who was written to."""
    with reading() as doing:
        return _followed(doing, campaign, DelegateForm(formdata=None), PostponeForm(formdata=None))


@pages.post("/<campaign>/confier")
def delegate(campaign: str) -> ResponseReturnValue:
    """Give somebody else accounts that await an answer."""
    form = DelegateForm()
    try:
        with act() as (session, by, at):
            given = Delegation(form.giver.data or by.id, form.taker.data or "", form.words.data or "")
            count = moving.delegate(session, campaign, given, by=by, at=at)
    except (Invalid, Conflict) as refusal:
        attach(form, refusal)
        with reading() as doing:
            return _followed(doing, campaign, form, PostponeForm(formdata=None)), of_refusal(refusal).status
    flash(f"{count} {'comptes confiés' if count > 1 else 'compte confié'} ; l'échéance reste la même.", "ok")
    return redirect(url_for("review_ends.follow", campaign=campaign), 303)


@pages.post("/<campaign>/repousser")
def postpone(campaign: str) -> ResponseReturnValue:
    """Put the deadline later, with a reason."""
    form = PostponeForm()
    try:
        with act() as (session, by, at):
            require(Permission.SET_REVIEWS, by, by.structure)
            if not form.validate():
                raise Invalid("Donnez un jour et un motif.")
            to, why = form.to.data or clock.day(at), form.reason.data or ""
            moving.postpone(session, campaign, to, why, by=by, at=at)
    except (Invalid, Conflict) as refusal:
        if not form.errors:
            attach(form, refusal)
        with reading() as doing:
            return _followed(doing, campaign, DelegateForm(formdata=None), form), of_refusal(refusal).status
    flash("L'échéance est repoussée ; les personnes attendues en sont prévenues.", "ok")
    return redirect(url_for("review_ends.follow", campaign=campaign), 303)


@pages.get("/<campaign>/signer")
def sign(campaign: str) -> str:
    """Say what signing will do, in numbers."""
    with reading() as doing:
        return _signing(doing, campaign)


@pages.post("/<campaign>/signer")
def sign_sent(campaign: str) -> ResponseReturnValue:
    """Sign a review, then apply it at once; the job goes on with what could not be."""
    try:
        with act() as (session, by, at):
            sign_off(session, campaign, ways(keys()), by=by, at=at)
    except Conflict as refusal:
        with reading() as doing:
            return _signing(doing, campaign, refusal), of_refusal(refusal).status
    try:
        apply(sessions(), campaign, ways(keys()), at)
        flash("La revue est signée et appliquée ; son attestation est prête.", "ok")
    except (SQLAlchemyError, Refusal) as error:
        logs.failure(error)
        flash("La revue est signée. Elle s'applique dans les minutes qui viennent.", "ok")
    return redirect(url_for("reviews.show", campaign=campaign), 303)


@pages.get("/<campaign>/attestation.json")
def certificate_json(campaign: str) -> Response:
    """Give the signed certificate; to a caisse, what concerns it."""
    with reading() as doing:
        found, text = _certificate(doing, campaign)
    return download(text.encode(), f"revue-{found.closed_at:%Y-%m-%d}-{found.convention}.json")


@pages.get("/<campaign>/attestation.pdf")
def certificate_pdf(campaign: str) -> Response:
    """Give the certificate as a signed document, the data within."""
    with reading() as doing:
        found, text = _certificate(doing, campaign)
        at = found.closed_at or doing.at
    value = json.loads(text)["document"]["value"]
    values = on_paper(value)
    carried = [File("attestation.json", text.encode(), description="Les données de l'attestation, signées")]
    made = printing.pdf("reviews/certificate.html", values, "Attestation de revue des habilitations", carried, at=at)
    name = f"revue-{found.closed_at:%Y-%m-%d}-{found.convention}.pdf"
    return download(signing.sign(made, signatory(), at=doing.at), name)


@pages.get("/reglages/<convention>")
def settings(convention: str) -> str:
    """Show how the accounts of a convention are reviewed."""
    with reading() as doing:
        return _settings(doing, convention, SettingsForm(formdata=None))


@pages.post("/reglages/<convention>")
def settings_sent(convention: str) -> ResponseReturnValue:
    """Say how the accounts of a convention are reviewed."""
    form = SettingsForm()
    try:
        with act() as doing:
            require(Permission.SET_REVIEWS, doing.by, doing.by.structure)
            if not form.validate():
                return _settings(doing, convention, form), 422
            given = Settings(form.months.data or 0, form.days.data or 0, form.policy, form.fallback.data or None)
            keep_settings(doing.session, doing.by.structure, convention, given, by=doing.by, at=doing.at)
    except Invalid as refusal:
        attach(form, refusal)
        with reading() as doing:
            return _settings(doing, convention, form), of_refusal(refusal).status
    flash("C'est réglé : les prochaines revues s'ouvriront ainsi.", "ok")
    return redirect(url_for("reviews.index"), 303)


def _followed(doing: Act, campaign: str, delegating: DelegateForm, postponing: PostponeForm) -> str:
    session, by, at = doing
    found = queries.find_campaign(session, campaign, by)
    waiting = queries.waiting_for(session, campaign)
    said = story_of(session, campaign)
    able = _able(session, found.structure)
    acted = {one.by for one in queries.acts(session, campaign)}
    names = names_of(session, {*waiting, *acted}, unseen_by(by))
    shares = [Share(one, names.get(one, ""), waiting.get(one, 0), queries.meter(session, campaign, one))
              for one in sorted({*waiting, *acted})]  # fmt: skip
    delegating.taker.choices = list(able.items())
    shown = {"shares": shares, "said": said, "whole": queries.meter(session, campaign), "at": at, "words": words}
    return render_template(
        "reviews/follow.html", one=found, delegating=delegating, postponing=postponing, able=able, **shown
    )


def _able(session: Session, structure: str) -> Mapping[str, str]:
    return {one.id: one.name for one in persons_in(session, structure, [Role.GESTIONNAIRE, Role.DPO])}


def _signing(doing: Act, campaign: str, refusal: Refusal | None = None) -> str:
    session, by, at = doing
    found = queries.find_campaign(session, campaign, by)
    require(Permission.CLOSE_REVIEW, by, found.structure)
    standings, kept = standings_of(session, campaign), others(session, campaign)
    why_not = refusal or _why_not(found, standings, kept, doing)
    planned = plan(standings, found.policy, kept)
    counts: dict[str, int] = {}
    for one in planned:
        counts[one.effect] = counts.get(one.effect, 0) + 1
    shown = {"counts": counts, "refusal": why_not, "own": queries.meter(session, campaign), "at": at, "words": words}
    return render_template("reviews/sign.html", one=found, **shown)


def _why_not(found: Campaign, standings: Sequence[Standing], kept: Mapping[str, int], doing: Act) -> Refusal | None:
    try:
        check_closable(standings, found.policy, found.due, doing.at)
        check_someone_left(standings, kept)
    except Refusal as refusal:
        return refusal
    return None


def _certificate(doing: Act, campaign: str) -> tuple[Campaign, str]:
    session, by, _ = doing
    found = queries.find_campaign(session, campaign, by)
    if found.state is not State.CLOSED or found.certificate is None:
        raise NotFound("L'attestation est faite à la clôture de la revue.")
    if by.structure == found.structure:
        return found, found.certificate
    value = extract(json.loads(found.certificate)["document"]["value"], by.caisse or "")
    return found, signing.signed_json(keys(), KIND, value, at=doing.at).decode()


def _settings(doing: Act, convention: str, form: SettingsForm) -> str:
    session, by, at = doing
    require(Permission.SET_REVIEWS, by, by.structure)
    found = next((one for one in plans(session, by.structure, at) if one.convention == convention), None)
    if found is None:
        raise NotFound("Cette convention n'a pas de comptes à revoir ici.")
    form.offer(dict(_able(session, by.structure)))
    if not form.is_submitted():
        held = found.settings
        form.months.data, form.days.data, form.fallback.data = held.months, held.days, held.fallback or ""
        form.silence.data, form.grace.data = held.policy.silence.value, held.policy.grace
    return render_template("reviews/settings.html", form=form, plan=found)
