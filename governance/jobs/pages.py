"""« Tâches du service »: how each job fares, for those who look after the service."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from governance.core import storage
from governance.jobs import queries
from governance.jobs.job import Job
from governance.jobs.rules import is_late
from governance.jobs.showing import LEADER_GRACE, shown
from governance.people.rules import Permission, require
from governance.web.act import instant, reading
from governance.web.feature import Feature, NavEntry, Part, Under
from governance.web.identity import sessions

JOBS = "vigie.jobs"

pages = Blueprint("jobs", __name__, template_folder="templates")


@pages.get("/etat/taches")
def index() -> ResponseReturnValue:
    """Show each job: its last run, its next slot, and whether it ran when it should."""
    with reading() as doing:
        require(Permission.WATCH_SERVICE, doing.by, doing.by.structure)
        states = queries.states(doing.session, timetable(), doing.at)
        seen = queries.last_seen(doing.session)
    lines = [shown(state) for state in states]
    is_led = not is_late(seen, doing.at, LEADER_GRACE)
    return render_template("jobs/index.html", lines=lines, seen=seen, is_led=is_led)


def timetable() -> tuple[Job, ...]:
    """Return the jobs of this installation."""
    jobs: tuple[Job, ...] = current_app.extensions[JOBS]
    return jobs


def parts() -> tuple[Part, ...]:
    """Tell whether a process does what is due."""
    with storage.reading(sessions()) as session:
        seen = queries.last_seen(session)
    is_led = not is_late(seen, instant(), LEADER_GRACE)
    return (Part("Tâches planifiées", is_led, "par « vigie run-jobs »" if is_led else "lancez « vigie run-jobs »"),)


FEATURE = Feature(
    name="jobs",
    blueprints=(pages,),
    navigation=(NavEntry("Tâches du service", "jobs.index", Permission.WATCH_SERVICE, Under.SERVICE),),
    parts=parts,
)
