"""What the life of conventions brings to the site: its pages, what awaits whoever keeps them, and their days."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from governance.agenda.items import Dated, Task
from governance.conventions.life import presenting, queries
from governance.conventions.life.pages import pages
from governance.conventions.life.standing import Life
from governance.core import clock
from governance.people.rules import Actor, Permission, may
from governance.web.feature import Feature, NavEntry, Under

Placed = tuple[Life, str]


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return what awaits whoever enters the life of conventions."""
    if not may(Permission.RECORD_LIFE, by, by.structure):
        return ()
    lives = _own(session, by, at)
    return presenting.with_caisses((life, one) for life, path in lives for one in presenting.tasks(life, path))


def dates(session: Session, by: Actor, at: datetime) -> tuple[Dated, ...]:
    """Return the days of the conventions that the actor may follow: their structure's, and a caisse's partners'."""
    lives = (*_own(session, by, at), *_signed(session, by, at))
    return presenting.with_caisses((life, one) for life, path in lives for one in presenting.dates(life, path))


def _own(session: Session, by: Actor, at: datetime) -> Iterator[Placed]:
    if may(Permission.READ_LIFE, by, by.structure):
        for course in queries.courses(session, by, clock.day(at)):
            for life in course.lives:
                yield life, f"/conventions/{life.convention.code}/vie"


def _signed(session: Session, by: Actor, at: datetime) -> Iterator[Placed]:
    for pair in sorted(by.signed):
        if may(Permission.READ_LIFE, by, pair.structure, convention=pair.convention):
            course = queries.find_course(session, pair.convention, by, clock.day(at), pair.structure)
            for life in course.lives:
                if life.caisse == by.caisse:
                    yield life, f"/partenaires/{pair.structure}/conventions/{pair.convention}/vie"


FEATURE = Feature(
    name="life",
    blueprints=(pages,),
    navigation=(NavEntry("Vie des conventions", "life.index", Permission.READ_LIFE, Under.CONVENTIONS),),
    tasks=tasks,
    dates=dates,
)
