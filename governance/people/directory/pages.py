"""« Personnes »: inviting, giving roles, helping somebody back in, closing an account."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.core import outbox
from governance.core.refusals import Refusal
from governance.people import actions as people
from governance.people.accounts import actions, links
from governance.people.accounts.mails import link_message
from governance.people.accounts.rules import Purpose
from governance.people.actions import NewPerson
from governance.people.confirm import fresh
from governance.people.directory import queries
from governance.people.directory.forms import InviteForm, RolesForm
from governance.people.directory.queries import State
from governance.people.presenting import ROLE_NAMES
from governance.people.queries import find_structure
from governance.people.rules import HUMANS, ROLES_OF, Permission, Role, StructureKind, require
from governance.people.second_factor import actions as factors
from governance.people.second_factor.queries import is_of_all, without_factor
from governance.people.sessions import actions as sessions
from governance.web.act import Act, act, reading
from governance.web.forms import attach

pages = Blueprint("directory", __name__, url_prefix="/personnes", template_folder="templates")


@pages.get("")
def index() -> str:
    """List the people of the structure."""
    with reading() as (session, by, _):
        found = queries.people(session, by)
        active = [one.id for one in found if one.state is State.ACTIVE]
        factor = {"of_all": is_of_all(session, by.structure), "lacking": without_factor(session, active)}
    return render_template("directory/index.html", people=found, names=ROLE_NAMES, factor=factor)


@pages.post("/second-facteur")
@fresh()
def ask_factor() -> ResponseReturnValue:
    """Ask every person for a second factor, or again of some roles only."""
    of_all = request.form.get("of_all") == "oui"
    with act() as (session, by, at):
        factors.ask_of_all(session, of_all, by=by, at=at)
    flash("Le second facteur est exigé de tous." if of_all else "Le second facteur n'est plus exigé de tous.", "ok")
    return redirect(url_for("directory.index"), 303)


@pages.get("/inviter")
def invite() -> str:
    """Show the form that invites somebody."""
    return render_template("directory/invite.html", form=_with_roles(InviteForm(), _kind()))


@pages.post("/inviter")
def invite_sent() -> ResponseReturnValue:
    """Create the account of somebody who will choose their own password, and give the link that lets them."""
    form = _with_roles(InviteForm(), _kind())
    if form.validate():
        try:
            with act() as acting:
                draft = NewPerson(form.name.data, form.email.data, roles=_ticked(form))
                person_id = people.create_person(acting.session, acting.by.structure, draft, by=acting.by, at=acting.at)
                return _linked(acting, person_id)
        except Refusal as refusal:
            attach(form, refusal)
    return render_template("directory/invite.html", form=form), 422


@pages.get("/<person_id>")
def show(person_id: str) -> str:
    """Show somebody's account, and what can be done about it."""
    with reading() as (session, by, _):
        person = queries.find_person(session, person_id, by)
        is_me = person.id == by.id
    form = _with_roles(RolesForm(roles=[role.value for role in person.roles]), _kind())
    return render_template("directory/show.html", person=person, form=form, is_me=is_me, names=ROLE_NAMES)


@pages.post("/<person_id>/roles")
@fresh()
def roles(person_id: str) -> ResponseReturnValue:
    """Say what somebody is here; it counts at their next request."""
    form = _with_roles(RolesForm(), _kind())
    with act() as (session, by, at):
        people.set_roles(session, person_id, by.structure, _ticked(form), by=by, at=at)
    return _back(person_id, "Les rôles sont enregistrés.")


@pages.post("/<person_id>/lien")
@fresh()
def link(person_id: str) -> ResponseReturnValue:
    """Make a fresh link to somebody's account."""
    with act() as acting:
        return _linked(acting, person_id)


@pages.post("/<person_id>/sessions")
@fresh()
def end_sessions(person_id: str) -> ResponseReturnValue:
    """End somebody's sessions."""
    with act() as (session, by, at):
        actions.managed(session, person_id, by=by)
        count = sessions.end_all(session, person_id, by=by, at=at)
    return _back(person_id, f"Sessions fermées : {count}.")


@pages.post("/<person_id>/second-facteur")
@fresh()
def remove_factors(person_id: str) -> ResponseReturnValue:
    """Take away the second factors of somebody who lost them."""
    with act() as (session, by, at):
        factors.remove_all(session, person_id, by=by, at=at)
    return _back(person_id, "Le second facteur est retiré, ses sessions sont fermées.")


@pages.post("/<person_id>/fermer")
@fresh()
def close(person_id: str) -> ResponseReturnValue:
    """Let somebody sign in no more."""
    with act() as (session, by, at):
        actions.close_account(session, person_id, by=by, at=at)
    return _back(person_id, "Le compte est fermé, ses sessions aussi.")


@pages.post("/<person_id>/rouvrir")
@fresh()
def reopen(person_id: str) -> ResponseReturnValue:
    """Let somebody sign in again."""
    with act() as (session, by, at):
        actions.reopen_account(session, person_id, by=by, at=at)
    return _back(person_id, "Le compte est rouvert.")


def _linked(acting: Act, person_id: str) -> ResponseReturnValue:
    """Show a fresh link to who made it, and send it when mails are set."""
    session, by, at = acting
    token = actions.make_link(session, person_id, by=by, at=at)
    person = queries.find_person(session, person_id, by)
    if links.can_mail():
        purpose = Purpose.INVITATION if person.state is State.INVITED else Purpose.RESET
        message = link_message(person.email, by.structure, person.id, links.mailed(token), purpose, at)
        outbox.post(session, message, at=at)
    return render_template("directory/link.html", person=person, link=links.shown(token), is_mailed=links.can_mail())


def _back(person_id: str, done: str) -> ResponseReturnValue:
    flash(done, "ok")
    return redirect(url_for("directory.show", person_id=person_id), 303)


def _kind() -> StructureKind:
    """Return which side of the convention the structure stands on; refuse (Forbidden) who may not manage it."""
    with reading() as (session, by, _):
        require(Permission.MANAGE_PEOPLE, by, by.structure)
        return find_structure(session, by.structure).kind


def _with_roles(form: Any, kind: StructureKind) -> Any:
    form.roles.choices = [(role.value, said.name) for role, said in ROLE_NAMES.items() if role in ROLES_OF[kind]]
    return form


def _ticked(form: Any) -> frozenset[Role]:
    known = {role.value for role in HUMANS}
    return frozenset(Role(value) for value in form.roles.data or () if value in known)
