"""What awaits a DPO here: an answer to who called a refusal a mistake."""

from datetime import datetime

from sqlalchemy.orm import Session

from governance.agenda.items import Task
from governance.people.rules import Actor, Permission, may
from scanners.queries import waiting_disputes


def tasks(session: Session, by: Actor, _: datetime) -> tuple[Task, ...]:
    """Return one task as long as a report awaits its answer."""
    if not may(Permission.EDIT_LEXICON, by, by.structure):
        return ()
    waiting = waiting_disputes(session, by)
    if not waiting:
        return ()
    s = "s" if waiting > 1 else ""
    title = f"{waiting} remarque{s} bloquante{s} signalée{s} comme erreur"
    return (Task("scan_doubt.waiting", title, "Répondre", "/vocabulaire"),)
