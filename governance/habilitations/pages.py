"""« Comptes du portail »: who holds which account, what is asked of the caisse, and every act upon an account."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2

from governance.conventions.terms import Terms
from governance.conventions.values.accounts import AccountField, Profile
from governance.core import clock
from governance.core.refusals import Conflict, Forbidden, Invalid, NotFound
from governance.habilitations import queries, showing
from governance.habilitations.acts import ACTS, AccountAct, open_acts
from governance.habilitations.changes import queries as changes
from governance.habilitations.forms import ChangeForm, FilterForm, LeavingForm
from governance.habilitations.presenting import PROFILES, REASONS, said_phone
from governance.habilitations.queries import PAGE, AccountView, Portal, Wanted
from governance.habilitations.rules import CUTTABLE, State
from governance.habilitations.steps import terms_of
from governance.habilitations.tasks import PATH
from governance.people.rules import Permission, may
from governance.web.act import Act, act, reading
from governance.web.forms import attach

BREACH = "vigie.breach.page"  # the endpoint that declares a breach, when the application has one

pages = Blueprint(
    "portal", __name__, url_prefix=PATH, template_folder="templates", static_folder="static",
    static_url_path="/statique/comptes",
)  # fmt: skip


@pages.app_template_filter("numero")
def number_said(number: str) -> str:
    """Return a telephone number as it is read."""
    return said_phone(number)


@pages.get("")
def index() -> str:
    """List the accounts, with the ceilings of each convention and what awaits."""
    with reading() as doing:
        session, by, _ = doing
        portals = () if by.caisse else queries.portals(session, by.structure, doing.at)
        form = FilterForm(request.args).offer(_places(doing, portals))
        form.validate()
        number = _number()
        found = queries.accounts(session, by, _wanted(form), number)
        told = {
            "rows": showing.rows(session, found.rows), "total": found.total, "page": number,
            "last": max(1, -(-found.total // PAGE)), "vacancies": showing.vacancies_shown(doing),
            "portals": showing.shown_portals(doing, portals),
            "is_caisse": by.caisse is not None, "manages": may(Permission.MANAGE_ACCOUNTS, by, by.structure),
        }  # fmt: skip
        return render_template("portal/index.html", form=form, **told)


@pages.get("/couper")
def cut() -> str:
    """Choose the account to cut, now."""
    with reading() as (session, by, _):
        found = [one for one in queries.accounts(session, by, Wanted()).rows if one.state in CUTTABLE]
        act_of = ACTS["coupure"]
        rows = showing.rows(session, (one for one in found if act_of.is_open_to(one, by)))
        return render_template("portal/cut.html", rows=rows, is_caisse=by.caisse is not None)


@pages.get("/<account_id>")
def show(account_id: str) -> str:
    """Show an account, its history, and what can be done to it."""
    with reading() as doing:
        session, by, _ = doing
        account = queries.find_account(session, account_id, by)
        manager = queries.find_account(session, account.manager_id, by) if account.manager_id else None
        told = {
            "account": account, "row": showing.rows(session, [account])[0], "manager": manager,
            "steps": showing.steps(session, queries.history(session, account_id, by)),
            "changes": changes.changes_of(session, account_id, by), "acts": open_acts(account, by),
            "terms": terms_of(session, account.relation.convention, account.asked_on, account.relation.structure),
            "mails": showing.notices_of(session, account), "is_caisse": by.caisse is not None,
            "manages": may(Permission.MANAGE_ACCOUNTS, by, account.relation.structure), "by": by,
        }  # fmt: skip
        return render_template("portal/show.html", reasons=REASONS, State=State, breach=_breach(), **told)


@pages.get("/<account_id>/<slug>")
def act_form(account_id: str, slug: str) -> str:
    """Show the form of an act, with what it will do."""
    with reading() as doing:
        account, one = _account_and_act(doing, account_id, slug)
        form = _prepared(doing, one.form(formdata=None), account)
        if "on" in form:
            form.on.data = clock.day(doing.at)
        if "what" in form:
            form.what.data = _field(request.args.get("quoi", ""))
        return _act_page(doing, account, one, form)


@pages.post("/<account_id>/<slug>")
def act_sent(account_id: str, slug: str) -> ResponseReturnValue:
    """Do it."""
    with reading() as doing:
        account, one = _account_and_act(doing, account_id, slug, is_sent=True)
        form = _prepared(doing, one.form(), account)
    if form.validate():
        try:
            with act() as (session, by, at):
                one.do(session, account_id, form, by, at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            flash(one.done, "ok")
            return redirect(url_for("portal.show", account_id=account_id), 303)
    with reading() as doing:
        return _act_page(doing, account, one, form), 422


def _act_page(doing: Act, account: AccountView, one: AccountAct, form: Any) -> str:
    session, by, at = doing
    day = clock.day(at)
    terms = terms_of(session, account.relation.convention, day, account.relation.structure)
    told = {
        "account": account,
        "act": one,
        "form": form,
        "cited": terms.rule(one.rule),
        "profile": PROFILES[account.profile],
    }
    told["named"] = terms.A1 if _is_named(terms, account, one) else None
    if one.danger:
        told["consequences"] = showing.consequences(session, account, day, by)
    return render_template("portal/act.html", code=account.relation.convention, is_caisse=by.caisse is not None, **told)


def _is_named(terms: Terms, account: AccountView, one: AccountAct) -> bool:
    """Say whether the act concerns a gestionnaire under a text that names its own: an avenant replaces them (S4)."""
    profiles = terms.A1.operative
    is_theirs = account.profile is Profile.GESTIONNAIRE and one.slug in {"inactivation", "modification", "coupure"}
    return is_theirs and profiles is not None and profiles.named_in_contract


def _account_and_act(
    doing: Act, account_id: str, slug: str, *, is_sent: bool = False
) -> tuple[AccountView, AccountAct]:
    account = queries.find_account(doing.session, account_id, doing.by)
    one = ACTS.get(slug)
    if one is None:
        raise NotFound("Cette page n'existe pas.")
    structure, convention, caisse = account.relation
    if not any(may(each, doing.by, structure, convention=convention, caisse=caisse) for each in one.permissions):
        raise Forbidden("Votre rôle ne permet pas cette action ici.")
    if not is_sent and not one.is_open_to(account, doing.by):
        raise Conflict("L'état de ce compte ne permet plus cela : revenez à sa page pour voir où il en est.")
    return account, one


def _prepared(doing: Act, form: Any, account: AccountView) -> Any:
    if isinstance(form, LeavingForm):
        heirs = [("", "le gestionnaire le plus ancien"), *showing.heirs(doing.session, account)]
        form.heir.choices = [SelectChoice(*one) for one in heirs]
    if isinstance(form, ChangeForm):
        rule = terms_of(
            doing.session, account.relation.convention, clock.day(doing.at), account.relation.structure
        ).A9.operative
        form.offer(rule.fields if rule else ())
    return form


def _field(name: str) -> str | None:
    """Return the data that a link offers to change (« quoi=telephone »), None for any other word."""
    return next((one.value for one in AccountField if one.name.lower() == name), None)


def _wanted(form: FilterForm) -> Wanted:
    if form.errors:
        return Wanted()
    convention, _, caisse = (form.lieu.data or "").partition("/")
    return Wanted(convention or None, caisse or None, form.profile, form.state)


def _places(doing: Act, portals: Iterable[Portal]) -> list[tuple[str, str]]:
    by = doing.by
    if by.caisse is None:
        return showing.places(portals)
    codes = sorted({one.convention for one in by.signed})
    return [(f"{code}/{by.caisse}", f"Convention {code}") for code in codes]


def _breach() -> str | None:
    endpoint = current_app.extensions.get(BREACH)
    return url_for(endpoint) if endpoint else None


def _number() -> int:
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 7 and int(asked) else 1
