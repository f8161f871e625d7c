"""Which machine a secret or a token is, and the machines of a structure."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from governance.core.refusals import NotFound
from governance.people.machines.rules import Token
from governance.people.passwords import is_key, prefix_of
from governance.people.rules import Actor, Kind, Permission, Role, may, require
from governance.people.tables import ApiKey


@dataclass(frozen=True, slots=True)
class KeyView:
    """A machine's key, read: never the secret. `former_until`: how long the secret before this one still serves."""

    id: str
    name: str
    prefix: str
    scopes: tuple[Permission, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime | None
    former_until: datetime | None


@dataclass(frozen=True, slots=True)
class Machine:
    """The actor behind a key, and when the key was last seen."""

    actor: Actor
    last_used_at: datetime | None


def find_machine(session: Session, secret: str, at: datetime) -> Machine | None:
    """Return the machine that holds a secret, or None when it is unknown, revoked, expired or replaced for too long."""
    prefix = prefix_of(secret)
    if prefix is None:
        return None
    row = session.scalar(select(ApiKey).where(or_(ApiKey.prefix == prefix, ApiKey.former_prefix == prefix)))
    if row is None or not is_usable(row, at):
        return None
    present = row.prefix == prefix and is_key(row.hash, secret)
    return _machine(row) if present or _is_former(row, prefix, secret, at) else None


def find_token_s_machine(session: Session, token: Token, at: datetime) -> Machine | None:
    """Return the machine that a token was made for, with no more than its scopes, or None once its key is dead."""
    row = session.get(ApiKey, token.key_id)
    return _machine(row, token.scopes) if row is not None and is_usable(row, at) else None


def is_usable(row: ApiKey, at: datetime) -> bool:
    """Say whether a key still opens anything."""
    return row.revoked_at is None and (row.expires_at is None or at < row.expires_at)


def keys_of(session: Session, structure_id: str, by: Actor) -> tuple[KeyView, ...]:
    """Return the keys of a structure, revoked ones included, newest first; raises Forbidden."""
    require(Permission.MANAGE_API_KEYS, by, structure_id)
    rows = session.scalars(
        select(ApiKey).where(ApiKey.structure_id == structure_id).order_by(ApiKey.created_at.desc(), ApiKey.id)
    )
    return tuple(_view(row) for row in rows)


def find_key(session: Session, key_id: str, by: Actor) -> KeyView:
    """Return a key of the actor's structure; raises Forbidden, NotFound."""
    require(Permission.MANAGE_API_KEYS, by, by.structure)
    row = session.get(ApiKey, key_id)
    if row is None or not may(Permission.MANAGE_API_KEYS, by, row.structure_id):
        raise NotFound("Cette clé n'existe pas.", field="key")
    return _view(row)


def _is_former(row: ApiKey, prefix: str, secret: str, at: datetime) -> bool:
    if row.former_prefix != prefix or row.former_hash is None or row.former_until is None:
        return False
    return at < row.former_until and is_key(row.former_hash, secret)


def _machine(row: ApiKey, narrowed: frozenset[Permission] | None = None) -> Machine:
    scopes = frozenset(Permission(scope) for scope in row.scopes)
    held = scopes if narrowed is None else scopes & narrowed
    return Machine(
        Actor(row.id, Kind.MACHINE, row.structure_id, frozenset({Role.MACHINE}), row.name, held), row.last_used_at
    )


def _view(row: ApiKey) -> KeyView:
    scopes = tuple(Permission(scope) for scope in row.scopes)
    ends = (row.created_at, row.last_used_at, row.revoked_at, row.expires_at, row.former_until)
    return KeyView(row.id, row.name, row.prefix, scopes, *ends)
