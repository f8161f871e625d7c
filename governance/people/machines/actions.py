"""What can be done about machines: give a key, renew its secret without a break, end it."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from governance.core import clock, trail
from governance.core.refusals import Conflict, NotFound
from governance.core.storage import new_id
from governance.people.machines.queries import is_usable
from governance.people.machines.rules import check_expiry
from governance.people.passwords import new_key
from governance.people.rules import Actor, Permission, check_scopes, clean_name, may, require
from governance.people.tables import ApiKey, Structure


class NewKey(NamedTuple):
    """A key's secret, fresh: shown once, it cannot be read again."""

    id: str
    secret: str


def create_key(
    session: Session, structure_id: str, name: str, scopes: frozenset[Permission], *, by: Actor, at: datetime
) -> NewKey:
    """Add a machine's key and return its secret, for the only time."""
    require(Permission.MANAGE_API_KEYS, by, structure_id)
    check_scopes(scopes)
    if session.get(Structure, structure_id) is None:
        raise NotFound("Cette structure n'existe pas.", field="structure")
    secret, ordered = new_key(), sorted(scopes)
    row = ApiKey(id=new_id(), structure_id=structure_id, name=clean_name(name), prefix=secret.prefix, hash=secret.hash)
    row.scopes, row.created_at = list(ordered), at
    session.add(row)
    session.flush()
    trail.record(session, "api_key.created", row.id, by=by, structure=structure_id, at=at, scopes=ordered)
    return NewKey(row.id, secret.key)


def limit_key(session: Session, key_id: str, until: date, *, by: Actor, at: datetime) -> None:
    """Say the last day on which a key opens anything, Paris time; raises Forbidden, NotFound, Invalid, Conflict."""
    row = _usable(session, key_id, by, at)
    check_expiry(until, clock.day(at))
    row.expires_at = datetime.combine(until + timedelta(days=1), time(), clock.PARIS)
    trail.record(session, "api_key.limited", row.id, by=by, structure=row.structure_id, at=at, until=until.isoformat())


def rotate_key(session: Session, key_id: str, overlap: timedelta, *, by: Actor, at: datetime) -> NewKey:
    """Give a key a new secret and return it, for the only time; the former one still serves for a while.

    One before the former serves no more. Raises Forbidden, NotFound, and Conflict on a key that opens nothing.
    """
    row = _usable(session, key_id, by, at)
    secret = new_key()
    keep = overlap > timedelta()
    row.former_prefix, row.former_hash = (row.prefix, row.hash) if keep else (None, None)
    row.former_until = at + overlap if keep else None
    row.prefix, row.hash = secret.prefix, secret.hash
    trail.record(session, "api_key.rotated", row.id, by=by, structure=row.structure_id, at=at, days=overlap.days)
    return NewKey(row.id, secret.key)


def revoke_key(session: Session, key_id: str, *, by: Actor, at: datetime) -> None:
    """Make a key, its secrets and its tokens useless; refuse NotFound (here) and Conflict (already revoked)."""
    row = _found(session, key_id, by)
    if row.revoked_at is not None:
        raise Conflict("Cette clé est déjà révoquée.", field="key")
    row.revoked_at = at
    trail.record(session, "api_key.revoked", key_id, by=by, structure=row.structure_id, at=at)


def note_use(session: Session, key_id: str, *, at: datetime) -> None:
    """Remember when a key was last seen."""
    row = session.get(ApiKey, key_id)
    if row is not None:
        row.last_used_at = at


def note_token(session: Session, key_id: str, structure_id: str, *, by: Actor, at: datetime) -> None:
    """Record that a machine was given an access token."""
    trail.record(session, "api_key.token_given", key_id, by=by, structure=structure_id, at=at)


def _usable(session: Session, key_id: str, by: Actor, at: datetime) -> ApiKey:
    row = _found(session, key_id, by)
    if not is_usable(row, at):
        raise Conflict("Cette clé est révoquée ou expirée : créez-en une autre.", field="key")
    return row


def _found(session: Session, key_id: str, by: Actor) -> ApiKey:
    require(Permission.MANAGE_API_KEYS, by, by.structure)
    row = session.get(ApiKey, key_id, with_for_update=True)
    if row is None or not may(Permission.MANAGE_API_KEYS, by, row.structure_id):
        raise NotFound("Cette clé n'existe pas.", field="key")
    return row
