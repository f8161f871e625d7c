"""When the keys of programs expire: a date of the agenda and, in the last month, something to do."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from governance.agenda.items import Dated, Task
from governance.people.machines.queries import KeyView, keys_of
from governance.people.rules import Actor, Permission, may

PATH = "/logiciels"
WARNED = timedelta(days=30)


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return one task for each key that expires within a month."""
    return tuple(
        Task(_key(key), f"Renouveler la clé du logiciel « {key.name} »", "Renouveler", _path(key), end)
        for key, end in _ending(session, by, at)
        if end - at <= WARNED
    )


def dates(session: Session, by: Actor, at: datetime) -> tuple[Dated, ...]:
    """Return when each key expires."""
    return tuple(
        Dated(_key(key), f"La clé du logiciel « {key.name} » expire", end, _path(key))
        for key, end in _ending(session, by, at)
    )


def _ending(session: Session, by: Actor, at: datetime) -> list[tuple[KeyView, datetime]]:
    if not may(Permission.MANAGE_API_KEYS, by, by.structure):
        return []
    held = keys_of(session, by.structure, by)
    return [(key, key.expires_at) for key in held if key.revoked_at is None and key.expires_at and key.expires_at > at]


def _key(key: KeyView) -> str:
    return f"api_key.expires:{key.id}"


def _path(key: KeyView) -> str:
    return f"{PATH}/{key.id}"
