"""« CNIL »: the form of the téléservice, filled from the facts, copied section by section or as a file."""

import json
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from breach.cnil import actions, queries
from breach.cnil.forms import FiledForm
from breach.cnil.rules import VERSIONS, Form, Version, as_json, form, version_due
from breach.dossier.queries import Base, find_base
from breach.dossier.rules import Output
from breach.notices.documents import cnil_form
from breach.notices.telling import Addressee, last_to
from breach.zones import find_zone
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.people.queries import find_structure
from governance.web.act import Act, act, reading
from governance.web.downloads import download
from governance.web.forms import attach

pages = Blueprint("breach_cnil", __name__, template_folder="templates")


@pages.get("/violations/<breach_id>/cnil")
def show(breach_id: str) -> str:
    """Show the form of a notification, and what it lacks."""
    with reading() as doing:
        base = find_base(doing.session, breach_id, doing.by)
        return _page(doing, base, _empty(doing, base))


@pages.post("/violations/<breach_id>/cnil")
def filed(breach_id: str) -> ResponseReturnValue:
    """Keep a notification that the téléservice took."""
    typed = FiledForm()
    with reading() as doing:
        base = find_base(doing.session, breach_id, doing.by)
        typed.told_in(find_zone(base.zone))
        if not typed.validate():
            return _page(doing, base, typed), 422
    try:
        with act() as (session, by, at):
            actions.file(session, breach_id, typed.filed(), by=by, at=at)
    except (Invalid, Conflict) as refusal:
        attach(typed, refusal)
        with reading() as doing:
            return _page(doing, base, typed), 422
    flash("La notification est gardée avec ce qu'elle disait ; son numéro est au dossier.", "ok")
    return redirect(url_for("breach_cnil.show", breach_id=breach_id), 303)


@pages.get("/violations/<breach_id>/cnil.<kind>")
def file(breach_id: str, kind: str) -> Response:
    """Give the form as a PDF or as JSON."""
    if kind not in ("pdf", "json"):
        raise NotFound("Ce format n'est pas proposé : PDF ou JSON.")
    with reading() as doing:
        base = find_base(doing.session, breach_id, doing.by)
        made = _form(doing, base)
        issuer = find_structure(doing.session, base.structure).name
        at: datetime = doing.at
    if kind == "json":
        return download(json.dumps(as_json(made), ensure_ascii=False, indent=2).encode(), f"cnil-{base.number}.json")
    return download(cnil_form(base, made, issuer, at), f"cnil-{base.number}.pdf")


def _page(doing: Act, base: Base, typed: FiledForm) -> str:
    made = _form(doing, base)
    told = last_to(doing.session, base, Addressee(Output.CNIL))
    filings = queries.filings(doing.session, base.breach_id)
    return render_template(
        "cnil/show.html", base=base, made=made, typed=typed, told=told, filings=filings, words=VERSIONS
    )


def _form(doing: Act, base: Base) -> Form:
    done = queries.filings(doing.session, base.breach_id)
    first = next((one.reference for one in done if one.version is not Version.COMPLEMENTARY), "")
    due = version_due(tuple(one.version for one in done)) or Version.COMPLEMENTARY
    asked = request.args.get("version", due.value)
    version = Version(asked) if asked in set(Version) else due
    if version is Version.COMPLEMENTARY and not first:
        version = Version.INITIAL
    return form(base.facts, version, first if version is Version.COMPLEMENTARY else "")


def _empty(doing: Act, base: Base) -> FiledForm:
    made = _form(doing, base)
    return FiledForm(formdata=None, filed_at=doing.at, version=made.version.value).told_in(find_zone(base.zone))
