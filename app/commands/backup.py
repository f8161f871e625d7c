"""`vigie backup`: copies of the database, each under a key of its own; and the ledger replayed on what is restored."""

import click
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import sessionmaker

from app import schema, settings
from app.commands import service
from app.commands.endings import tell
from app.destruction import setup
from app.keyring import key_store, load_keys, unchecked_store
from app.settings import Settings
from governance.core import clock
from governance.core.clock import PARIS
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect
from governance.destruction import replaying
from governance.destruction.acting.means import Means, Setup
from governance.destruction.backups import making, shelf
from governance.destruction.backups.shelf import Backup
from governance.destruction.replaying import Replayed


@click.group("backup", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def backup() -> None:
    """Sauvegarder la base, la restaurer, rejouer les effacements."""


@backup.command()
def create() -> None:
    """Sauvegarder la base et les clés de données, service ouvert, sous une clé propre gardée dans un autre dossier."""
    with service.database() as sessions:
        made = making.create(Means(sessions, _setup(settings.load())), clock.now())
    click.echo(_line(made))
    tell("La clé maître n'y est pas : sans elle, cette sauvegarde ne s'ouvre pas (docs/cles.md).")


@backup.command("list")
def list_() -> None:
    """Lister les sauvegardes qui s'ouvrent encore, et jusqu'à quand."""
    found = _setup(settings.load())
    for one in shelf.listed(found.backups, found.backup_keys):
        click.echo(_line(one))


@backup.command()
def expire() -> None:
    """Détruire maintenant les sauvegardes échues : leur clé, puis leur fichier (la tâche de nuit le fait aussi)."""
    found = _setup(settings.load())
    click.echo(f"{shelf.expire(found.backups, found.backup_keys, clock.now())} sauvegarde(s) détruite(s).")


@backup.command()
@click.argument("identifier", metavar="IDENTIFIANT")
def restore(identifier: str) -> None:
    """Remettre une sauvegarde dans la base réglée, qui doit être absente ou vide, puis rejouer les effacements."""
    chosen = settings.load()
    found, engine = _setup(chosen), connect(chosen.database_url)
    try:
        put = making.restore(engine, unchecked_store(chosen), found, identifier)
    finally:
        engine.dispose()
    click.echo(f"Base du {put.at.astimezone(PARIS):%d/%m/%Y à %H h %M} remise en place.")
    try:
        schema.migrate(chosen.database_url, lambda: key_store(chosen))
    except (DBAPIError, OSError) as error:
        raise service.NoDatabase(
            "La base remise n'a pas pu être mise à jour (disque plein ?) : faites de la place, puis lancez "
            "« vigie migrate » et « vigie backup replay ». Le service refuse de démarrer d'ici là."
        ) from error
    click.echo(_told(_replayed(chosen, found, is_restored=True)))


@backup.command()
def replay() -> None:
    """Rejouer les effacements sur une base restaurée : le service refuse de démarrer avant."""
    chosen = settings.load()
    click.echo(_told(_replayed(chosen, _setup(chosen))))


def _replayed(chosen: Settings, found: Setup, *, is_restored: bool = False) -> Replayed:
    if not service.is_there(chosen.database_url):
        raise service.NoDatabase("La base de données n'existe pas encore : restaurez-la d'abord.")
    engine = connect(chosen.database_url)
    try:
        sessions: sessionmaker = sessions_on(engine, key_store(chosen))  # type: ignore[type-arg]
        return replaying.replay(Means(sessions, found), clock.now(), is_restored=is_restored)
    except OperationalError as error:
        raise service.NoDatabase("La base de données ne répond pas, ou n'a pas ces tables.") from error
    finally:
        engine.dispose()


def _told(done: Replayed) -> str:
    return (
        f"{done.entries} effacement(s) rejoué(s), {done.removed} ligne(s) détruite(s) à nouveau, "
        f"{done.risen} ressuscité ; {done.held_back} message(s) en attente retenu(s), à renvoyer s'il le faut."
    )


def _line(one: Backup) -> str:
    until = one.expires_at.astimezone(PARIS)
    return f"{one.id}  {one.dialect}  {one.size} octets  jusqu'au {until:%d/%m/%Y}"


def _setup(chosen: Settings) -> Setup:
    return setup(chosen, load_keys(chosen))
