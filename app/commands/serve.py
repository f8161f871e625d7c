"""`vigie serve`: hand over to gunicorn, once what would stop it has been checked."""

import os
import shlex
import sys

import click

from app import settings
from app.commands.service import database
from app.keyring import load_keys


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADRESSE", help="Adresse d'écoute.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port d'écoute.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Nombre de processus.")
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True, help="Fils par processus.")
@click.option("--print", "is_shown", is_flag=True, help="Montrer la commande au lieu de la lancer.")
def serve(host: str, port: int, workers: int, threads: int, is_shown: bool) -> None:
    """Servir le site et l'API avec gunicorn, derrière un serveur mandataire qui fait le HTTPS."""
    command = arguments(host, port, workers, threads)
    if is_shown:
        click.echo(shlex.join(["gunicorn", *command]))
        return
    load_keys(settings.load())
    with database():
        pass  # what is missing is said here, in one line, rather than by each worker
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *command])  # noqa: S606  # this interpreter, no shell


def arguments(host: str, port: int, workers: int, threads: int) -> list[str]:
    """Return gunicorn's arguments: one application loaded before the fork, so that workers share its memory.

    No control socket: nobody uses it, and it would need a home that can be written.
    """
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return [
        "app.wsgi:app", "--preload", "--worker-class", "gthread", "--workers", str(workers),
        "--threads", str(threads), "--no-control-socket", "--bind", bind,
    ]  # fmt: skip
