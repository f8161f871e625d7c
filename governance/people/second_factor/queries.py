"""Which second factors a person has."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.people.rules import Actor
from governance.people.second_factor.rules import must_have
from governance.people.second_factor.tables import CodeFactor, Passkey, RecoveryCode
from governance.people.tables import Structure


@dataclass(frozen=True, slots=True)
class PasskeyView:
    """A passkey, read."""

    id: str
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of a person: since when they use an application, their passkeys, the codes left."""

    codes_since: datetime | None
    passkeys: tuple[PasskeyView, ...]
    recovery_left: int

    @property
    def any(self) -> bool:
        """Say whether there is one at all."""
        return self.codes_since is not None or bool(self.passkeys)


def factors(session: Session, person_id: str) -> Factors:
    """Return the second factors of a person, the oldest passkey first."""
    since = session.scalar(select(CodeFactor.confirmed_at).where(CodeFactor.person_id == person_id))
    rows = session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.made_at, Passkey.id))
    keys = tuple(PasskeyView(row.id, row.name, row.made_at, row.used_at) for row in rows)
    unused = (RecoveryCode.person_id == person_id) & RecoveryCode.used_at.is_(None)
    left = session.scalar(select(func.count()).select_from(RecoveryCode).where(unused))
    return Factors(since, keys, left or 0)


def has_factor(session: Session, person_id: str) -> bool:
    """Say whether a person has a second factor."""
    codes = select(CodeFactor.id).where(CodeFactor.person_id == person_id, CodeFactor.confirmed_at.is_not(None))
    keys = select(Passkey.id).where(Passkey.person_id == person_id).limit(1)
    return session.scalar(codes) is not None or session.scalar(keys) is not None


def is_required(session: Session, of: Actor) -> bool:
    """Say whether a person must have a second factor where they act: by their roles, or because all must there."""
    return must_have(of.roles) or is_of_all(session, of.structure)


def is_of_all(session: Session, structure_id: str) -> bool:
    """Say whether a structure asks every person for a second factor."""
    return session.scalar(select(Structure.factor_of_all).where(Structure.id == structure_id)) or False


def without_factor(session: Session, people: Collection[str]) -> int:
    """Return how many people have no second factor."""
    return sum(not has_factor(session, one) for one in people)


def pending_secret(session: Session, person_id: str) -> str | None:
    """Return the secret that a person is setting up, or None."""
    row = session.scalar(select(CodeFactor).where(CodeFactor.person_id == person_id))
    return row.secret if row is not None and row.confirmed_at is None else None
