"""What is done when a signalement cannot even be received: what was typed is given back, never lost."""

from contextlib import suppress

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge

from governance.core.refusals import Refusal
from governance.people.rules import NotSignedIn
from governance.web.act import reading
from governance.web.failures import StaleForm
from governance.web.forms import attach
from governance.web.identity import current_actor
from governance.web.problems import answer, of_refusal, of_status, wants_document
from scanners.desk import find_desk, show
from scanners.forms import SignalementForm
from scanners.rules import CommentTooLong

SENT = "scanners.verify_sent"
PREVIEW = "scanners.preview"
STALE = "Vous vous êtes connecté depuis que cette page est ouverte : rien n'a été vérifié. Vérifiez à nouveau."
TOO_MUCH = "Le texte dépasse de loin ce que le portail accepte : il n'a été ni vérifié ni gardé."


def install(pages: Blueprint) -> None:
    """Register the answers that give back what was typed."""
    pages.register_error_handler(NotSignedIn, _signed_out)
    pages.register_error_handler(CSRFError, _stale)
    pages.register_error_handler(RequestEntityTooLarge, _too_large)


def _signed_out(refusal: NotSignedIn) -> ResponseReturnValue:
    if request.endpoint != SENT or wants_document():
        return answer(of_refusal(refusal))
    return _given_back(401)


def _stale(error: CSRFError) -> ResponseReturnValue:
    if request.endpoint != SENT or wants_document():
        return answer(of_refusal(StaleForm("Cette page a été ouverte avant votre connexion : rechargez-la.")))
    if current_actor() is None:
        return _given_back(400)
    return _again(SignalementForm(formdata=request.form), Refusal(STALE), 400)


def _too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    with suppress(OSError, ValueError, RequestEntityTooLarge):  # a browser hears nothing before it has said everything
        while request.stream.read(1_000_000):
            pass
    if request.endpoint == PREVIEW:
        return answer(of_refusal(CommentTooLong(TOO_MUCH, field="comment")))
    if request.endpoint != SENT or current_actor() is None:
        return answer(of_status(413))
    return _again(SignalementForm(formdata=None), _what_is_too_large(), 413)


def _what_is_too_large() -> Refusal:
    limit = request.max_content_length or 0
    if (request.content_length or 0) > limit:
        return Refusal(f"L'envoi dépasse {limit // 1_000_000} Mo en tout : enlevez des pièces.", field="files")
    return Refusal(TOO_MUCH, field="comment")


def _again(form: SignalementForm, refusal: Refusal, status: int) -> ResponseReturnValue:
    try:
        with reading() as doing:
            desk = find_desk(doing)
    except Refusal as other:
        return answer(of_refusal(other))
    attach(form, refusal)
    return show(form, desk), status


def _given_back(status: int) -> ResponseReturnValue:
    return render_template("scanners/signed_out.html", form=SignalementForm(formdata=request.form)), status
