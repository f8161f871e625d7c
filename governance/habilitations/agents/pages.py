"""« Agents »: the staff that the structure declares, and what is attested of each."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from governance.core import clock
from governance.core.refusals import Conflict, Invalid
from governance.habilitations.agents import actions, queries
from governance.habilitations.agents.forms import AgentForm, AttestForm, LeavingForm
from governance.habilitations.agents.presenting import CHECKS, TIES
from governance.habilitations.agents.queries import AgentView
from governance.habilitations.agents.rules import RULE_OF, Check
from governance.habilitations.queries import Wanted, accounts, portals
from governance.habilitations.showing import attesters, rows, shown_portals
from governance.people.rules import Permission, require
from governance.web.act import Act, act, reading
from governance.web.forms import attach

PAGE = 100

pages = Blueprint("agents", __name__, url_prefix="/agents", template_folder="templates")


@pages.get("")
def index() -> str:
    """List the staff, a hundred a page, those who lack an attestation or have left told apart."""
    with reading() as (session, by, at):
        require(Permission.MANAGE_ACCOUNTS, by, by.structure)
        day, sought = clock.day(at), request.args.get("nom", "").strip()[:120]
        found = [one for one in queries.agents(session, by.structure, day, by=by) if _is_sought(one, sought)]
    number, last = _number(), max(1, -(-len(found) // PAGE))
    shown = found[PAGE * (number - 1) : PAGE * number]
    told = {"agents": shown, "total": len(found), "page": number, "last": last, "day": day, "sought": sought}
    return render_template("agents/index.html", checks=CHECKS, **told)


@pages.get("/declarer")
def declare() -> str:
    """Show the form that declares somebody."""
    with reading() as (_, by, _):
        require(Permission.MANAGE_ACCOUNTS, by, by.structure)
    return render_template("agents/form.html", form=AgentForm(formdata=None), agent=None)


@pages.post("/declarer")
def declare_sent() -> ResponseReturnValue:
    """Declare somebody."""
    form = AgentForm()
    with reading() as (_, by, _):
        require(Permission.MANAGE_ACCOUNTS, by, by.structure)
    if form.validate():
        try:
            with act() as (session, by, at):
                agent = actions.declare_agent(session, by.structure, form.draft(), by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            return _back(agent, "L'agent est déclaré. Attestez maintenant ce que la convention demande.")
    return render_template("agents/form.html", form=form, agent=None), 422


@pages.get("/<agent_id>")
def show(agent_id: str) -> str:
    """Show somebody, what is attested and their accounts."""
    with reading() as doing:
        agent = _found(doing, agent_id)
        form = AttestForm(formdata=None, on=clock.day(doing.at))
        return _page(doing, agent, form)


@pages.get("/<agent_id>/corriger")
def correct(agent_id: str) -> str:
    """Show the form that corrects what is declared."""
    with reading() as doing:
        agent = _found(doing, agent_id)
    return render_template("agents/form.html", form=AgentForm(formdata=None, obj=agent), agent=agent)


@pages.post("/<agent_id>/corriger")
def correct_sent(agent_id: str) -> ResponseReturnValue:
    """Correct it."""
    form = AgentForm()
    with reading() as doing:
        agent = _found(doing, agent_id)
    if form.validate():
        try:
            with act() as (session, by, at):
                actions.correct_agent(session, agent_id, form.draft(), by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            return _back(agent_id, "La fiche est corrigée. La caisse, elle, ne connaît que ce que vous lui demandez.")
    return render_template("agents/form.html", form=form, agent=agent), 422


@pages.post("/<agent_id>/attester")
def attest(agent_id: str) -> ResponseReturnValue:
    """Attest what was ticked."""
    form = AttestForm()
    with reading() as doing:
        agent = _found(doing, agent_id)
    if form.validate():
        try:
            with act() as (session, by, at):
                for check, dated in form.dated():
                    actions.attest(session, agent_id, check, dated, by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            return _back(agent_id, "Les attestations sont enregistrées.")
    with reading() as doing:
        return _page(doing, agent, form), 422


@pages.post("/<agent_id>/retirer-attestation")
def withdraw(agent_id: str) -> ResponseReturnValue:
    """Say that what was attested is no longer so."""
    asked = request.form.get("check", "")
    if asked not in set(Check):
        raise Invalid("Dites quelle attestation retirer.", field="check")
    with act() as (session, by, at):
        actions.withdraw_attestation(session, agent_id, Check(asked), by=by, at=at)
    return _back(agent_id, "L'attestation est retirée.")


@pages.post("/<agent_id>/depart")
def leave(agent_id: str) -> ResponseReturnValue:
    """Say when somebody leaves, or that they stay."""
    form = LeavingForm()
    with reading() as doing:
        agent = _found(doing, agent_id)
    if form.validate():
        try:
            with act() as (session, by, at):
                actions.say_left(session, agent_id, form.left_on.data, by=by, at=at)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            return _back(agent_id, "Le départ est enregistré." if form.left_on.data else "Cet agent reste.")
    with reading() as doing:
        return _page(doing, agent, AttestForm(formdata=None), form), 422


def _found(doing: Act, agent_id: str) -> AgentView:
    require(Permission.MANAGE_ACCOUNTS, doing.by, doing.by.structure)
    return queries.find_agent(doing.session, agent_id, clock.day(doing.at), by=doing.by)


def _page(doing: Act, agent: AgentView, form: AttestForm, leaving: LeavingForm | None = None) -> str:
    held = accounts(doing.session, doing.by, Wanted(agent=agent.id)).rows
    known = shown_portals(doing, portals(doing.session, doing.by.structure, doing.at))
    told = {
        "agent": agent, "form": form, "leaving": leaving or LeavingForm(formdata=None, left_on=agent.left_on),
        "rows": rows(doing.session, held), "day": clock.day(doing.at),
        "standing": [(check, said, agent.latest(check), RULE_OF[check]) for check, said in CHECKS.items()],
        "codes": [one.convention for one in known if one.why_not is None],
        "who": attesters(doing.session, agent),
    }  # fmt: skip
    return render_template("agents/show.html", ties=TIES, **told)


def _is_sought(agent: AgentView, sought: str) -> bool:
    return sought.casefold() in f"{agent.name} {agent.last_name} {agent.first_name} {agent.email}".casefold()


def _back(agent_id: str, done: str) -> ResponseReturnValue:
    flash(done, "ok")
    return redirect(url_for("agents.show", agent_id=agent_id), 303)


def _number() -> int:
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 7 and int(asked) else 1
