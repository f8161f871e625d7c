"""« Contacts »: who a partner writes to at a caisse, and a caisse at a partner, for each convention."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.core import clock
from governance.core.refusals import Forbidden, Invalid, NotFound
from governance.people.contacts import actions, queries
from governance.people.contacts.forms import ContactForm
from governance.people.contacts.presenting import KINDS, blocks, said
from governance.people.contacts.rules import Contact, ContactKind, Relation, Side
from governance.people.contacts.tasks import PATH, tasks
from governance.people.rules import Permission
from governance.web.act import act, reading
from governance.web.feature import Feature, NavEntry, Under
from governance.web.forms import attach

pages = Blueprint(
    "contacts",
    __name__,
    url_prefix=PATH,
    template_folder="templates",
    static_folder="static",
    static_url_path="/statique/contacts",
)


@pages.get("")
def index() -> str:
    """Show the contacts of every convention the reader's structure applies, or that their caisse signed."""
    with reading() as (session, by, at):
        views = queries.relations(session, by, at)
        on = clock.day(at)
    shown = [(view, blocks(view, on)) for view in views]
    return render_template("contacts/index.html", shown=shown, kinds=KINDS)


@pages.get("/<structure>/<convention>/<caisse>/<side>/nouveau")
def create(structure: str, convention: str, caisse: str, side: str) -> str:
    """Show the form that adds a contact."""
    form = ContactForm(formdata=None)
    if request.args.get("fonction") in set(ContactKind):
        form.kind.data = request.args["fonction"]
    return _form(form, Relation(structure, convention, caisse), _side(side))


@pages.post("/<structure>/<convention>/<caisse>/<side>/nouveau")
def create_sent(structure: str, convention: str, caisse: str, side: str) -> ResponseReturnValue:
    """Add a contact."""
    return _record(ContactForm(), Relation(structure, convention, caisse), _side(side))


@pages.get("/<contact_id>/modifier")
def change(contact_id: str) -> str:
    """Show the form that replaces a contact."""
    relation, contact = _found(contact_id)
    return _form(ContactForm(formdata=None, obj=contact), relation, contact.side, contact_id)


@pages.post("/<contact_id>/modifier")
def change_sent(contact_id: str) -> ResponseReturnValue:
    """Replace a contact; the former one stays in the history."""
    relation, contact = _found(contact_id)
    return _record(ContactForm(), relation, contact.side, contact_id)


@pages.post("/<contact_id>/verifier")
def verify(contact_id: str) -> ResponseReturnValue:
    """Say that a contact is right today."""
    with act() as (session, by, at):
        actions.verify_contact(session, contact_id, by=by, at=at)
    return _back("Le contact est vérifié.")


@pages.post("/<contact_id>/retirer")
def withdraw(contact_id: str) -> ResponseReturnValue:
    """Write to a contact no more."""
    with act() as (session, by, at):
        actions.withdraw_contact(session, contact_id, by=by, at=at)
    return _back("Le contact est retiré ; il reste dans l'historique.")


def _record(form: ContactForm, relation: Relation, side: Side, replaces: str | None = None) -> ResponseReturnValue:
    _readable(relation, side)
    if form.validate():
        try:
            with act() as (session, by, at):
                draft = form.draft(side)
                actions.record_contact(session, relation, draft, by=by, at=at, replaces=replaces)
        except Invalid as refusal:
            attach(form, refusal)
        else:
            return _back("Le contact est enregistré.")
    return _form(form, relation, side, replaces), 422


def _form(form: ContactForm, relation: Relation, side: Side, replaces: str | None = None) -> str:
    view = _readable(relation, side)
    shown = {"form": form, "view": view, "side": side, "where": said(side, view), "replaces": replaces}
    return render_template("contacts/form.html", **shown)


def _readable(relation: Relation, side: Side) -> queries.RelationView:
    with reading() as (session, by, at):
        view = queries.find_relation(session, relation, by, at)
    if side not in view.sides:
        raise Forbidden("Votre rôle ne permet pas de changer ces contacts.")
    return view


def _found(contact_id: str) -> tuple[Relation, Contact]:
    with reading() as (session, by, _):
        return queries.find_contact(session, contact_id, by)


def _side(typed: str) -> Side:
    if typed not in set(Side):
        raise NotFound("Cette page n'existe pas.")
    return Side(typed)


def _back(done: str) -> ResponseReturnValue:
    flash(done, "ok")
    return redirect(url_for("contacts.index"), 303)


FEATURE = Feature(
    name="contacts",
    blueprints=(pages,),
    navigation=(NavEntry("Contacts", "contacts.index", Permission.READ_CONTACTS, Under.CONVENTIONS),),
    tasks=tasks,
)
