"""« Ce qui m'attend », the home of who looks after conventions, and « Agenda »."""

from datetime import datetime

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from governance.agenda import gathering, health, ical, rules
from governance.agenda.forms import FilterForm
from governance.agenda.gathering import Somewhere
from governance.agenda.items import Task
from governance.agenda.rules import BadMonth, Listed, Place
from governance.conventions.queries import all_conventions
from governance.core import clock, storage
from governance.jobs.pages import timetable
from governance.people.rules import Actor, Permission, Role, require
from governance.web import feature
from governance.web.act import Act, reading
from governance.web.downloads import download
from governance.web.forms import attach
from governance.web.identity import sessions

SHOWN = 100
BASE = "VIGIE_BASE"  # the public address, for what is read outside a browser

pages = Blueprint(
    "agenda", __name__, template_folder="templates", static_folder="static", static_url_path="/statique/agenda"
)


@pages.get("/a-faire")
def tasks() -> str:
    """Show what awaits the reader, most urgent first, here and in their other structures."""
    with reading() as doing:
        require(Permission.READ_AGENDA, doing.by, doing.by.structure)
        held = gathering.tasks_of(feature.features(), doing.session, doing.by, doing.at)
        codes = {one.code for one in all_conventions(doing.session, doing.by.structure)}
        signs = _signs(doing)
    shown = held[:SHOWN]
    said = {
        "total": len(held), "late": rules.late(held, doing.at), "groups": rules.groups(shown, doing.at),
        "laws": _laws(shown, codes), "elsewhere": _elsewhere(doing.by, doing.at), "signs": signs,
        "shortcuts": feature.shortcuts(doing.by), "more": len(held) - len(shown), "at": doing.at,
    }  # fmt: skip
    return render_template("agenda/tasks.html", **said)


@pages.get("/agenda")
def index() -> ResponseReturnValue:
    """List the dates of the reader's structure by month, those of a package or from a month on when asked."""
    form = FilterForm(request.args)
    held, at = _dates()
    form.offer(rules.sources(held))
    status, first = 200, clock.day(at).replace(day=1)
    try:
        first = rules.month_of(form.mois.data) or first
    except BadMonth as refusal:
        attach(form, refusal)
        status = 422
    wanted = [one for one in held if not form.sorte.data or one.source == form.sorte.data]
    every = rules.months(wanted)
    months = tuple(month for month in every if month.first >= first)
    past = sum(len(month.dates) for month in every if month.first < first)
    said = {"months": months, "count": sum(len(month.dates) for month in months), "past": past, "at": at}
    earliest = every[0].first if every else first
    return render_template("agenda/index.html", form=form, first=first, earliest=earliest, **said), status


@pages.get("/agenda/telecharger.ics")
def download_calendar() -> Response:
    """Give the dates of the reader's structure as a file for their calendar."""
    held, at = _dates()
    return download(ical.calendar((("", one) for one in held), base(), at), "vigie-agenda.ics")


def base() -> str:
    """Return the address with which links read outside a browser begin."""
    return str(current_app.config[BASE] or request.url_root.rstrip("/"))


def elsewhere(person: Actor) -> tuple[Somewhere, ...]:
    """Return a person as an actor in each of their structures."""
    with storage.reading(sessions()) as session:
        return gathering.everywhere(session, person.id)


def _dates() -> tuple[tuple[Listed, ...], datetime]:
    with reading() as (session, by, at):
        require(Permission.READ_AGENDA, by, by.structure)
        return gathering.dates_of(feature.features(), session, by, at), at


def _elsewhere(by: Actor, at: datetime) -> tuple[Place, ...]:
    others = [one for one in elsewhere(by) if one.actor.structure != by.structure]
    return tuple(gathering.places(sessions(), feature.features(), others, at))


def _signs(doing: Act) -> tuple[health.Sign, ...]:
    if Role.DPO not in doing.by.roles:
        return ()
    with storage.reading(sessions()) as session:  # the jobs belong to no structure
        return health.signs(session, timetable(), feature.parts(), doing.at)


def _laws(held: tuple[Task, ...], codes: set[str]) -> dict[str, str]:
    """Return, for each task whose article is a convention's, the code of that convention."""
    found = ((task.key, rules.code_of(task.article, codes)) for task in held)
    return {key: code for key, code in found if code is not None}
