"""`vigie key`: the secret from which the service derives every key it uses."""

from pathlib import Path

import click

from governance.core import keys


@click.group("key", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def key() -> None:
    """Créer le secret du service."""


@key.command()
@click.argument("path", metavar="FICHIER", type=click.Path(path_type=Path))
def create(path: Path) -> None:
    """Écrire un secret neuf, lisible de son seul propriétaire ; un secret déjà là n'est pas touché."""
    was_there = path.exists()
    try:
        keys.create(path)
    except OSError as error:
        raise keys.NoSecret("Le secret ne peut pas être écrit là.") from error
    keys.load(path, None)
    click.echo(
        "Un secret était déjà là : il est gardé." if was_there else "Secret créé. Gardez-en une copie en lieu sûr."
    )
    click.echo(f"VIGIE_SECRET_FILE={path.resolve()}")
