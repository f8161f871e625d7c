"""What the outbox asks of people: to look at what did not leave, while something can still be done about it."""

from datetime import datetime

from sqlalchemy.orm import Session

from governance.agenda.items import Task
from governance.core.outbox.rules import State
from governance.mail.queries import health
from governance.people.rules import Actor, Permission, may

PATH = "/envois"


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return one task for the messages of the structure that failed or expired these days, one for those that wait."""
    if not may(Permission.READ_OUTBOX, by, by.structure):
        return ()
    found = health(session, at, by)
    said = (
        (State.FAILED, found.failed, "n'est pas arrivé", "ne sont pas arrivés"),
        (State.EXPIRED, found.expired, "est échu sans partir", "sont échus sans partir"),
        (State.QUEUED, found.late, "attend depuis plus de 15 minutes", "attendent depuis plus de 15 minutes"),
    )
    return tuple(
        Task(f"outbox.{state}:{by.structure}", _title(count, one, several), "Voir et renvoyer", f"{PATH}?etat={state}")
        for state, count, one, several in said
        if count
    )


def _title(count: int, one: str, several: str) -> str:
    return f"Un courriel {one}" if count == 1 else f"{count} courriels {several}"
