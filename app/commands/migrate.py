"""`vigie migrate`: bring the database's tables to this version."""

import click
from sqlalchemy.exc import DBAPIError

from app import schema, settings
from app.commands.service import NoDatabase


@click.command("migrate")
def migrate() -> None:
    """Mettre à jour les tables de la base, ou les créer."""
    try:
        schema.migrate(settings.load().database_url)
    except (DBAPIError, OSError) as error:
        raise NoDatabase("La base de données ne répond pas, ou refuse ces tables.") from error
    click.echo("Les tables sont à jour.")
