"""« Registre des violations » (RGPD, art. 33(5)): the list, each entry's history, the export for the authority."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from breach.queries import find_row
from breach.register import actions, queries
from breach.register.forms import FilterForm
from breach.register.queries import VersionView
from breach.register.rules import COLUMNS
from governance.core.refusals import Invalid, NotFound
from governance.papers.printing import pdf
from governance.papers.sheets import Cell, xlsx
from governance.papers.signing import sign, signed_json
from governance.people.queries import find_structure
from governance.web.act import act, reading
from governance.web.downloads import download, signatory

pages = Blueprint("breach_register", __name__, template_folder="templates")
SECTIONS = "breach/papers/sections.html"
TITLE = "Registre des violations de données"


@pages.get("/violations/registre")
def index() -> ResponseReturnValue:
    """List the entries, each as it was last kept."""
    form = FilterForm(request.args)
    is_valid = form.validate()
    with reading() as (session, by, _):
        rows = queries.register(session, by, form.wanted() if is_valid else FilterForm(formdata=None).wanted())
    search: dict[str, Any] = {name: value for name, value in request.args.items() if name in form and value}
    links = {kind: url_for("breach_register.export", kind=kind, **search) for kind in KINDS}
    shown = {"form": form, "rows": rows, "links": links, "columns": COLUMNS}
    return render_template("register/index.html", **shown), 200 if is_valid else 422


@pages.get("/violations/registre/<breach_id>")
def history(breach_id: str) -> str:
    """Show an entry, and each of its former states with what changed."""
    with reading() as (session, by, _):
        every = queries.history(session, breach_id, by)
        number = find_row(session, breach_id).number
    return render_template("register/history.html", every=every, number=number, breach_id=breach_id, columns=COLUMNS)


@pages.get("/violations/registre.<kind>")
def export(kind: str) -> Response:
    """Give the entries that are shown, signed, and tell the trail."""
    if kind not in KINDS:
        raise NotFound("Ce format n'est pas proposé : PDF, XLSX ou JSON.")
    form = FilterForm(request.args)
    if not form.validate():
        raise Invalid("La recherche à exporter comporte une erreur : reprenez-la depuis le registre.")
    with act() as (session, by, at):
        rows = queries.register(session, by, form.wanted())
        issuer = find_structure(session, by.structure).name
        actions.note_export(session, kind, len(rows), by=by, at=at)
    return download(KINDS[kind](rows, issuer, at), f"registre-violations-{at:%Y%m%d}.{kind}")


def _pdf(rows: Sequence[VersionView], issuer: str, at: datetime) -> bytes:
    values = {
        "issuer": issuer,
        "intro": f"{len(rows)} entrée(s). RGPD, art. 33(5) : faits, effets et mesures de chaque violation.",
        "sections": [{"title": f"N° {one.entry['number']}", "pairs": _pairs(one), "article": ""} for one in rows],
        "notice": "Chaque entrée porte l'empreinte SHA-256 de son dernier état ; ses états précédents sont conservés.",
    }
    return sign(pdf(SECTIONS, values, TITLE, at=at), signatory(), at=at)


def _xlsx(rows: Sequence[VersionView], issuer: str, at: datetime) -> bytes:
    columns = [*COLUMNS.values(), "État n°", "Gardé le", "SHA-256"]
    cells: list[list[Cell]] = [
        [*(one.entry.get(key, "") for key in COLUMNS), one.number, one.at, one.digest] for one in rows
    ]
    return xlsx("Registre", columns, cells)


def _json(rows: Sequence[VersionView], issuer: str, at: datetime) -> bytes:
    entries = [
        {**one.entry, "version": one.number, "kept_at": one.at.isoformat(), "sha256": one.digest} for one in rows
    ]
    return signed_json(signatory().keys, "breach.register", {"organisation": issuer, "entries": entries}, at=at)


def _pairs(one: VersionView) -> list[tuple[str, str]]:
    told = [(label, one.entry[key]) for key, label in COLUMNS.items() if one.entry.get(key)]
    return [*told, ("Empreinte de cet état", f"n° {one.number}, {one.digest}")]


KINDS: Mapping[str, Callable[[Sequence[VersionView], str, datetime], bytes]] = {
    "pdf": _pdf, "xlsx": _xlsx, "json": _json,
}  # fmt: skip
