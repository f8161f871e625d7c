"""« Violations »: the clocks, worst first; a declaration in a minute; the file of a breach."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from breach import actions, queries, record
from breach.file_view import file_page
from breach.forms import DeclareForm, FilterForm, local
from breach.places import caisses_of, naming, zone_of
from breach.presenting import COLOURS, STAGE_COLOURS, shown
from governance.core.french import remaining, said
from governance.core.refusals import Invalid
from governance.people.queries import adoptions
from governance.people.rules import Permission, may, require
from governance.web.act import act, reading
from governance.web.forms import attach

pages = Blueprint(
    "breach", __name__, template_folder="templates", static_folder="static", static_url_path="/statique/violations"
)


@pages.get("/violations")
def index() -> ResponseReturnValue:
    """Show what is owed, the most pressing first, then the breaches."""
    with reading() as doing:
        session, by, at = doing
        form, is_valid = _filter(session, by.structure)
        wanted = form.wanted() if is_valid else queries.Wanted()
        page = _number()
        listed = queries.breaches(session, by, at, wanted, page)
        zone, name = zone_of(session, by.structure), naming(session)
        owed = queries.open_duties(session, by, at, 30)
        clocks = [shown(one, name(one.convention, one.caisse), zone, at) for one in owed]
        proof = record.alarms_proof(session)
        told = {"form": form, "listed": listed, "clocks": clocks, "page": page, "at": at, "proof": proof}
        told |= {
            "colours": COLOURS,
            "stage_colours": STAGE_COLOURS,
            "last": max(1, -(-listed.total // queries.PAGE)),
        }
        told["zone"] = zone
        return render_template("breach/index.html", **told), 200 if is_valid else 422


@pages.get("/violations/declarer")
def declare() -> str:
    """Show the form: three answers, a minute."""
    with reading() as (session, by, at):
        require(Permission.DECLARE_BREACH, by, by.structure)
        form = _declaring(session, by.structure)
        form.process(suspected_at=local(at, zone_of(session, by.structure)), own_data="inconnu")
        return render_template("breach/declare.html", form=form)


@pages.post("/violations/declarer")
def declare_sent() -> ResponseReturnValue:
    """Record an incident and say what it creates."""
    with reading() as (session, by, _):
        require(Permission.DECLARE_BREACH, by, by.structure)
        form, zone = _declaring(session, by.structure), zone_of(session, by.structure)
    if form.validate():
        try:
            with act() as (session, by, at):
                breach = actions.declare(session, form.declaration(zone), by=by, at=at)
        except Invalid as refusal:
            attach(form, refusal)
        else:
            if not may(Permission.FOLLOW_OWN_BREACH, by, by.structure):
                flash("La violation est déclarée : les délais courent, le délégué en tient le dossier.", "ok")
                return redirect(url_for("web.home"), 303)
            flash("La violation est déclarée : les délais courent, voici ce qui est dû.", "ok")
            return redirect(url_for("breach.show", breach_id=breach), 303)
    return render_template("breach/declare.html", form=form), 422


@pages.get("/violations/<breach_id>")
def show(breach_id: str) -> str:
    """Show a breach: its clocks, its story, its file."""
    with reading() as doing:
        return file_page(doing, breach_id)


def _declaring(session: Session, structure: str) -> DeclareForm:
    form = DeclareForm()
    form.told_in(zone_of(session, structure))
    form.offer(caisses_of(session, structure))
    return form


def _filter(session: Session, structure: str) -> tuple[FilterForm, bool]:
    form = FilterForm(request.args)
    form.offer(one.code for one in adoptions(session, structure))
    if "etat" not in request.args:
        form.etat.data = "open"
    return form, form.validate()


def _number() -> int:
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 6 and int(asked) else 1


@pages.app_template_filter("local")
def _local(at: datetime, zone: ZoneInfo) -> str:
    return said(at, zone)


@pages.app_template_global("left")
def _left(until: datetime, at: datetime) -> str:
    return remaining(until, at)
