"""One's own agenda outside the pages: the feed for a calendar program, the morning mail."""

from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from governance.agenda import actions, gathering, ical, queries
from governance.agenda.forms import MorningForm
from governance.agenda.gathering import Somewhere
from governance.agenda.pages import base
from governance.agenda.queries import FeedView, UnknownFeed
from governance.agenda.rules import BadHorizon, Listed
from governance.core import storage
from governance.people.rules import Permission, may, require
from governance.web import feature
from governance.web.act import act, instant, reading, sight_of, transaction
from governance.web.forms import attach
from governance.web.identity import sessions

PATH = "/agenda.ics"
_WRITE_READ_EVERY = timedelta(hours=1)

pages = Blueprint("calendar", __name__, template_folder="templates")


@pages.get(PATH)
def feed() -> Response:
    """Give the dates of who holds the secret, from all their structures; nothing once they hold no role any more.

    The secret is in the query, which is never logged.
    """
    at = instant()
    with storage.reading(sessions()) as session:
        found = queries.find_feed(session, request.args.get("cle", ""))
        held = [one for one in gathering.everywhere(session, found.person_id) if _may(one)]
    if not held:
        raise UnknownFeed("Cet agenda n'existe plus : la personne n'a plus de rôle.")
    _note(found, at)
    answer = Response(ical.calendar(_dates(held, at), base(), at), content_type="text/calendar; charset=utf-8")
    answer.add_etag()
    answer.headers["Content-Disposition"] = 'inline; filename="vigie-agenda.ics"'
    return answer.make_conditional(request)


@pages.get("/compte/agenda")
def settings() -> str:
    """Show one's feed and morning mail."""
    return _settings(MorningForm(formdata=None), None)


@pages.post("/compte/agenda/lien")
def open_feed() -> ResponseReturnValue:
    """Make a secret link in place of the former, and show it once."""
    with act() as (session, by, at):
        secret = actions.open_feed(session, by=by, at=at)
    return _settings(MorningForm(formdata=None), f"{base()}{PATH}?cle={secret}")


@pages.post("/compte/agenda/lien/fermer")
def close_feed() -> ResponseReturnValue:
    """Make the link answer nobody any more."""
    with act() as (session, by, at):
        actions.close_feed(session, by=by, at=at)
    flash("Le lien est fermé : plus aucun logiciel ne lit votre agenda.", "ok")
    return redirect(url_for("calendar.settings"), 303)


@pages.post("/compte/agenda/matin")
def choose() -> ResponseReturnValue:
    """Choose how far the morning mail looks."""
    form = MorningForm()
    if form.validate():
        try:
            with act() as (session, by, at):
                actions.choose_morning(session, form.days.data, by=by, at=at)
        except BadHorizon as refusal:
            attach(form, refusal)
        else:
            flash("C'est noté pour le courriel du matin.", "ok")
            return redirect(url_for("calendar.settings"), 303)
    return _settings(form, None), 422


def _settings(form: MorningForm, link: str | None) -> str:
    with reading() as (session, by, _):
        require(Permission.READ_AGENDA, by, by.structure)
        chosen = queries.preferences(session, by.id)
    if form.days.data is None:
        form.days.data = chosen.days
    return render_template("agenda/settings.html", form=form, chosen=chosen, link=link)


def _may(one: Somewhere) -> bool:
    return may(Permission.READ_AGENDA, one.actor, one.actor.structure)


def _dates(held: list[Somewhere], at: datetime) -> list[tuple[str, Listed]]:
    dated: list[tuple[str, Listed]] = []
    for name, actor in held:
        with storage.reading(sessions(), sight_of(actor)) as session:
            said = name if len(held) > 1 else ""
            dated += [(said, one) for one in gathering.dates_of(feature.features(), session, actor, at)]
    return dated


def _note(found: FeedView, at: datetime) -> None:
    if found.read_at is not None and at - found.read_at < _WRITE_READ_EVERY:
        return
    try:
        with transaction() as session:
            actions.note_read(session, found.id, at=at)
    except OperationalError:
        return  # a busy database keeps nobody from reading
