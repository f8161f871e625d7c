"""« Qui peut faire quoi », and the partners that a caisse may look at."""

from flask import Blueprint, render_template

from governance.people import queries
from governance.people.presenting import roles_shown, terminal_only
from governance.web.act import reading

pages = Blueprint("permissions", __name__, template_folder="templates")


@pages.get("/qui-peut-faire-quoi")
def table() -> str:
    """Show the one table of permissions, role by role, those of the reader marked."""
    with reading() as (_, by, _):
        told = {"roles": roles_shown(), "terminal": terminal_only(), "mine": by.roles}
    return render_template("people/permissions.html", **told)


@pages.get("/partenaires")
def partners() -> str:
    """Show the partners that apply a convention with the reader's caisse."""
    with reading() as (session, by, _):
        return render_template("people/partners.html", partners=queries.partners(session, by))
