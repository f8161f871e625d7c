"""`vigie run-jobs`: the process that does what is due."""

import os
import sys
from threading import Event, Thread

import click

from app import settings
from app.commands.service import database
from app.jobs import jobs
from app.keyring import load_keys
from governance.jobs.running import Scheduler, stopping


@click.command("run-jobs")
@click.option(
    "--with-parent",
    is_flag=True,
    help="S'arrêter quand l'entrée standard se ferme : le programme qui a lancé celui-ci n'est plus là.",
)
def run_jobs(with_parent: bool) -> None:
    """Faire ce qui est dû, à l'heure : un seul processus le fait à la fois, les autres attendent leur tour."""
    found = settings.load()
    timetable = jobs(found, load_keys(found))
    stop = stopping()
    if with_parent:
        Thread(target=_stop_at_end_of_input, args=[stop], daemon=True).start()
    with database() as sessions:
        Scheduler(sessions, timetable).run(stop)


def _stop_at_end_of_input(stop: Event) -> None:
    # Not through sys.stdin: who waits there keeps its lock, and Python could not end without an error.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()
