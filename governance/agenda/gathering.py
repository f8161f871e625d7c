"""What every package says awaits someone, or is dated, put together."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.agenda import rules
from governance.agenda.items import Task
from governance.agenda.rules import Listed, Place
from governance.core.storage import reading
from governance.people.queries import actor_of, structures_of
from governance.people.rules import Actor, Permission, may
from governance.people.tables import Person
from governance.web.act import sight_of
from governance.web.feature import Feature


class Somewhere(NamedTuple):
    """A person as an actor in one of their structures."""

    name: str
    actor: Actor


def tasks_of(features: Iterable[Feature], session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return what awaits an actor, most urgent first; nothing to who may not read an agenda."""
    if not may(Permission.READ_AGENDA, by, by.structure):
        return ()
    giving = (feature.tasks for feature in features if feature.tasks is not None)
    return rules.by_urgency(task for give in giving for task in give(session, by, at))


def dates_of(features: Iterable[Feature], session: Session, by: Actor, at: datetime) -> tuple[Listed, ...]:
    """Return what is dated for an actor, in no order; nothing to who may not read an agenda."""
    if not may(Permission.READ_AGENDA, by, by.structure):
        return ()
    return tuple(
        Listed(feature.name, _label(feature), one)
        for feature in features
        if feature.dates is not None
        for one in feature.dates(session, by, at)
    )


def everywhere(session: Session, person_id: str) -> tuple[Somewhere, ...]:
    """Return a person as an actor in each structure where they hold a role, by name; none once the account is closed.

    For a session that sees everything: the service's own.
    """
    person = session.scalar(select(Person).where(Person.id == person_id))
    if person is None:
        return ()
    found = ((place.name, actor_of(session, person, place.id)) for place in structures_of(session, person_id))
    return tuple(Somewhere(name, actor) for name, actor in found if actor is not None)


def places(
    sessions: sessionmaker[Session], features: tuple[Feature, ...], held: Iterable[Somewhere], at: datetime
) -> Iterator[Place]:
    """Yield what awaits somebody in each of these structures, read with what they see from there."""
    for name, actor in held:
        with reading(sessions, sight_of(actor)) as session:
            yield Place(actor.structure, name, tasks_of(features, session, actor, at))


def _label(feature: Feature) -> str:
    return feature.navigation[0].label if feature.navigation else feature.name
