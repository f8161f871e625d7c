"""What may be read of the trail: the entries of one structure, its checkpoints, its last verification."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from governance.core.refusals import NotFound
from governance.core.trail.checkpoints import Checkpoint
from governance.core.trail.sealing import ENTRY, pending
from governance.core.trail.tables import TrailCheckpoint, TrailEntry, TrailSeal, TrailStamp, TrailVerification
from governance.people.rules import Actor, Permission, require
from governance.people.tables import ApiKey, Person, PersonRole

PAGE = 100
POINTS_SHOWN = 60
CHUNK = 1_000
STUCK = timedelta(minutes=1)

KNOWN_ACTORS: Mapping[str, str] = {
    "commande": "Ligne de commande",
    "anonyme": "Personne non connectée",
    "vigie": "Le service",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of a structure: between two instants, of an action, by someone, about something."""

    structure: str
    since: datetime | None = None
    until: datetime | None = None
    action: str = ""
    actor: str = ""
    subject: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a row must satisfy."""
        found: list[ColumnElement[bool]] = [TrailEntry.structure == self.structure]
        if self.since is not None:
            found.append(TrailEntry.at >= self.since)
        if self.until is not None:
            found.append(TrailEntry.at < self.until)
        for column, value in (
            (TrailEntry.action, self.action),
            (TrailEntry.actor, self.actor),
            (TrailEntry.subject, self.subject),
        ):
            if value:
                found.append(column == value)
        return found


@dataclass(frozen=True, slots=True)
class State:
    """How the trail stands: its last checkpoint and verification, what awaits its seal and since when."""

    entries: int
    checkpoint: TrailCheckpoint | None
    verification: TrailVerification | None
    pending: int
    pending_since: datetime | None
    is_stuck: bool


def count(session: Session, wanted: Wanted, *, by: Actor) -> int:
    """Return how many entries there are; raises Forbidden."""
    require(Permission.READ_TRAIL, by, wanted.structure)
    return session.scalar(select(func.count()).select_from(TrailEntry).where(*wanted.conditions())) or 0


def page(session: Session, wanted: Wanted, number: int, *, by: Actor) -> tuple[Any, ...]:
    """Return a page of a hundred entries, the latest first, each with its rank; raises Forbidden."""
    require(Permission.READ_TRAIL, by, wanted.structure)
    rows = _entries(wanted).order_by(TrailEntry.id.desc()).offset((number - 1) * PAGE).limit(PAGE)
    return tuple(session.execute(rows))


def every(session: Session, wanted: Wanted, *, by: Actor) -> Iterator[Any]:
    """Give all the entries wanted, in the order of their numbers, a thousand at a time; raises Forbidden."""
    require(Permission.READ_TRAIL, by, wanted.structure)
    rows, done = _entries(wanted).order_by(TrailEntry.id).limit(CHUNK), 0
    while chunk := session.execute(rows.where(TrailEntry.id > done)).all():
        yield from chunk
        done = chunk[-1].id


def choices(session: Session, *, by: Actor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the actions and the actors that the structure's entries name; raises Forbidden."""
    require(Permission.READ_TRAIL, by, by.structure)
    ours = TrailEntry.structure == by.structure
    actions, actors = (
        tuple(session.scalars(select(column).where(ours).distinct().order_by(column)))
        for column in (TrailEntry.action, TrailEntry.actor)
    )
    return actions, actors


def names(session: Session, actors: Iterable[str], *, by: Actor) -> dict[str, str]:
    """Return what to call each actor that the structure knows: people, machines, the service; raises Forbidden."""
    require(Permission.READ_TRAIL, by, by.structure)
    asked = set(actors)
    in_role = select(PersonRole.person_id).where(PersonRole.structure_id == by.structure)
    people = select(Person).where(
        Person.id.in_(asked), or_(Person.id.in_(in_role), Person.structure_id == by.structure)
    )
    machines = select(ApiKey).where(ApiKey.id.in_(asked), ApiKey.structure_id == by.structure)
    found = {person.id: person.name for person in session.scalars(people.order_by(Person.id))}
    found |= {key.id: f"{key.name} (logiciel)" for key in session.scalars(machines.order_by(ApiKey.id))}
    return found | {actor: KNOWN_ACTORS[actor] for actor in asked & KNOWN_ACTORS.keys()}


def state(session: Session, *, by: Actor, at: datetime) -> State:
    """Return how the trail stands, stuck when an entry awaits its seal for more than a minute; raises Forbidden."""
    require(Permission.READ_TRAIL, by, by.structure)
    checkpoint = session.scalars(_points().limit(1)).one_or_none()
    verified = select(TrailVerification).order_by(TrailVerification.id.desc()).limit(1)
    entries = session.scalar(select(func.max(TrailSeal.position))) or 0
    waiting, since = pending(session, thoroughly=False)
    is_stuck = since is not None and at - since > STUCK
    return State(entries, checkpoint, session.scalars(verified).one_or_none(), waiting, since, is_stuck)


def points(session: Session, *, by: Actor) -> tuple[tuple[TrailCheckpoint, bool], ...]:
    """Return the last checkpoints, each with whether it is time-stamped; raises Forbidden."""
    require(Permission.READ_TRAIL, by, by.structure)
    rows = session.execute(
        select(TrailCheckpoint, TrailStamp.checkpoint_id.is_not(None))
        .outerjoin(TrailStamp, TrailStamp.checkpoint_id == TrailCheckpoint.id)
        .order_by(TrailCheckpoint.id.desc())
        .limit(POINTS_SHOWN)
    )
    return tuple((point, bool(stamped)) for point, stamped in rows)


def find_point(session: Session, identifier: int, *, by: Actor) -> tuple[TrailCheckpoint, bytes | None]:
    """Return a checkpoint and its time stamp, if any; raises Forbidden, NotFound."""
    require(Permission.READ_TRAIL, by, by.structure)
    row = session.get(TrailCheckpoint, identifier)
    if row is None:
        raise NotFound("Ce point de contrôle n'existe pas.")
    return row, stamp_of(session, identifier)


def point_of(session: Session, held: Checkpoint | None = None) -> TrailCheckpoint | None:
    """Return the stored checkpoint of the same rank and root, or the last; refuse (NotFound) one that is not ours."""
    if held is None:
        return session.scalars(_points().limit(1)).one_or_none()
    same = session.scalars(_points().where(TrailCheckpoint.position == held.entries))
    found = next((row for row in same if row.body == held.body()), None)
    if found is None:
        raise NotFound(
            "Ce point de contrôle n'est pas parmi ceux du journal : vérifiez-le d'abord (vigie trail verify)."
        )
    return found


def stamp_of(session: Session, identifier: int) -> bytes | None:
    """Return the time stamp of a checkpoint, or None."""
    return session.scalar(select(TrailStamp.token).where(TrailStamp.checkpoint_id == identifier))


def _points() -> Select[TrailCheckpoint]:
    return select(TrailCheckpoint).order_by(TrailCheckpoint.id.desc())


def _entries(wanted: Wanted) -> Select[Any]:
    lines = select(*ENTRY, TrailSeal.position).outerjoin(TrailSeal, TrailSeal.entry_id == TrailEntry.id)
    return lines.where(*wanted.conditions())
