"""« Tableaux d'habilitations »: as of any day, to take, to ask for and to send."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from governance.core import clock
from governance.core.refusals import Conflict, Invalid, NotFound, TooLarge
from governance.habilitations.rosters import actions, queries
from governance.habilitations.rosters.forms import AskForm, DayForm
from governance.habilitations.rosters.presenting import (
    COLUMNS,
    ON_PAPER,
    PAPER_LIMIT,
    TEMPLATE,
    cells,
    document,
    on_paper,
    title,
    totals,
)
from governance.habilitations.rosters.queries import Roster
from governance.habilitations.rosters.tasks import PATH
from governance.papers import sheets
from governance.papers.printing import pdf
from governance.papers.signing import sign
from governance.people.contacts.rules import Relation
from governance.people.rules import Permission, may, require
from governance.web.act import act, reading
from governance.web.downloads import download, signatory
from governance.web.forms import attach
from governance.web.problems import of_refusal

PAGE_ROWS = 300
EXTENSIONS = ("pdf", "xlsx", "csv")

pages = Blueprint("rosters", __name__, url_prefix=PATH, template_folder="templates")


@pages.get("")
def index() -> str:
    """List the relations with accounts, what is asked for and what was sent."""
    with reading() as (session, by, at):
        found = queries.desks(session, by, at)
        today = clock.day(at)
    return render_template("rosters/index.html", desks=found, today=today)


@pages.get("/<structure>/<convention>/<caisse>")
def show(structure: str, convention: str, caisse: str) -> ResponseReturnValue:
    """Show the accounts of a relation on a day, today unless another is asked for."""
    form = DayForm(request.args)
    is_valid = form.validate()
    with reading() as (session, by, at):
        today = clock.day(at)
        relation, on = Relation(structure, convention, caisse), (form.le.data if is_valid else None) or today
        try:
            made = queries.roster(session, relation, on, by=by, at=at)
        except Invalid as refusal:
            attach(form, refusal)
            made, is_valid = queries.roster(session, relation, today, by=by, at=at), False
        may_send = may(Permission.MANAGE_ACCOUNTS, by, structure)
    if is_valid:
        form.le.data = made.on
    shown = {"made": made, "form": form, "today": today, "columns": ON_PAPER, "totals": totals(made.rows)}
    rows = [on_paper(row) for row in made.rows[:PAGE_ROWS]]
    more = len(made.rows) - len(rows)
    page = render_template("rosters/show.html", rows=rows, more=more, may_send=may_send, **shown)
    return page, 200 if is_valid else 422


@pages.get("/<structure>/<convention>/<caisse>/tableau.<extension>")
def export(structure: str, convention: str, caisse: str, extension: str) -> Response:
    """Give the table of a day; the trail is told who took it."""
    _check_extension(extension)
    form = DayForm(request.args)
    if not form.validate():
        raise Invalid("Cette date n'existe pas.", field="le")
    with act() as (session, by, at):
        relation = Relation(structure, convention, caisse)
        made = queries.roster(session, relation, form.le.data or clock.day(at), by=by, at=at)
        actions.note_export(session, made, by=by, at=at)
    return _file(made, extension, at)


@pages.get("/envoyes/<roster_id>.<extension>")
def fetch(roster_id: str, extension: str) -> Response:
    """Give a table as it was sent; the caisse that takes it is noted."""
    _check_extension(extension)
    with act() as (session, by, at):
        made = actions.fetch_roster(session, roster_id, by=by, at=at)
    return _file(made, extension, made.made_at)


@pages.post("/<structure>/<convention>/<caisse>/envoyer")
def send(structure: str, convention: str, caisse: str) -> ResponseReturnValue:
    """Send the table of the day to the caisse."""
    with act() as (session, by, at):
        actions.send_roster(session, Relation(structure, convention, caisse), by=by, at=at)
    flash("Le tableau est à la disposition de la caisse, qui en est avertie.", "ok")
    return redirect(url_for("rosters.index"), 303)


@pages.get("/<structure>/<convention>/<caisse>/demander")
def ask(structure: str, convention: str, caisse: str) -> str:
    """Show the form by which a caisse asks for the table."""
    return _form(AskForm(formdata=None), Relation(structure, convention, caisse))


@pages.post("/<structure>/<convention>/<caisse>/demander")
def asked(structure: str, convention: str, caisse: str) -> ResponseReturnValue:
    """Ask a partner for the table."""
    form, relation = AskForm(), Relation(structure, convention, caisse)
    _form(AskForm(formdata=None), relation)  # refuses who may not, before anything typed is judged
    if form.validate():
        try:
            with act() as (session, by, at):
                actions.ask_roster(session, relation, form.day(), form.every.data, by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
            return _form(form, relation), of_refusal(refusal).status
        flash("Le tableau est demandé au partenaire.", "ok")
        return redirect(url_for("rosters.index"), 303)
    return _form(form, relation), 422


@pages.post("/<structure>/<convention>/<caisse>/retirer")
def withdraw(structure: str, convention: str, caisse: str) -> ResponseReturnValue:
    """Take back what was asked of a partner."""
    with act() as (session, by, at):
        actions.withdraw_request(session, Relation(structure, convention, caisse), by=by, at=at)
    flash("La demande est retirée.", "ok")
    return redirect(url_for("rosters.index"), 303)


def _form(form: AskForm, relation: Relation) -> str:
    with reading() as (session, by, at):
        require(Permission.ASK_ROSTER, by, relation.structure, convention=relation.convention, caisse=relation.caisse)
        place = queries.find_place(session, relation, by, at)
    return render_template("rosters/ask.html", form=form, place=place)


def _check_extension(extension: str) -> None:
    if extension not in EXTENSIONS:
        raise NotFound("Ce format n'est pas proposé : pdf, xlsx ou csv.")


def _file(made: Roster, extension: str, at: datetime) -> Response:
    name = f"tableau-habilitations-{made.place.relation.convention}-{made.on:%Y-%m-%d}.{extension}"
    rows = [cells(row) for row in made.rows]
    if extension == "csv":
        return download(sheets.csv(COLUMNS, rows), name)
    if extension == "xlsx":
        return download(sheets.xlsx(title(made), COLUMNS, rows), name)
    if len(rows) > PAPER_LIMIT:
        raise TooLarge(f"Au-delà de {PAPER_LIMIT} comptes, le tableau se prend en Excel ou en CSV.")
    return download(sign(pdf(TEMPLATE, document(made), title(made), at=at), signatory(), at=at), name)
