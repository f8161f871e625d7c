"""« La vie des conventions »: where each stands, what is owed next, and entering what happens."""

from contextlib import suppress

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from governance.conventions.life import actions, queries
from governance.conventions.life.events import Event, Kind
from governance.conventions.life.forms import CancelForm, EventForm, letters_for
from governance.conventions.life.presenting import entries, left, view
from governance.conventions.life.queries import Course, Happened
from governance.conventions.life.words import ACTS
from governance.core import clock
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.people.accounts.links import ADDRESS
from governance.people.queries import find_structure
from governance.people.rules import Permission, may, require
from governance.web.act import Act, act, reading
from governance.web.forms import attach
from governance.web.problems import of_refusal

pages = Blueprint(
    "life", __name__, template_folder="templates", static_folder="static", static_url_path="/statique/vie"
)
pages.add_app_template_filter(left, "left")


@pages.get("/conventions/vie")
def index() -> str:
    """Show where each convention of the structure stands, the nearest day first."""
    with reading() as doing:
        on = clock.day(doing.at)
        courses = queries.courses(doing.session, doing.by, on)
    views = [view(life) for course in courses for life in course.lives]
    views.sort(key=lambda one: (one.coming is None, one.coming.day if one.coming else on, one.life.convention.code))
    return render_template("life/index.html", views=views, on=on)


@pages.get("/conventions/<code>/vie")
def show(code: str) -> str:
    """Show the life of a convention of the reader's structure."""
    with reading() as doing:
        return _shown(doing, code, None)


@pages.get("/partenaires/<structure>/conventions/<code>/vie")
def partner(structure: str, code: str) -> str:
    """Show to a caisse the life of a convention that it signed with a partner."""
    with reading() as doing:
        require(Permission.READ_LIFE, doing.by, structure, convention=code)
        return _shown(doing, code, structure)


@pages.get("/conventions/<code>/vie/<kind>")
def enter(code: str, kind: str) -> str:
    """Show the form of an act."""
    with reading() as doing:
        course, letters, which = _to_enter(doing, code, kind)
    form = EventForm(formdata=None)
    form.offer(which, course, letters)
    return _form(form, course, which)


@pages.post("/conventions/<code>/vie/<kind>")
def entered(code: str, kind: str) -> ResponseReturnValue:
    """Enter what happened, and say back the day with its day of the week."""
    with reading() as doing:
        course, letters, which = _to_enter(doing, code, kind)
    form = EventForm()
    form.offer(which, course, letters)
    if not form.validate():
        return _form(form, course, which), 422
    try:
        drafts = form.drafts(which)
        with act() as doing:
            for draft in drafts:
                actions.enter(doing.session, code, draft, by=doing.by, at=doing.at, address=current_app.config[ADDRESS])
    except (Invalid, Conflict) as refusal:
        attach(form, refusal)
        return _form(form, course, which), of_refusal(refusal).status
    flash(f"{ACTS[which].title} : {format_date(drafts[0].day, 'EEEE d MMMM y')}, convention {code}.", "ok")
    return redirect(url_for("life.show", code=code), 303)


@pages.get("/conventions/<code>/vie/annuler/<event>")
def cancel(code: str, event: str) -> str:
    """Show what would be cancelled."""
    with reading() as doing:
        return _cancelling(doing, code, event, CancelForm(formdata=None))


@pages.post("/conventions/<code>/vie/annuler/<event>")
def cancelled(code: str, event: str) -> ResponseReturnValue:
    """Cancel what was entered by mistake; it stays in the history, with the reason."""
    form = CancelForm()
    if not form.validate():
        with reading() as doing:
            return _cancelling(doing, code, event, form), 422
    try:
        with act() as doing:
            reason = form.reference.data or ""
            actions.cancel(doing.session, event, reason, by=doing.by, at=doing.at, address=current_app.config[ADDRESS])
    except (Invalid, Conflict) as refusal:
        attach(form, refusal)
        with reading() as doing:
            return _cancelling(doing, code, event, form), of_refusal(refusal).status
    flash("La saisie est annulée ; elle reste dans l'historique.", "ok")
    return redirect(url_for("life.show", code=code), 303)


def _shown(doing: Act, code: str, structure: str | None) -> str:
    course = queries.find_course(doing.session, code, doing.by, clock.day(doing.at), structure)
    place = structure or doing.by.structure
    mine = may(Permission.RECORD_LIFE, doing.by, place) and structure is None
    own = doing.by.caisse if structure is not None else None
    return render_template(
        "life/show.html",
        convention=course.convention,
        views=[view(life) for life in course.lives if own in (None, life.caisse)],
        history=queries.history(doing.session, code, doing.by, structure),
        words=ACTS,
        entries=entries(course.lives, [kind for kind in ACTS if letters_for(kind, course)]) if mine else (),
        names={one.code: one.name for one in course.convention.caisses},
        on=clock.day(doing.at),
        partner=find_structure(doing.session, place).name if structure is not None else None,
        adoption=course.adoption,
    )


def _to_enter(doing: Act, code: str, kind: str) -> tuple[Course, tuple[Event, ...], Kind]:
    require(Permission.RECORD_LIFE, doing.by, doing.by.structure)
    course = queries.find_course(doing.session, code, doing.by, clock.day(doing.at))
    with suppress(ValueError):
        which = Kind(kind)
        if which in ACTS:
            return course, letters_for(which, course), which
    raise NotFound("Cet acte n'existe pas.")


def _form(form: EventForm, course: Course, kind: Kind) -> str:
    words = ACTS[kind]
    lacks_letter = bool(words.letters) and not form.of.choices
    return render_template(
        "life/enter.html", form=form, convention=course.convention, words=words, lacks_letter=lacks_letter
    )


def _cancelling(doing: Act, code: str, event: str, form: CancelForm) -> str:
    require(Permission.RECORD_LIFE, doing.by, doing.by.structure)
    known = {one.event.id: one for one in queries.history(doing.session, code, doing.by)}
    found: Happened | None = known.get(event)
    if found is None or found.event.kind is Kind.CANCELLED:
        raise NotFound("Cet événement n'est pas de votre structure.")
    return render_template("life/cancel.html", form=form, code=code, happened=found, words=ACTS)
