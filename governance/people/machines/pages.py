"""« Logiciels »: the programs that hold a key of the structure; a secret is shown once, on the page that made it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from governance.core.refusals import Conflict, Invalid
from governance.people.machines import actions, api, queries
from governance.people.machines.actions import NewKey
from governance.people.machines.forms import CreateForm, RotateForm
from governance.people.machines.rules import check_overlap
from governance.people.machines.tasks import dates, tasks
from governance.people.rules import PERMITTED, Permission, require
from governance.web.act import Act, act, reading
from governance.web.feature import Feature, NavEntry, Under
from governance.web.forms import attach

pages = Blueprint("machines", __name__, url_prefix="/logiciels", template_folder="templates")


@pages.get("")
def index() -> str:
    """List the programs."""
    with reading() as (session, by, at):
        found = queries.keys_of(session, by.structure, by)
    return render_template("machines/index.html", keys=found, at=at, permitted=PERMITTED)


@pages.get("/nouveau")
def create() -> str:
    """Show the form that gives a program a key."""
    with reading() as (_, by, _):
        require(Permission.MANAGE_API_KEYS, by, by.structure)
    return render_template("machines/create.html", form=CreateForm(formdata=None))


@pages.post("/nouveau")
def create_sent() -> ResponseReturnValue:
    """Give a program a key, and show its secret once."""
    form = CreateForm()
    with reading() as (_, by, _):
        require(Permission.MANAGE_API_KEYS, by, by.structure)
    if form.validate():
        try:
            with act() as acting:
                made = _created(acting, form)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            return _shown(made)
    return render_template("machines/create.html", form=form), 422


@pages.get("/<key_id>")
def show(key_id: str) -> str:
    """Show a program's key, and what can be done about it."""
    return _page(key_id, RotateForm(formdata=None))


@pages.post("/<key_id>/renouveler")
def rotate(key_id: str) -> ResponseReturnValue:
    """Give a key a new secret, shown once; the former one still serves for the days that were typed."""
    form = RotateForm()
    with reading() as (session, by, _):
        queries.find_key(session, key_id, by)
    if form.validate():
        try:
            with act() as (session, by, at):
                made = actions.rotate_key(session, key_id, check_overlap(form.days.data or 0), by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            return _shown(made)
    return _page(key_id, form), 422


@pages.post("/<key_id>/revoquer")
def revoke(key_id: str) -> ResponseReturnValue:
    """Make a key useless, at once."""
    with act() as (session, by, at):
        actions.revoke_key(session, key_id, by=by, at=at)
    flash("La clé est révoquée : le logiciel ne peut plus rien demander.", "ok")
    return redirect(url_for("machines.index"), 303)


def _created(acting: Act, form: CreateForm) -> NewKey:
    session, by, at = acting
    made = actions.create_key(session, by.structure, form.name.data or "", form.wanted(), by=by, at=at)
    if form.until.data is not None:
        actions.limit_key(session, made.id, form.until.data, by=by, at=at)
    return made


def _shown(made: NewKey) -> str:
    with reading() as (session, by, _):
        found = queries.find_key(session, made.id, by)
    return render_template("machines/secret.html", made=made, key=found)


def _page(key_id: str, form: RotateForm) -> str:
    with reading() as (session, by, at):
        found = queries.find_key(session, key_id, by)
    return render_template("machines/show.html", key=found, form=form, at=at, permitted=PERMITTED)


FEATURE = Feature(
    name="machines",
    blueprints=(pages, api.pages),
    navigation=(NavEntry("Logiciels", "machines.index", Permission.MANAGE_API_KEYS, Under.SERVICE),),
    start=api.prepare,
    tasks=tasks,
    dates=dates,
)
