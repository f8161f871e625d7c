"""« Écarts »: what the portal, the staff and the signed commitments say against each other, each under its article."""

from collections import Counter
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from governance.core.refusals import NotFound
from governance.habilitations.gaps import queries
from governance.habilitations.gaps.forms import FilterForm
from governance.habilitations.gaps.presenting import EXPORTED, KINDS, WEIGHTS
from governance.habilitations.gaps.queries import Report
from governance.habilitations.gaps.rules import Gap
from governance.habilitations.lists.pages import FORMATS
from governance.habilitations.presenting import PROFILES
from governance.habilitations.queries import Portal
from governance.papers import sheets
from governance.people.contacts.rules import Relation
from governance.web.act import reading

PAGE = 100

pages = Blueprint("gaps", __name__, url_prefix="/ecarts", template_folder="templates")


class Asked(NamedTuple):
    """What was asked for, and what was found; no report where there is nothing to compare."""

    form: FilterForm
    places: tuple[Portal, ...]
    report: Report | None
    kept: tuple[Gap, ...]
    is_valid: bool


@pages.get("")
def index() -> ResponseReturnValue:
    """List the gaps, the heaviest first."""
    asked = _asked()
    page = (asked.form.page.data or 1) if asked.is_valid else 1
    last = max(1, -(-len(asked.kept) // PAGE))
    counts = Counter(one.kind for one in asked.report.gaps) if asked.report else Counter()
    shown = {"counts": counts, "kinds": KINDS, "weights": WEIGHTS, "profiles": PROFILES, "page": page, "last": last}
    rows = asked.kept[(page - 1) * PAGE : page * PAGE]
    return render_template("gaps/index.html", asked=asked, rows=rows, **shown), 200 if asked.is_valid else 422


@pages.get("/ecarts.<extension>")
def export(extension: str) -> Response:
    """Give the gaps that the filter keeps."""
    if extension not in FORMATS:
        raise NotFound("Ce format n'est pas proposé : csv ou xlsx.")
    asked = _asked()
    rows = [_exported(one, asked.report) for one in asked.kept if asked.report]
    content = sheets.csv(EXPORTED, rows) if extension == "csv" else sheets.xlsx("Écarts", EXPORTED, rows)
    headers = {"Content-Disposition": f'attachment; filename="ecarts.{extension}"'}
    return Response(content, content_type=FORMATS[extension], headers=headers)


def _exported(one: Gap, report: Report) -> tuple[sheets.Cell, ...]:
    profile, weight = PROFILES[one.profile] if one.profile else "", WEIGHTS[one.weight][0]
    article = report.terms.rule(one.rule).article
    return KINDS[one.kind], weight, one.name, one.email, profile, one.said, one.rule, article


def _asked() -> Asked:
    form = FilterForm(request.args)
    with reading() as (session, by, at):
        places = queries.places(session, by, at)
        named = {"/".join(one.relation[1:]): one for one in places}
        form.offer((code, f"{one.relation.convention}, {one.caisse}") for code, one in named.items())
        form.avec.data = form.avec.data if form.avec.data in named else next(iter(named), "")
        is_valid = form.validate()
        if not named:
            return Asked(form, places, None, (), is_valid)
        chosen: Relation = named[form.avec.data].relation
        report = queries.report(session, chosen, by, at)
    return Asked(form, places, report, form.matching(report.gaps) if is_valid else report.gaps, is_valid)
