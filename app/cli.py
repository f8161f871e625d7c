"""The command line, `vigie`: its groups are loaded when they are called, so that each starts as fast as it can."""

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

import click

from app.commands.endings import run
from app.commands.french import speak_french


class Lazy(NamedTuple):
    """Where a command is written, and what the list of commands says of it."""

    module: str
    name: str
    help: str


COMMANDS: Mapping[str, Lazy] = {
    "scan": Lazy("app.commands.scan", "scan", "Vérifier des textes et des fichiers."),
    "conventions": Lazy("app.commands.conventions", "conventions", "Lire, vérifier, enregistrer des conventions."),
    "receipts": Lazy("app.commands.receipts", "receipts", "Vérifier un reçu de contrôle."),
    "trail": Lazy("app.commands.trail", "trail", "Vérifier, signer, exporter le journal."),
    "papers": Lazy("app.commands.papers", "papers", "Vérifier un document signé, donner de quoi le vérifier."),
    "people": Lazy("app.commands.people", "people", "Créer une structure, inviter, rendre l'accès."),
    "api-keys": Lazy("app.commands.api_keys", "api_keys", "Créer, lister, renouveler, révoquer les clés de l'API."),
    "demo": Lazy("app.commands.demo", "demonstrate", "Charger la démonstration et la servir."),
    "serve": Lazy("app.commands.serve", "serve", "Servir le site et l'API (gunicorn)."),
    "run-jobs": Lazy("app.commands.run_jobs", "run_jobs", "Faire ce qui est dû, à l'heure (un processus à part)."),
    "jobs": Lazy("app.commands.jobs", "jobs", "Lister les tâches planifiées, en lancer une."),
    "outbox": Lazy("app.commands.outbox", "outbox", "Suivre les envois de courriels, renvoyer, lire les avis."),
    "destruction": Lazy("app.commands.destruction", "destruction", "Détruire les données d'une convention."),
    "backup": Lazy("app.commands.backup", "backup", "Sauvegarder, restaurer, rejouer les effacements."),
    "migrate": Lazy("app.commands.migrate", "migrate", "Mettre à jour les tables de la base."),
    "keys": Lazy("app.commands.keys", "keys", "Créer, contrôler, remplacer les clés du service."),
}


class Vigie(click.Group):
    """The group of all commands, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now, or None."""
        lazy = COMMANDS.get(cmd_name)
        if lazy is None:
            return None
        command: click.Command = getattr(import_module(lazy.module), lazy.name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing anything."""
        with formatter.section("Commandes"):
            formatter.write_dl([(name, lazy.help) for name, lazy in COMMANDS.items()])


@click.command(
    cls=Vigie,
    context_settings={"help_option_names": ["-h", "--help"]},
    options_metavar="[OPTIONS]",
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
    no_args_is_help=False,
)
@click.option(
    "--version",
    "wants_version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    help="Afficher la version.",
    callback=lambda ctx, _, wanted: _tell_version(ctx) if wanted else None,
)
def vigie() -> None:
    """Vigie : vérifier un signalement avant de l'envoyer.

    Codes de sortie : 0 rien à redire, 1 refusé ou à vérifier, 2 erreur.
    """


def main() -> None:
    """Run the command line and end the process with its exit status."""
    speak_french()
    sys.exit(run(vigie, sys.argv[1:]))


def _tell_version(ctx: click.Context) -> None:
    try:
        number = version("vigie-rgpd")
    except PackageNotFoundError:
        number = "non installée"
    click.echo(f"vigie {number}")
    ctx.exit()


if __name__ == "__main__":
    main()
