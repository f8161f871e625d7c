"""« Listes »: sending a list, looking at what it changes, keeping it; models to fill, and the staff as a list."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.core import clock
from governance.core.refusals import Conflict, Invalid, NotFound, Refusal, TooLarge
from governance.habilitations.lists import actions, queries
from governance.habilitations.lists.actions import HasMistakes, Moved
from governance.habilitations.lists.columns import COLUMNS
from governance.habilitations.lists.exports import staff_rows, titles
from governance.habilitations.lists.forms import KeepForm, SendForm
from governance.habilitations.lists.lines import ListKind, Mistake, Reading
from governance.habilitations.lists.plans import digest
from governance.habilitations.lists.presenting import COUNTS, choices, comparison, parts, place_of, said
from governance.habilitations.lists.rules import MISTAKES_KEPT, read_list
from governance.habilitations.queries import portals
from governance.papers import sheets
from governance.people.rules import Permission, require
from governance.web.act import act, reading
from governance.web.forms import attach
from governance.web.problems import of_refusal

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

pages = Blueprint(
    "lists",
    __name__,
    url_prefix="/listes",
    template_folder="templates",
    static_folder="static",
    static_url_path="/statique",
)


@pages.get("")
def index() -> str:
    """List the lists that were sent, and what each did."""
    with reading() as (session, by, at):
        found = queries.lists(session, by)
        places = portals(session, by.structure, at)
    return render_template("lists/index.html", lists=found, portals=places, said=said, counts=COUNTS)


@pages.get("/importer")
def send() -> str:
    """Show where to send a list."""
    form = _offered(SendForm(formdata=None))
    form.place.data = request.args.get("liste", "")
    return _form(form)


@pages.post("/importer")
def sent() -> ResponseReturnValue:
    """Read a list, show every mistake it holds, or what keeping it would change; nothing else is written."""
    form = _offered(SendForm())
    if not form.validate():
        return _form(form), 422
    try:
        place_kind = ListKind.STAFF if form.place.data == ListKind.STAFF else ListKind.PORTAL
        found = read_list(place_kind, form.content())
        with act() as (session, by, at):
            place = place_of(by.structure, form.place.data)
            list_id = actions.send_list(session, place, found, by=by, at=at)
    except HasMistakes as refusal:
        attach(form, refusal)
        return _form(form, refusal.mistakes, found), 422
    except (Invalid, TooLarge, NotFound) as refusal:
        attach(form, refusal)
        return _form(form), of_refusal(refusal).status
    for note in (*found.notes, *_ignored(found)):
        flash(note, "attention")
    return redirect(url_for("lists.show", list_id=list_id), 303)


@pages.get("/<list_id>")
def show(list_id: str) -> str:
    """Show a list, and what keeping it would change now."""
    return _preview(list_id)


@pages.post("/<list_id>/enregistrer")
def keep(list_id: str) -> ResponseReturnValue:
    """Keep the list that was looked at; sent twice, it is kept once."""
    form = KeepForm()
    try:
        with act() as (session, by, at):
            actions.keep_list(session, list_id, form.seen.data or "", by=by, at=at)
    except (Moved, Conflict) as refusal:
        return _preview(list_id, refusal), of_refusal(refusal).status
    flash("La liste est enregistrée.", "ok")
    return redirect(url_for("lists.show", list_id=list_id), 303)


@pages.post("/<list_id>/ecarter")
def discard(list_id: str) -> ResponseReturnValue:
    """Put aside a list that was not kept."""
    with act() as (session, by, at):
        actions.discard_list(session, list_id, by=by, at=at)
    flash("La liste est écartée : rien n'en reste.", "ok")
    return redirect(url_for("lists.index"), 303)


@pages.get("/modele-<kind>.<extension>")
def model(kind: str, extension: str) -> Response:
    """Give an empty list to fill."""
    with reading() as (_, by, _):
        require(Permission.MANAGE_ACCOUNTS, by, by.structure)
    if kind not in set(ListKind):
        raise NotFound("Il n'y a pas de tel modèle.")
    return _file(f"modele-{kind}", extension, titles(ListKind(kind)), [])


@pages.get("/personnel.<extension>")
def staff(extension: str) -> Response:
    """Give the declared staff, as a list that may be imported again."""
    with reading() as (session, by, at):
        require(Permission.MANAGE_ACCOUNTS, by, by.structure)
        rows = staff_rows(queries.known(session, by, clock.day(at)))
    return _file("personnel", extension, titles(ListKind.STAFF), rows)


def _ignored(found: Reading) -> tuple[str, ...]:
    named = ", ".join(f"« {title[:40]} »" for title in found.ignored)[:400]
    return (f"Colonnes non reconnues, ignorées : {named}.",) if found.ignored else ()


def _file(name: str, extension: str, columns: tuple[str, ...], rows: list[tuple[sheets.Cell, ...]]) -> Response:
    if extension not in FORMATS:
        raise NotFound("Ce format n'est pas proposé : csv ou xlsx.")
    content = sheets.csv(columns, rows) if extension == "csv" else sheets.xlsx(name, columns, rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{extension}"'}
    return Response(content, content_type=FORMATS[extension], headers=headers)


def _offered(form: SendForm) -> SendForm:
    with reading() as (session, by, at):
        require(Permission.MANAGE_ACCOUNTS, by, by.structure)
        return form.offer(choices(portals(session, by.structure, at)))


def _form(form: SendForm, mistakes: tuple[Mistake, ...] = (), found: Reading | None = None) -> str:
    more = max(0, len(mistakes) - MISTAKES_KEPT)
    shown = {"mistakes": mistakes[:MISTAKES_KEPT], "more": more, "found": found, "columns": COLUMNS}
    return render_template("lists/send.html", form=form, kinds=ListKind, **shown)


def _preview(list_id: str, refusal: Refusal | None = None) -> str:
    with reading() as (session, by, at):
        found = queries.find_list(session, list_id, by, at)
        name = said(found.view.place, portals(session, by.structure, at))
    form = KeepForm(formdata=None, seen=digest(found.plan))
    shown = {"parts": parts(found.plan), "comparison": comparison(found.plan), "counts": COUNTS, "name": name}
    return render_template("lists/show.html", found=found, form=form, refusal=refusal, **shown)
