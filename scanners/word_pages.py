"""« Vocabulaire »: the words that a structure adds to those found, or no longer wants found."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.core.refusals import Conflict, Invalid, Refusal
from governance.people.rules import Permission, require
from governance.web.act import act, reading
from governance.web.forms import attach
from governance.web.problems import of_refusal, wants_document
from scanners import actions, doubt_actions, queries
from scanners.doubts import Decision
from scanners.findings import Level
from scanners.forms import SilenceForm, WordForm
from scanners.own_words import LIKELY
from scanners.presenting import LEVELS
from scanners.presenting_doubts import DoubtsView

pages = Blueprint("words", __name__, template_folder="templates")

NOT_A_LEVEL = "Ce niveau n'est pas dans la liste."


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


@pages.post("/vocabulaire/fausses-alertes/<identifier>")
def answer_doubt(identifier: str) -> ResponseReturnValue:
    """Accept or refuse what somebody called a false alarm."""
    with act() as (session, by, at):
        require(Permission.EDIT_LEXICON, by, by.structure)
        doubt_actions.decide(session, identifier, _decision(request.form.get("decision", "")), by=by, at=at)
    flash("C'est enregistré : votre réponse compte dès la prochaine vérification.", "ok")
    return redirect(url_for("words.index"), 303)


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


def _page(adding: WordForm, silencing: SilenceForm) -> str:
    with reading() as (session, by, _):
        words = queries.listed_words(session, by)
        return render_template(
            "scanners/words.html",
            adding=adding,
            silencing=silencing,
            words=words,
            levels=LEVELS,
            doubts=DoubtsView.of(queries.listed_doubts(session, by)),
            likely=LIKELY,
            is_likely_on=all(one.word != LIKELY for one in words),
        )
