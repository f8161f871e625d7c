"""The page of one breach: its clocks, its picture and its record, ready to be shown."""

from flask import render_template

from breach import queries, record
from breach.acts import OF_BREACH
from breach.clocks import State
from breach.law import general_law
from breach.places import naming
from breach.presenting import ABOUT, HAPPENED, STAGE_COLOURS, Shown, moments, shown
from breach.queries import BreachView, Stage
from breach.record import Record
from breach.timeline import WIDTH, Lane, Moment, Picture, draw
from breach.zones import find_zone
from governance.people.rules import Permission, may
from governance.web.act import Act


def file_page(doing: Act, breach_id: str) -> str:
    """Return the page of a breach; raises NotFound."""
    session, by, at = doing
    breach = queries.find_breach(session, breach_id, by, at)
    held, zone = record.record_of(session, breach.id), find_zone(breach.zone)
    told = {"breach": breach, "record": held, "zone": zone, "at": at, "happened": HAPPENED, "about": ABOUT}
    clocks = _clocks(doing, breach)
    told |= {"law": general_law(), "width": WIDTH, "me": by.id, "acts": OF_BREACH, "clocks": clocks}
    told["stage_colour"] = STAGE_COLOURS[breach.stage]
    told["titles"] = {one.duty.id: one.title for one in clocks}
    told["picture"] = _picture(doing, breach, held)
    told["handles"] = may(Permission.HANDLE_BREACH, by, by.structure) and breach.stage is Stage.OPEN
    told["reads"] = may(Permission.READ_BREACH, by, by.structure)
    told["declarer"] = record.names(session, {breach.declared_by}).get(breach.declared_by, "une personne")
    return render_template("breach/show.html", **told)


def _clocks(doing: Act, breach: BreachView) -> list[Shown]:
    name, zone = naming(doing.session), find_zone(breach.zone)
    due = [one for one in breach.duties if one.state is not State.WITHDRAWN]
    return [shown(one, name(one.convention, one.caisse), zone, doing.at) for one in due]


def _picture(doing: Act, breach: BreachView, held: Record) -> Picture:
    lines = tuple(
        Moment(one.instant, Lane.FACT, f"{one.what.capitalize()}{' (estimé)' if one.is_estimated else ''}")
        for one in held.lines
        if not one.is_corrected
    )
    name = naming(doing.session)
    owed = {one.id: name(one.convention, one.caisse) or "CNIL" for one in breach.duties}
    alarms = tuple(
        Moment(one.crossed_at, Lane.ALARM, f"Alarme à {one.level}\N{NO-BREAK SPACE}% : {owed[one.duty_id]}")
        for one in held.alarms
    )
    return draw(moments(breach, lines, alarms, owed), doing.at)
