"""`vigie people`: the first accounts of an installation, and the way back in for whoever is left outside."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import settings
from app.commands import service
from app.commands.endings import tell
from governance.core import clock
from governance.core.refusals import NotFound
from governance.core.sealed_rows import is_equal
from governance.people import actions
from governance.people.accounts.actions import make_link
from governance.people.accounts.links import PATH
from governance.people.actions import NewPerson
from governance.people.queries import as_stored
from governance.people.rules import HUMANS, Actor, Role, StructureKind, command
from governance.people.second_factor.actions import remove_all
from governance.people.tables import Person

ROLES = sorted(role.value for role in HUMANS)


@click.group("people", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def people() -> None:
    """Créer une structure, inviter une personne, lui rendre l'accès."""


@people.command()
@click.argument("name", metavar="NOM")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in StructureKind]), default="partenaire", show_default=True
)
@click.option("--caisse", metavar="CODE", help="Le code par lequel les conventions nomment la caisse.")
def structure(name: str, kind: str, caisse: str | None) -> None:
    """Créer une structure."""
    with service.database() as sessions, sessions.begin() as session:
        made = actions.create_structure(session, name, StructureKind(kind), caisse, by=command(""), at=clock.now())
    click.echo(made)


@people.command()
@click.option("--structure", metavar="NOM", help="La structure : son nom ou son identifiant.")
@click.option("--name", required=True, metavar="NOM", help="Prénom et nom.")
@click.option("--email", required=True, metavar="ADRESSE", help="Adresse professionnelle.")
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, required=True, help="Un rôle ; à répéter.")
def invite(structure: str | None, name: str, email: str, roles: tuple[str, ...]) -> None:
    """Inviter une personne : le lien montré lui laisse choisir son mot de passe, une fois, sous 7 jours."""
    with service.database() as sessions:
        owner = service.structure_named(sessions, structure)
        with sessions.begin() as session:
            by, draft = command(owner.id), NewPerson(name, email, roles=frozenset(Role(role) for role in roles))
            person_id = actions.create_person(session, owner.id, draft, by=by, at=clock.now())
            token = make_link(session, person_id, by=by, at=clock.now())
    _show(token)


@people.command()
@click.argument("email", metavar="ADRESSE")
def link(email: str) -> None:
    """Donner un nouveau lien pour choisir un mot de passe ; les essais refusés sont oubliés quand il sert."""
    with service.database() as sessions, sessions.begin() as session:
        person_id, by = _found(session, email)
        token = make_link(session, person_id, by=by, at=clock.now())
    _show(token)


@people.command("remove-factors")
@click.argument("email", metavar="ADRESSE")
def remove_factors(email: str) -> None:
    """Retirer le second facteur de qui l'a perdu, et fermer ses sessions."""
    with service.database() as sessions, sessions.begin() as session:
        person_id, by = _found(session, email)
        remove_all(session, person_id, by=by, at=clock.now())
    click.echo("Le second facteur est retiré.")


def _found(session: Session, email: str) -> tuple[str, Actor]:
    person = session.scalar(select(Person).where(is_equal(session, Person.email, as_stored(email))))
    if person is None:
        raise NotFound("Aucun compte n'a cette adresse.", field="email")
    return person.id, command(person.structure_id)


def _show(token: str) -> None:
    address = settings.load().address
    tell("Donnez ce lien à la personne par un moyen sûr ; il ne sert qu'une fois et ne sera plus montré.")
    if address is None:
        tell("À ajouter à l'adresse du service (réglez VIGIE_ADDRESS pour qu'elle y soit) :")
    click.echo((address or "") + PATH + token)
