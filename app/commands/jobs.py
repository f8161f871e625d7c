"""`vigie jobs`: the timetable as it fares, and one of its jobs done now."""

import click

from app import settings
from app.commands import service
from app.commands.endings import CLEAN, REFUSED, tell
from app.jobs import jobs as timetable
from app.keyring import load_keys
from governance.core import clock
from governance.core.refusals import NotFound
from governance.core.storage import reading
from governance.jobs import queries
from governance.jobs.actions import AlreadyDone, run_slot
from governance.jobs.job import Job, Turn
from governance.jobs.showing import line


class UnknownJob(NotFound):
    """No job has that name."""


@click.group("jobs", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def jobs() -> None:
    """Lister les tâches planifiées, en lancer une."""


@jobs.command("list")
def list_() -> int:
    """Dire comment va chaque tâche.

    Codes de sortie : 0 toutes à l'heure ; 1 une au moins est en retard ou en échec.
    """
    at = clock.now()
    with service.database() as sessions, reading(sessions) as session:
        states = queries.states(session, _timetable(), at)
    for state in states:
        click.echo(line(state))
    return REFUSED if any(state.is_late or state.failed_at for state in states) else CLEAN


@jobs.command()
@click.argument("name", metavar="NOM")
def run(name: str) -> None:
    """Faire maintenant une tâche, pour son créneau en cours ; déjà faite, elle ne l'est pas deux fois."""
    job = _named(name)
    at = clock.now()
    slot = job.timetable.latest(at)
    with service.database() as sessions:
        try:
            result = run_slot(sessions, job, Turn(slot, at))
        except AlreadyDone:
            tell(f"Déjà fait pour le créneau du {slot:%d/%m/%Y à %H:%M:%S} UTC.")
            return
    click.echo(result or "Rien à faire.")


def _timetable() -> tuple[Job, ...]:
    found = settings.load()
    return timetable(found, load_keys(found))


def _named(name: str) -> Job:
    known = {job.name: job for job in _timetable()}
    if name not in known:
        raise UnknownJob(f"Aucune tâche ne porte ce nom ; il y a : {', '.join(known)}.")
    return known[name]
