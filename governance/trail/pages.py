"""The page « Journal »: search, export, and how anyone can verify it."""

from collections.abc import Iterator, Mapping
from math import ceil
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from governance.core import trail
from governance.core.refusals import Invalid, TooLarge
from governance.core.trail import checkpoints
from governance.core.trail.retention import Retention
from governance.people.confirm import fresh
from governance.people.rules import Permission, require
from governance.trail import exports, queries, verifier_journal
from governance.trail.forms import SearchForm
from governance.trail.keeping import document, file_name
from governance.trail.presenting import Words, line
from governance.trail.queries import PAGE, Wanted
from governance.web.act import Act, act, reading
from governance.web.identity import keys

WORDS = "vigie.words"
RETENTION = "vigie.retention"
MOST_EXPORTED = 100_000
SEARCHED = ("du", "au", "action", "personne", "sujet")
KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}

pages = Blueprint(
    "trail", __name__, template_folder="templates", static_folder="static", static_url_path="/statique/journal"
)


@pages.get("/journal")
def index() -> ResponseReturnValue:
    """Show the entries of the reader's structure, a hundred a page, and how the trail stands."""
    with reading() as doing:
        form, called = _form(doing)
        is_valid = form.validate()
        wanted = form.wanted(doing.by.structure) if is_valid else Wanted(doing.by.structure)
        total = queries.count(doing.session, wanted, by=doing.by)
        number = min(_number(), max(1, ceil(total / PAGE)))
        rows = queries.page(doing.session, wanted, number, by=doing.by)
        shown = [line(row, _words(), called) for row in rows]
        told = {"form": form, "rows": shown, "total": total, "number": number, "last": max(1, ceil(total / PAGE))}
        told["retention"] = _retention()
        page = render_template("trail/index.html", **told, state=queries.state(doing.session, by=doing.by, at=doing.at))
    return page, 200 if is_valid else 422


@pages.get("/journal/export.<kind>")
@fresh()
def export(kind: str) -> Response:
    """Give what is seen, all pages of it, as CSV or as JSON Lines with its proofs; the export itself is an act."""
    if kind not in KINDS:
        raise Invalid("Le journal s'exporte en CSV ou en JSON Lines.", field="kind")
    with act() as doing:
        form, called = _form(doing)
        if not form.validate():
            raise Invalid("La recherche à exporter comporte une erreur : reprenez-la depuis la page « Journal ».")
        wanted = form.wanted(doing.by.structure)
        count = queries.count(doing.session, wanted, by=doing.by)
        if count > MOST_EXPORTED:
            raise TooLarge(f"Un export compte {MOST_EXPORTED} entrées au plus : choisissez une période plus courte.")
        body = "".join(_exported(doing, kind, wanted, called))
        here = doing.by.structure
        trail.record(doing.session, "trail.exported", kind, by=doing.by, structure=here, at=doing.at, entries=count)
    return _file(body, f"journal-{doing.at:%Y%m%d}.{kind}", KINDS[kind])


@pages.get("/journal/verifier")
def proofs() -> str:
    """Show the checkpoints, the public key, and how to verify without this service."""
    with reading() as doing:
        points = queries.points(doing.session, by=doing.by)
        told = {"points": points, "public_key": checkpoints.public_key(keys())}
        return render_template(
            "trail/proofs.html", **told, state=queries.state(doing.session, by=doing.by, at=doing.at)
        )


@pages.get("/journal/points/<int:identifier>.json")
def point(identifier: int) -> Response:
    """Give a checkpoint as a file to keep elsewhere."""
    with reading() as doing:
        row, stamp = queries.find_point(doing.session, identifier, by=doing.by)
        return _file(document(row, keys(), stamp), file_name(row.at, row.position), "application/json")


@pages.get("/journal/verifier_journal.py")
def verifier() -> Response:
    """Give the program with which an outsider verifies an export."""
    with reading() as doing:
        require(Permission.READ_TRAIL, doing.by, doing.by.structure)
    return send_file(Path(verifier_journal.__file__), "text/x-python", as_attachment=True)


def _form(doing: Act) -> tuple[SearchForm, Mapping[str, str]]:
    actions, actors = queries.choices(doing.session, by=doing.by)
    called = queries.names(doing.session, actors, by=doing.by)
    form = SearchForm(request.args)
    acts = _words().acts
    form.offer({code: acts.get(code, code) for code in actions}, [(one, called.get(one, one)) for one in actors])
    return form, called


def _exported(doing: Act, kind: str, wanted: Wanted, called: Mapping[str, str]) -> Iterator[str]:
    rows = queries.every(doing.session, wanted, by=doing.by)
    if kind == "csv":
        return exports.table(rows, _words().acts, called)
    return exports.proven(doing.session, keys(), rows, queries.point_of(doing.session))


def _number() -> int:
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 9 and int(asked) else 1


def _file(body: str, name: str, kind: str) -> Response:
    return Response(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _words() -> Words:
    words: Words = current_app.extensions[WORDS]
    return words


def _retention() -> Retention:
    kept: Retention = current_app.extensions[RETENTION]
    return kept


@pages.context_processor
def _tools() -> dict[str, Any]:
    def page_of(number: int) -> str:
        """Return the address of a page of this search."""
        return url_for("trail.index", **_search(), page=number)

    def exported(kind: str) -> str:
        """Return the address of the export of this search."""
        return url_for("trail.export", **_search(), kind=kind)

    return {"page_of": page_of, "exported": exported}


def _search() -> dict[str, Any]:
    return {name: request.args[name] for name in SEARCHED if request.args.get(name)}
