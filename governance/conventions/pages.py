"""« Ce que cette convention exige », the list of conventions, registering one, and saying since when it applies."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from governance.conventions import actions
from governance.conventions.actions import Proposal
from governance.conventions.comparison import additions, header_changes
from governance.conventions.editions import editions, latest_toml
from governance.conventions.forms import AdoptForm, ConfirmForm, DayForm, FilterForm, ImportForm, Source, sealed
from governance.conventions.life import actions as life
from governance.conventions.listing import Shown, matching, rows, standing
from governance.conventions.mistakes import Mistake, mistakes
from governance.conventions.queries import all_conventions, find_convention
from governance.conventions.reader import BadConvention
from governance.conventions.rules import NothingNew
from governance.conventions.shown import incomplete, shown_rules, silences, themes, unbroken, unsettled
from governance.conventions.terms import Convention, NotInForce, Terms
from governance.core import clock
from governance.core.refusals import Conflict, Invalid, Refusal, TooLarge
from governance.people.accounts.links import ADDRESS
from governance.people.queries import Adoption, adoptions
from governance.people.rules import Permission, require
from governance.web.act import Act, act, reading
from governance.web.forms import attach
from governance.web.problems import of_refusal

pages = Blueprint(
    "conventions",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/statique/conventions",
)
pages.add_app_template_filter(unbroken, "unbroken")


@pages.get("/conventions")
def index() -> ResponseReturnValue:
    """List the conventions, and how each stands for the reader's structure."""
    form = FilterForm(request.args)
    with reading() as doing:
        require(Permission.READ_CONVENTIONS, doing.by, doing.by.structure)
        every = rows(all_conventions(doing.session, doing.by.structure), _adopted(doing), clock.day(doing.at))
    is_valid = form.validate()
    kept = matching(every, form.q.data or "", Shown(form.montrer.data or "")) if is_valid else every
    return render_template("conventions/index.html", form=form, rows=kept, total=len(every)), 200 if is_valid else 422


@pages.get("/conventions/<code>")
def show(code: str) -> ResponseReturnValue:
    """Show what a convention requires on a day, today unless another is asked for."""
    with reading() as doing:
        require(Permission.READ_CONVENTIONS, doing.by, doing.by.structure)
        convention, today = find_convention(doing.session, code, doing.by.structure), clock.day(doing.at)
        mine, texts = _adopted(doing).get(code), editions(doing.session, code, doing.by.structure)
    form = DayForm(request.args)
    terms = _asked(form, convention, today)
    form.le.data = terms.day
    page = render_template(
        "conventions/show.html",
        form=form,
        today=today,
        adoption=mine,
        standing=standing(mine, today),
        editions=texts,
        **_contents(convention, terms),
    )
    return page, 422 if form.errors else 200


@pages.get("/conventions/<code>/texte")
def toml(code: str) -> Response:
    """Give the latest text, to keep it or to complete it with an amendment."""
    with reading() as doing:
        require(Permission.READ_CONVENTIONS, doing.by, doing.by.structure)
        text = latest_toml(doing.session, code, doing.by.structure)
    headers = {"Content-Disposition": f'attachment; filename="{code}.toml"'}
    return Response(text, content_type="application/toml; charset=utf-8", headers=headers)


@pages.get("/conventions/importer")
def import_form() -> str:
    """Show where to send the text of a convention."""
    with reading() as doing:
        require(Permission.IMPORT_CONVENTION, doing.by, doing.by.structure)
    return render_template("conventions/import.html", form=ImportForm(), mistakes=(), more=0)


@pages.post("/conventions/importer")
def import_preview() -> ResponseReturnValue:
    """Show what registering a text would do, or every mistake that it holds; nothing is written."""
    form, source = ImportForm(), Source("", "")
    with reading() as doing:
        require(Permission.IMPORT_CONVENTION, doing.by, doing.by.structure)
        try:
            source = form.source()
            proposal = actions.propose(doing.session, source.content, by=doing.by, name=source.name)
        except (Invalid, Conflict, TooLarge) as refusal:
            return _refused(form, refusal, source)
    return _preview(proposal, clock.day(doing.at))


@pages.post("/conventions/importer/confirmer")
def import_confirmed() -> ResponseReturnValue:
    """Register the text that was looked at; sent twice, it is registered once."""
    form = ConfirmForm()
    try:
        with act() as doing:
            require(Permission.IMPORT_CONVENTION, doing.by, doing.by.structure)
            done = actions.import_convention(doing.session, form.content(), by=doing.by, at=doing.at)
    except NothingNew as refusal:
        flash(refusal.message, "ok")
        return redirect(url_for("conventions.index"), 303)
    except (Invalid, Conflict, TooLarge) as refusal:
        return _refused(ImportForm(formdata=None), refusal, Source("", ""))
    flash(f"La convention {done.code} est enregistrée (texte n° {done.edition}).", "ok")
    return redirect(url_for("conventions.show", code=done.code), 303)


@pages.get("/conventions/<code>/application")
def adopt_form(code: str) -> str:
    """Show the dates between which the structure works under a convention."""
    convention, mine = _to_adopt(code)
    form = AdoptForm(formdata=None, obj=mine)
    return render_template("conventions/adopt.html", form=form, convention=convention, adoption=mine)


@pages.post("/conventions/<code>/application")
def adopt(code: str) -> ResponseReturnValue:
    """Record these dates, and say them back with the day of the week."""
    convention, mine = _to_adopt(code)
    form = AdoptForm()
    if form.validate():
        try:
            with act() as doing:
                adoption = form.adoption(convention)
                life.apply(doing.session, adoption, by=doing.by, at=doing.at, address=current_app.config[ADDRESS])
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            flash(_said_back(adoption), "ok")
            return redirect(url_for("conventions.show", code=code), 303)
    return render_template("conventions/adopt.html", form=form, convention=convention, adoption=mine), 422


def _adopted(doing: Act) -> Mapping[str, Adoption]:
    return {one.code: one for one in adoptions(doing.session, doing.by.structure)}


def _to_adopt(code: str) -> tuple[Convention, Adoption | None]:
    with reading() as doing:
        require(Permission.ADOPT_CONVENTION, doing.by, doing.by.structure)
        return find_convention(doing.session, code, doing.by.structure), _adopted(doing).get(code)


def _asked(form: DayForm, convention: Convention, today: date) -> Terms:
    """Return the rules of the day asked for, else of the day nearest to today on which there are some."""
    nearest = min(max(today, convention.adopted), convention.end or date.max)
    asked = form.le.data if form.validate() else None
    try:
        return convention.on(asked or nearest)
    except NotInForce as refusal:
        attach(form, Refusal(refusal.message, field="le"))
        return convention.on(nearest)


def _contents(convention: Convention, terms: Terms) -> dict[str, object]:
    rules = shown_rules(convention, terms)
    groups = unsettled(rules)
    return {
        "convention": convention,
        "day": terms.day,
        "partner": terms.P2.operative,
        "dpo_of": terms.dpo_of,
        "lacking": incomplete(convention),
        "silences": silences(rules),
        "unsettled": groups,
        "open_points": sum(len(group.rules) for group in groups),
        "themes": themes(rules),
    }


def _preview(proposal: Proposal, today: date) -> str:
    convention, known = proposal.convention, proposal.known
    nearest = min(max(today, convention.changes[-1]), convention.end or date.max)
    return render_template(
        "conventions/preview.html",
        form=ConfirmForm(formdata=None, source=sealed(proposal.text)),
        known=known,
        additions=additions(known, convention) if known else (),
        header_changes=header_changes(known, convention) if known else (),
        **_contents(convention, convention.on(nearest)),
    )


def _refused(form: ImportForm, refusal: Refusal, source: Source) -> ResponseReturnValue:
    """Return the form with the refusal beside the text that was sent, and every mistake of that text."""
    found: tuple[Mistake, ...] = ()
    message, more = refusal.message, 0
    if isinstance(refusal, BadConvention):
        found = mistakes(refusal, source.content)
        more = len(refusal.problems) - len(found)
        points = "un point" if len(refusal.problems) == 1 else f"{len(refusal.problems)} points"
        message = f"{points} à corriger ({source.name or 'texte envoyé'}), dans la liste au-dessus du formulaire."
    is_pasted = isinstance(source.content, str) and bool(source.content)
    attach(form, Refusal(message, field="text" if is_pasted else refusal.field or "file"))
    return render_template("conventions/import.html", form=form, mistakes=found, more=more), of_refusal(refusal).status


def _said_back(adoption: Adoption) -> str:
    def word(day: date | None, before: str) -> str:
        return f" {before} {format_date(day, 'EEEE d MMMM y')}" if day else ""

    dates = word(adoption.effective_from, "à partir du") + word(adoption.effective_to, "jusqu'au")
    return f"Votre structure applique la convention {adoption.code}{dates or ', à des dates qui restent à saisir'}."
