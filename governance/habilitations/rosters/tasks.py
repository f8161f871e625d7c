"""What tables ask of people: at the partner, to send one; at the caisse, to take one that was sent."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from governance.agenda.items import Dated, Task
from governance.habilitations.rosters.queries import Desk, desks
from governance.people.rules import Actor, Permission, may_somewhere

PATH = "/tableaux"  # the pages' path: a task carries paths, not endpoints


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return what awaits an actor about tables."""
    if not may_somewhere(Permission.READ_ACCOUNTS, by):
        return ()
    return tuple(task for desk in desks(session, by, at) for task in _of(desk))


def dates(session: Session, by: Actor, at: datetime) -> tuple[Dated, ...]:
    """Return the days by which a table is wished."""
    if not may_somewhere(Permission.READ_ACCOUNTS, by):
        return ()
    return tuple(
        Dated(f"roster:{asked.id}", f"Tableau d'habilitations : {_to(desk)}", asked.wished_on, _path(desk), _said(desk))
        for desk in desks(session, by, at)
        if (asked := desk.request) is not None
    )


def _of(desk: Desk) -> Iterator[Task]:
    if desk.may_send and desk.request is not None:
        title = f"Tableau d'habilitations demandé : {desk.place.caisse}"
        asked = desk.request
        yield Task(f"roster.send:{asked.id}", title, "Envoyer", _path(desk), asked.wished_on, _said(desk))
    for sent in desk.sent if desk.may_ask else ():
        if sent.fetched_at is None:
            title = f"Tableau d'habilitations reçu : {desk.place.partner}"
            yield Task(f"roster.fetch:{sent.id}", title, "Prendre", PATH, None, _said(desk))


def _path(desk: Desk) -> str:
    return f"{PATH}/{'/'.join(desk.place.relation)}"


def _to(desk: Desk) -> str:
    return desk.place.partner if desk.may_ask else desk.place.caisse


def _said(desk: Desk) -> str:
    return f"{desk.place.relation.convention}, {desk.place.article}"
