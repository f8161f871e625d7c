"""`vigie api-keys`: the keys with which programs call the API; a secret is shown once."""

from datetime import date, datetime

import click

from app.commands import service
from app.commands.days import DAY
from app.commands.endings import tell
from governance.core import clock
from governance.core.storage import reading
from governance.people.machines import actions, queries
from governance.people.machines.queries import KeyView
from governance.people.machines.rules import USUAL_OVERLAP, check_overlap
from governance.people.rules import MACHINE_SCOPES, Permission, command

SCOPES = sorted(permission.value for permission in MACHINE_SCOPES)

_for_structure = click.option("--structure", metavar="NOM", help="La structure : son nom ou son identifiant.")


@click.group("api-keys", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def api_keys() -> None:
    """Créer, lister, renouveler, révoquer les clés de l'API."""


@api_keys.command()
@click.argument("name", metavar="NOM")
@_for_structure
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    default=SCOPES,
    show_default=True,
    help="Ce que la clé permet ; à répéter.",
)
@click.option("--until", type=DAY, help="Dernier jour où la clé ouvre quelque chose ; sans fin par défaut.")
def create(name: str, structure: str | None, scopes: tuple[str, ...], until: date | None) -> None:
    """Créer une clé, dont le secret n'est montré qu'une fois."""
    with service.database() as sessions:
        owner = service.structure_named(sessions, structure)
        with sessions.begin() as session:
            wanted = frozenset(Permission(scope) for scope in scopes)
            by, at = command(owner.id), clock.now()
            key = actions.create_key(session, owner.id, name, wanted, by=by, at=at)
            if until is not None:
                actions.limit_key(session, key.id, until, by=by, at=at)
    tell(f"Clé {key.id} de « {owner.name} ». Notez le secret : il ne sera plus montré.")
    click.echo(key.secret)


@api_keys.command("list")
@_for_structure
def list_(structure: str | None) -> None:
    """Lister les clés d'une structure, la plus récente d'abord."""
    with service.database() as sessions:
        owner = service.structure_named(sessions, structure)
        with reading(sessions) as session:
            keys = queries.keys_of(session, owner.id, command(owner.id))
    for key in keys:
        click.echo(_line(key))
    if not keys:
        tell(f"Aucune clé pour « {owner.name} ».")


@api_keys.command()
@click.argument("key_id", metavar="IDENTIFIANT")
@click.option(
    "--overlap",
    "days",
    type=int,
    metavar="JOURS",
    default=USUAL_OVERLAP.days,
    show_default=True,
    help="Jours pendant lesquels l'ancien secret sert encore.",
)
def rotate(key_id: str, days: int) -> None:
    """Donner à une clé un nouveau secret, qui n'est montré qu'une fois."""
    overlap = check_overlap(days)
    with service.database() as sessions, sessions.begin() as session:
        key = actions.rotate_key(session, key_id, overlap, by=command(""), at=clock.now())
    tell(f"Notez le secret : il ne sera plus montré. L'ancien sert encore {days} jours.")
    click.echo(key.secret)


@api_keys.command()
@click.argument("key_id", metavar="IDENTIFIANT")
def revoke(key_id: str) -> None:
    """Rendre une clé inutilisable, tout de suite."""
    with service.database() as sessions, sessions.begin() as session:
        actions.revoke_key(session, key_id, by=command(""), at=clock.now())
    click.echo("Clé révoquée.")


def _line(key: KeyView) -> str:
    state = f"révoquée le {_day(key.revoked_at)}" if key.revoked_at else f"dernier usage : {_day(key.last_used_at)}"
    return f"{key.id}  vig_{key.prefix}_…  {key.name}  [{', '.join(key.scopes)}]  {_day(key.created_at)}  {state}"


def _day(at: datetime | None) -> str:
    return f"{clock.day(at):%d/%m/%Y}" if at else "jamais"
