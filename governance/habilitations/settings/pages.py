"""« Réglages des comptes »: the size that quotas depend on, the domains that addresses must have."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.core.refusals import Conflict, Invalid
from governance.habilitations import showing
from governance.habilitations.agents import actions, queries
from governance.habilitations.agents.forms import DomainForm, SizeForm
from governance.habilitations.agents.presenting import DOMAINS
from governance.habilitations.agents.rules import DomainKind, shipped_webmails
from governance.habilitations.queries import portals
from governance.people.rules import Permission, require
from governance.web.act import act, reading
from governance.web.forms import attach

pages = Blueprint("account_settings", __name__, url_prefix="/agents/reglages")


@pages.get("")
def show() -> str:
    """Show the size and the domains, with their history."""
    return _page(SizeForm(formdata=None), DomainForm(formdata=None))


@pages.post("/taille")
def size() -> ResponseReturnValue:
    """Say how many members there are."""
    form = SizeForm()
    if form.validate():
        try:
            with act() as (session, by, at):
                told = form.told()
                actions.tell_size(session, by.structure, told, form.source.data or "", by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            return _back("La taille est enregistrée.")
    return _page(form, DomainForm(formdata=None)), 422


@pages.post("/domaines")
def domain() -> ResponseReturnValue:
    """Say what a domain is."""
    form = DomainForm()
    if form.validate():
        try:
            with act() as (session, by, at):
                kind = DomainKind(form.kind.data)
                actions.say_domain(session, by.structure, form.domain.data or "", kind, by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            return _back("Le domaine est enregistré.")
    return _page(SizeForm(formdata=None), form), 422


@pages.post("/domaines/oublier")
def forget() -> ResponseReturnValue:
    """Take back what was said of a domain."""
    with act() as (session, by, at):
        actions.forget_domain(session, by.structure, request.form.get("domain", ""), by=by, at=at)
    return _back("Le domaine est retiré.")


def _page(size_form: SizeForm, domain_form: DomainForm) -> str:
    with reading() as doing:
        session, by, _ = doing
        require(Permission.MANAGE_ACCOUNTS, by, by.structure)
        said = queries.domains(session, by.structure)
        told = {
            "sizes": queries.sizes(session, by.structure, by=by),
            "portals": showing.shown_portals(doing, portals(session, by.structure, doing.at)),
            "domains": [(one, DOMAINS[kind]) for one, kind in said.items()], "webmails": sorted(shipped_webmails()),
        }  # fmt: skip
    return render_template("account_settings/show.html", size_form=size_form, domain_form=domain_form, **told)


def _back(done: str) -> ResponseReturnValue:
    flash(done, "ok")
    return redirect(url_for("account_settings.show"), 303)
