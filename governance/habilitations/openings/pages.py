"""Asking the caisse for a gestionnaire's account, creating a technicien's."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2

from governance.conventions.values.accounts import Profile
from governance.core import clock
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.habilitations import actions, notices, showing
from governance.habilitations.agents.queries import own_agent
from governance.habilitations.forms import CHOOSE, CreateForm, RequestForm
from governance.habilitations.queries import Wanted, accounts, find_account, portals
from governance.habilitations.rules import State
from governance.habilitations.tasks import PATH
from governance.people.contacts.rules import Relation, Side
from governance.people.rules import Permission, require
from governance.web.act import Act, act, reading
from governance.web.forms import attach

pages = Blueprint("portal_openings", __name__, url_prefix=PATH)


@pages.get("/demander")
def ask() -> str:
    """Show the form that asks the caisse for an account of gestionnaire."""
    with reading() as doing:
        form = _offered(doing, RequestForm(formdata=None), Profile.GESTIONNAIRE)
        _preset(form, "relation", "agent")
        return _page(doing, form, Profile.GESTIONNAIRE)


@pages.post("/demander")
def ask_sent() -> ResponseReturnValue:
    """Ask the caisse."""
    return _sent(RequestForm, Profile.GESTIONNAIRE)


@pages.get("/creer")
def create() -> str:
    """Show the form in which a gestionnaire creates an account of technicien."""
    with reading() as doing:
        form = _offered(doing, CreateForm(formdata=None), Profile.TECHNICIEN)
        _preset(form, "agent")
        form.manager.data = _own_account(doing)
        return _page(doing, form, Profile.TECHNICIEN)


@pages.post("/creer")
def create_sent() -> ResponseReturnValue:
    """Create it."""
    return _sent(CreateForm, Profile.TECHNICIEN)


def _sent(kind: type[Any], profile: Profile) -> ResponseReturnValue:
    with reading() as doing:
        form = _offered(doing, kind(), profile)
    if form.validate():
        try:
            with act() as doing:
                account = _opened(doing, form, profile)
        except (Invalid, Conflict, NotFound) as refusal:
            attach(form, refusal)
        else:
            asked = profile is Profile.GESTIONNAIRE
            flash("Le compte est demandé à la caisse." if asked else "Le compte est créé.", "ok")
            return redirect(url_for("portal.show", account_id=account), 303)
    with reading() as doing:
        return _page(doing, form, profile), 422


def _opened(doing: Act, form: Any, profile: Profile) -> str:
    session, by, at = doing
    if profile is Profile.GESTIONNAIRE:
        relation = Relation(by.structure, *form.relation.data.split("/"))
        return actions.request_gestionnaire(session, relation, form.agent.data, form.signed_on.data, by=by, at=at)
    manager = find_account(session, form.manager.data, by)
    return actions.create_technicien(session, manager.relation, form.agent.data, manager.id, by=by, at=at)


def _offered(doing: Act, form: Any, profile: Profile) -> Any:
    session, by, _ = doing
    require(Permission.MANAGE_ACCOUNTS, by, by.structure)
    if profile is Profile.GESTIONNAIRE:
        form.relation.choices = _choices(showing.places(portals(session, by.structure, doing.at)))
    else:
        form.manager.choices = _choices(showing.managers(session, by))
    form.agent.choices = _choices([(one.id, said) for one, said in showing.candidates(doing, _day(doing), profile)])
    return form


def _page(doing: Act, form: Any, profile: Profile) -> str:
    session, by, _ = doing
    found = portals(session, by.structure, doing.at)
    unreached = [
        said
        for value, said in showing.places(found)
        if notices.mailbox(session, Relation(by.structure, *value.split("/")), Side.CAISSE, _day(doing)) is None
    ]
    lacking = {
        one.id: one for one, _ in showing.candidates(doing, _day(doing), profile) if one.missing
    } if profile is Profile.TECHNICIEN else {}  # fmt: skip
    told = {"portals": showing.shown_portals(doing, found), "unreached": unreached, "lacking": list(lacking.values())}
    name = "ask" if profile is Profile.GESTIONNAIRE else "create"
    return render_template(f"portal/{name}.html", form=form, **told)


def _own_account(doing: Act) -> str | None:
    """Return the active account of gestionnaire of who asks, to be offered first."""
    session, by, _ = doing
    agent = own_agent(session, by)
    wanted = Wanted(agent=agent, profile=Profile.GESTIONNAIRE, state=State.ACTIVE)
    found = accounts(session, by, wanted).rows if agent else ()
    return found[0].id if len(found) == 1 else None


def _preset(form: Any, *names: str) -> None:
    for name in names:
        form[name].data = request.args.get(name)


def _choices(pairs: list[tuple[str, str]]) -> list[SelectChoice]:
    return [CHOOSE, *(SelectChoice(*one) for one in pairs)]


def _day(doing: Act) -> date:
    return clock.day(doing.at)
