"""When the service keeps its trail."""

from datetime import time

from governance.jobs.job import InSlot, Job, Sweep
from governance.jobs.rules import daily, every
from governance.trail.keeping import Keeper


def jobs(keeper: Keeper) -> tuple[Job, ...]:
    """Return the jobs of the trail."""
    return (*_each_minute(keeper), *_each_night(keeper))


def _each_minute(keeper: Keeper) -> tuple[Job, ...]:
    return (
        Job(
            name="seal-trail",
            title="Sceller le journal",
            about="Donne à chaque entrée du journal son rang et son sceau, dans la seconde.",
            timetable=every(seconds=0.25),
            work=Sweep(keeper.seal),
        ),
        Job(
            name="sign-trail",
            title="Signer le journal",
            about=f"Signe un point de contrôle toutes les {keeper.every} entrées et chaque jour, et l'envoie aux DPO.",
            timetable=every(minutes=1),
            work=Sweep(keeper.sign),
        ),
        Job(
            name="stamp-trail",
            title="Horodater le journal",
            about="Demande à l'autorité d'horodatage réglée, s'il y en a une, de dater le dernier point de contrôle.",
            timetable=every(minutes=10),
            work=Sweep(keeper.stamp),
        ),
    )


def _each_night(keeper: Keeper) -> tuple[Job, ...]:
    return (
        Job(
            name="verify-trail",
            title="Vérifier le journal",
            about="Relit tout le journal et prévient les DPO si une ligne n'est plus telle qu'elle a été scellée.",
            timetable=daily(time(4, 10)),
            work=Sweep(keeper.verify),
        ),
        Job(
            name="prune-trail",
            title="Purger le journal",
            about=f"Efface les entrées de plus de {keeper.retention.months} mois ; leurs empreintes restent.",
            timetable=daily(time(4, 50)),
            work=InSlot(keeper.forget),
        ),
    )
