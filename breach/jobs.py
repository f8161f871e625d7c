"""What the service does by itself about breaches: raise alarms, rehearse them each day, check that they arrived."""

from datetime import time

from sqlalchemy.orm import Session, sessionmaker

from breach import alarms, rehearsal
from governance.jobs.job import InSlot, Job, Sweep, Turn
from governance.jobs.rules import daily, every


def raise_alarms(sessions: sessionmaker[Session], turn: Turn) -> str:
    """Raise what crossed a level, in one transaction; return how many alarms, "" when none."""
    with sessions.begin() as session:
        raised = alarms.raise_alarms(session, turn.at)
    return f"{raised} alarme(s)" if raised else ""


def check_rehearsals(sessions: sessionmaker[Session], turn: Turn) -> str:
    """See whether the exercises that wait have arrived; return counts, "" when none."""
    with sessions.begin() as session:
        return rehearsal.check(session, turn.at)


RAISE_ALARMS = Job(
    name="raise-alarms",
    title="Sonner les alarmes des violations",
    about="Note chaque échéance de violation dont 50, 75, 90 ou 100 % du temps est passé, une fois chacune.",
    timetable=every(minutes=1),
    work=Sweep(raise_alarms),
)


def jobs(mailbox: str | None, *, is_read: bool) -> tuple[Job, ...]:
    """Return the jobs of breaches.

    `mailbox`: the test mailbox of the exercises, None when there is none; `is_read`: whether the service reads it.
    """
    return (
        RAISE_ALARMS,
        Job(
            name="rehearse-alarms",
            title="Exercer les alarmes",
            about="Déclare une violation d'essai, fait sonner toutes ses alarmes et écrit à la boîte d'essai.",
            timetable=daily(time(5, 10)),
            work=InSlot(lambda session, turn: rehearsal.rehearse(session, mailbox, turn.at, is_read=is_read)),
        ),
        Job(
            name="check-rehearsal",
            title="Vérifier l'exercice des alarmes",
            about="Regarde si le message de l'exercice est parti et arrivé : la preuve que montre « Violations ».",
            timetable=every(minutes=1),
            work=Sweep(check_rehearsals),
        ),
    )
