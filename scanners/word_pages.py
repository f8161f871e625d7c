"""« Vocabulaire »: the words that a structure adds to those found or no longer wants found, and the tiers it has on."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.core.refusals import Conflict, Invalid, NotFound, Refusal
from governance.people.rules import Permission, require
from governance.web.act import act, reading
from governance.web.forms import attach
from governance.web.problems import of_refusal, wants_document
from scanners import actions, doubt_actions, queries, tier_actions
from scanners.doubts import Decision
from scanners.findings import Level
from scanners.forms import SilenceForm, SwitchForm, WordForm
from scanners.presenting import LEVELS
from scanners.presenting_doubts import DoubtsView
from scanners.presenting_tiers import tier_views
from scanners.tiers import SAID_OF, Tier

pages = Blueprint("words", __name__, template_folder="templates")

NOT_A_LEVEL = "Ce niveau n'est pas dans la liste."


class UnknownTier(NotFound):
    """There is no such tier."""


@pages.get("/vocabulaire")
def index() -> str:
    """List the structure's words."""
    return _page(WordForm(formdata=None), SilenceForm(formdata=None))


@pages.post("/vocabulaire")
def add() -> ResponseReturnValue:
    """Add a word; it counts from the next check on."""
    form = WordForm(formdata=request.form)
    try:
        with act() as (session, by, at):
            require(Permission.EDIT_LEXICON, by, by.structure)
            actions.add_word(session, form.word.data or "", _level(form), by=by, at=at)
    except (Invalid, Conflict) as refusal:
        attach(form, refusal)
        return _page(form, SilenceForm(formdata=None)), of_refusal(refusal).status
    flash("Le mot est ajouté : il compte dès la prochaine vérification.", "ok")
    return redirect(url_for("words.index"), 303)


@pages.post("/vocabulaire/taire")
def silence() -> ResponseReturnValue:
    """Silence a word, from its page or from a remark."""
    form = SilenceForm(formdata=request.form)
    try:
        with act() as (session, by, at):
            actions.silence_word(session, form.word.data or "", form.reason.data or "", by=by, at=at)
    except (Invalid, Conflict) as refusal:
        return _not_silenced(form, refusal)
    if wants_document():
        return "", 204
    flash("Le mot est tu : il n'est plus relevé dès la prochaine vérification.", "ok")
    return redirect(url_for("words.index"), 303)


@pages.post("/vocabulaire/<identifier>/retirer")
def remove(identifier: str) -> ResponseReturnValue:
    """Take a word off the list."""
    with act() as (session, by, at):
        actions.remove_word(session, identifier, by=by, at=at)
    flash("Le mot est retiré de la liste.", "ok")
    return redirect(url_for("words.index"), 303)


@pages.post("/vocabulaire/etages/<tier>/couper")
def switch_off(tier: str) -> ResponseReturnValue:
    """Switch a tier of health data off, for a reason."""
    asked = _tier(tier)
    form = SwitchForm.of(asked, request.form)
    try:
        with act() as (session, by, at):
            tier_actions.switch_off(session, asked, form.reason.data or "", by=by, at=at)
    except (Invalid, Conflict) as refusal:
        attach(form, refusal)
        return _page(WordForm(formdata=None), SilenceForm(formdata=None), {asked: form}), of_refusal(refusal).status
    flash(f"C'est coupé : {SAID_OF[asked]} n'est plus cherché dès la prochaine vérification.", "ok")
    return redirect(url_for("words.index"), 303)


@pages.post("/vocabulaire/etages/<tier>/remettre")
def switch_on(tier: str) -> ResponseReturnValue:
    """Switch a tier of health data on again."""
    asked = _tier(tier)
    with act() as (session, by, at):
        tier_actions.switch_on(session, asked, by=by, at=at)
    flash(f"C'est remis : {SAID_OF[asked]} est cherché dès la prochaine vérification.", "ok")
    return redirect(url_for("words.index"), 303)


@pages.post("/vocabulaire/fausses-alertes/<identifier>")
def answer_doubt(identifier: str) -> ResponseReturnValue:
    """Accept or refuse what somebody called a false alarm."""
    with act() as (session, by, at):
        require(Permission.EDIT_LEXICON, by, by.structure)
        doubt_actions.decide(session, identifier, _decision(request.form.get("decision", "")), by=by, at=at)
    flash("C'est enregistré : votre réponse compte dès la prochaine vérification.", "ok")
    return redirect(url_for("words.index"), 303)


def _tier(value: str) -> Tier:
    try:
        return Tier(value)
    except ValueError as error:
        raise UnknownTier("Cet étage n'existe pas.") from error


def _decision(value: str) -> Decision:
    try:
        return Decision(value)
    except ValueError as error:
        raise Invalid("Cette réponse n'est pas dans la liste.", field="decision") from error


def _not_silenced(form: SilenceForm, refusal: Refusal) -> ResponseReturnValue:
    if wants_document():
        raise refusal
    attach(form, refusal)
    return _page(WordForm(formdata=None), form), of_refusal(refusal).status


def _level(form: WordForm) -> Level:
    try:
        return Level(form.level.data)
    except ValueError as error:
        raise Invalid(NOT_A_LEVEL, field="level") from error


def _page(adding: WordForm, silencing: SilenceForm, switching: Mapping[Tier, SwitchForm] | None = None) -> str:
    with reading() as (session, by, _):
        tiers = tier_views(queries.switched_off(session, by), switching or {})
        return render_template(
            "scanners/words.html",
            adding=adding,
            silencing=silencing,
            words=queries.listed_words(session, by),
            levels=LEVELS,
            doubts=DoubtsView.of(queries.listed_doubts(session, by)),
            tiers=tiers,
            unlooked=next((one for one in tiers if one.tier is Tier.NAMED and one.off is not None), None),
        )
