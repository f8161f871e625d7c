"""`vigie demo`: invented people on one machine, served at once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import waitress
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from app import demo, schema, settings
from app.commands.service import NoDatabase
from app.factory import create_app
from app.keyring import key_store
from app.settings import BadSettings, Settings
from governance.core import clock
from governance.core.refusals import Conflict, Unavailable
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect, reading
from governance.people.queries import structures

HOST = "127.0.0.1"
THREADS = 8


class PortTaken(Unavailable):
    """Something already listens there."""


class InUse(Conflict):
    """The database is somebody's."""


@click.command("demo")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port de cette machine.")
def demonstrate(port: int) -> None:
    """Charger la démonstration (base SQLite, cinq conventions, personnes inventées) et la servir."""
    chosen = demonstration(settings.load())
    accounts = _loaded(chosen)
    application = create_app(chosen)
    try:
        server = waitress.create_server(application, host=HOST, port=port, threads=THREADS, ident=None)
    except OSError as error:
        raise PortTaken(f"Le port {port} n'est pas libre : choisissez-en un autre avec --port.") from error
    click.echo(demo.announce(accounts))
    click.echo(
        "\nLe second facteur est facultatif ici ; hors démonstration, délégués et administrateurs doivent en avoir un."
    )
    click.echo(f"Vigie répond sur http://{HOST}:{server.effective_port} (Ctrl-C pour arrêter).")
    click.echo(f"Pour essayer une clé d'accès, ouvrez plutôt http://localhost:{server.effective_port}.")
    with scheduler():
        server.run()


@contextmanager
def scheduler() -> Iterator[None]:
    """Run the jobs in a process of their own, which ends with this one however this one ends."""
    demonstrating = {**os.environ, "VIGIE_DEMO": "true", "VIGIE_SECURE_COOKIES": "false"}
    command = [sys.executable, "-m", "app.cli", "run-jobs", "--with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=demonstrating) as process:  # noqa: S603  # this interpreter
        try:
            yield
        finally:
            process.terminate()


def demonstration(found: Settings) -> Settings:
    """Return the settings of the demonstration; refuse (BadSettings) a database that was chosen for something else."""
    if "database_url" in found.model_fields_set and not found.demo:
        raise BadSettings("Une base est réglée : la démonstration n'y ajoute ses comptes que si VIGIE_DEMO=true.")
    return found.model_copy(update={"demo": True, "secure_cookies": False})


def _loaded(chosen: Settings) -> tuple[demo.Account, ...]:
    try:
        schema.migrate(chosen.database_url, lambda: key_store(chosen))
        engine = connect(chosen.database_url)
        sessions = sessions_on(engine, key_store(chosen))
        _check_free(sessions)
        accounts = demo.load(sessions, clock.now())
        engine.dispose()
    except (DBAPIError, OSError) as error:
        raise NoDatabase("La base de la démonstration ne peut pas être écrite (var/).") from error
    return accounts


def _check_free(sessions: sessionmaker[Session]) -> None:
    with reading(sessions) as session:
        names = {one.name for one in structures(session)}
    if names - set(demo.CONVENTIONS):
        raise InUse("Cette base sert déjà à une structure : la démonstration n'y ajoute pas ses comptes.")
