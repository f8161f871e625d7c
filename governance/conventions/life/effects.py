"""What the end of a convention sets off, and what undoes it: when the day comes, after down time, or typed late.

The rows say what was set off; the rules say what should be: `settle` makes them agree, and doing it again does nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.life import mails, portal
from governance.conventions.life.events import Text
from governance.conventions.life.mails import Post
from governance.conventions.life.queries import Course, courses_of
from governance.conventions.life.standing import Ending, Life
from governance.conventions.life.tables import ConventionEnd
from governance.core import clock, trail
from governance.core.refusals import Conflict
from governance.destruction import following
from governance.people.contacts.rules import Relation
from governance.people.rules import Actor

Place = tuple[str, str, Text]


class TooLateToUndo(Conflict):
    """Data were destroyed after the end: it can no longer be undone."""


class Settled(NamedTuple):
    """How many ends were set off, and how many undone."""

    set_off: int = 0
    undone: int = 0


@dataclass(frozen=True, slots=True)
class Doing:
    """Who settles which structure, when; `address` is the public address of the service."""

    structure: str
    by: Actor | str
    at: datetime
    address: str | None = None

    @property
    def post(self) -> Post:
        """Return to whom it is written."""
        return Post(self.structure, self.address)


def settle(session: Session, doing: Doing) -> Settled:
    """Set off what ended in a structure, undo what no longer has; raises TooLateToUndo once data are destroyed."""
    courses = courses_of(session, doing.structure, clock.day(doing.at))
    lives = {(life.convention.code, life.caisse): life for course in courses for life in course.lives}
    wanted = dict(_wanted(courses))
    standing = {(row.convention, row.caisse, Text(row.text)): row for row in _standing(session, doing.structure)}
    gone = [place for place, row in standing.items() if place not in wanted or wanted[place].over_from != row.over_from]
    for place in gone:
        _undo(session, standing[place], lives.get(place[:2]), doing)
    due = [place for place in wanted if place not in standing or place in gone]
    for place in sorted(due, key=lambda one: (one[2] is Text.CM, one)):
        _set_off(session, lives[place[:2]], wanted[place], place[2], doing)
    _close(session, due, lives, doing)
    _open_destructions(session, courses, doing)
    return Settled(len(due), len(gone))


def _wanted(courses: tuple[Course, ...]) -> Iterator[tuple[Place, Ending]]:
    for course in courses:
        for life in course.lives:
            if life.is_portal_over and life.portal is not None:
                yield (life.convention.code, life.caisse, Text.CU), life.portal
            if life.is_over and life.ending is not None:
                yield (life.convention.code, life.caisse, Text.CM), life.ending


def _standing(session: Session, structure: str) -> list[ConventionEnd]:
    wanted = select(ConventionEnd).where(ConventionEnd.structure_id == structure, ConventionEnd.undone_at.is_(None))
    return list(session.scalars(wanted.order_by(ConventionEnd.convention, ConventionEnd.caisse, ConventionEnd.text)))


def _set_off(session: Session, life: Life, ending: Ending, text: Text, doing: Doing) -> None:
    row = ConventionEnd(
        structure_id=doing.structure, convention=life.convention.code, caisse=life.caisse, text=text.value,
        over_from=ending.over_from, why=ending.why.name.lower(), set_off_at=doing.at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    told = {"caisse": life.caisse, "text": text.value, "from": ending.over_from.isoformat(), "why": row.why}
    trail.record(
        session, "convention.ended", life.convention.code, by=doing.by, structure=doing.structure, at=doing.at, **told
    )
    if text is Text.CM:
        mails.post_ended(session, life, ending, row.id, doing.post, doing.at)


def _close(session: Session, due: list[Place], lives: Mapping[tuple[str, str], Life], doing: Doing) -> None:
    """Close the accesses of what ended: accounts go only when every convention of the structure has ended (A14)."""
    closed = [Relation(doing.structure, *place[:2]) for place in due if place[2] is Text.CU]
    if closed:
        is_last = all(life.is_portal_over for life in lives.values())
        portal.close(session, closed, doing.structure, is_last, by=doing.by, at=doing.at)


def _open_destructions(session: Session, courses: tuple[Course, ...], doing: Doing) -> None:
    """Open the destruction of what is held under each convention that no caisse is bound by any more; none is done."""
    since: dict[str, datetime] = {}
    for row in _standing(session, doing.structure):
        if row.text == Text.CM:
            since[row.convention] = max(row.set_off_at, since.get(row.convention, row.set_off_at))
    for code in (one.convention.code for one in courses if one.lives and all(life.is_over for life in one.lives)):
        following.open_ended(session, doing.structure, code, since[code], by=doing.by, at=doing.at)


def _undo(session: Session, row: ConventionEnd, life: Life | None, doing: Doing) -> None:
    if row.text == Text.CM and following.has_begun(session, row.structure_id, row.convention):
        raise TooLateToUndo(
            "Les données de cette convention ont été détruites après sa fin : elle ne se rouvre plus. "
            "Signez et enregistrez une nouvelle convention.",
            field="day",
        )
    if row.text == Text.CM:
        following.call_off(session, row.structure_id, row.convention, by=doing.by, at=doing.at)
    row.undone_at = doing.at
    session.flush()
    told = {"caisse": row.caisse, "text": row.text, "from": row.over_from.isoformat()}
    trail.record(
        session, "convention.end_undone", row.convention, by=doing.by, structure=row.structure_id, at=doing.at, **told
    )
    if row.text == Text.CU:
        relation = Relation(row.structure_id, row.convention, row.caisse)
        others = [one for one in _standing(session, doing.structure) if one.text == Text.CU]
        still = [Relation(one.structure_id, one.convention, one.caisse) for one in others]
        portal.reopen(session, relation, still, by=doing.by, at=doing.at)
    elif life is not None and not life.is_over:
        mails.post_undone(session, life, row.id, doing.post, doing.at)
