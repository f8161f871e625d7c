"""What may be read of the life of conventions: where each stands, what happened, what ended."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from governance.conventions.life.events import Event, Kind, Party, Text
from governance.conventions.life.rules import facts_of, life_of
from governance.conventions.life.standing import Facts, Life
from governance.conventions.life.tables import ConventionEnd, ConventionEvent
from governance.conventions.queries import UnknownConvention, find_convention
from governance.conventions.terms import Convention, NotInForce
from governance.conventions.values.life import Denunciation, Reading, Start
from governance.core.refusals import NotFound
from governance.core.spans import parse
from governance.people.queries import Adoption, adoptions, find_structure
from governance.people.rules import Actor, Permission, require

# All but the sealed reference, which only the history shows.
_COLUMNS = tuple(
    getattr(ConventionEvent, name)
    for name in ("id", "convention", "caisse", "kind", "text", "day", "until", "notice", "counted_to", "of", "party",
                 "recorded_at")
)  # fmt: skip


Place = tuple[str, str, str | None]  # structure, convention, caisse or any of them


class NotApplied(NotFound):
    """The structure does not work under that convention."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as a page tells it: with its document, who entered it and when, and whether it was cancelled."""

    event: Event
    reference: str
    recorded_by: str
    edition: int | None = None
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """A text that ended with a caisse, once that end was set off."""

    id: str
    structure: str
    convention: str
    caisse: str
    text: Text
    over_from: date
    set_off_at: datetime


@dataclass(frozen=True, slots=True)
class Course:
    """A convention that a structure applies, and where it stands with each of its caisses."""

    convention: Convention
    adoption: Adoption
    lives: tuple[Life, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """The caisses with which a convention has ended, the sentence for each, and whether no other is left."""

    caisses: tuple[str, ...]
    said: tuple[str, ...]
    is_whole: bool


def courses(session: Session, by: Actor, on: date) -> tuple[Course, ...]:
    """Return every convention of the actor's structure, by code; raises Forbidden."""
    require(Permission.READ_LIFE, by, by.structure)
    return courses_of(session, by.structure, on)


def find_course(session: Session, code: str, by: Actor, on: date, structure: str | None = None) -> Course:
    """Return one convention of a structure, the actor's unless a caisse asks for a partner's.

    Raises Forbidden, NotApplied.
    """
    place = structure or by.structure
    require(Permission.READ_LIFE, by, place, convention=code)
    return course_in(session, place, code, on)


def course_in(session: Session, structure: str, code: str, on: date) -> Course:
    """Return one convention of a structure, for who has asked for their own permission; raises NotApplied."""
    found = next((one for one in courses_of(session, structure, on, code)), None)
    if found is None:
        raise NotApplied("Votre structure n'applique pas cette convention.", field="convention")
    return found


def courses_of(session: Session, structure: str, on: date, code: str | None = None) -> tuple[Course, ...]:
    """Return the conventions of a structure on a day, for jobs and actions that asked for their own permission."""
    applied = [one for one in adoptions(session, structure) if code in (None, one.code)]
    own = find_structure(session, structure).caisse
    events = _events(session, structure, code)
    found = []
    for adoption in applied:
        try:
            convention = find_convention(session, adoption.code, structure)
        except UnknownConvention:
            continue  # applied under a code that no text bears yet
        caisses = [one.code for one in convention.caisses if own in (None, one.code)]
        lives = (life_of(convention, one, _facts(events[adoption.code], one, adoption), on) for one in caisses)
        found.append(Course(convention, adoption, tuple(lives)))
    return tuple(found)


def history(session: Session, code: str, by: Actor, structure: str | None = None) -> tuple[Happened, ...]:
    """Return everything that was entered, latest first, what was cancelled marked as such; raises Forbidden."""
    place = structure or by.structure
    require(Permission.READ_LIFE, by, place, convention=code)
    rows = _rows(session, place, code)
    gone = {row.of for row in rows if row.kind == Kind.CANCELLED}
    told = (Happened(_event(row), row.reference, row.recorded_by, row.edition, row.id in gone) for row in rows)
    return tuple(sorted(told, key=lambda one: (one.event.recorded_at, one.event.day), reverse=True))


def events_of(session: Session, structure: str, code: str) -> tuple[Event, ...]:
    """Return the events of a convention of a structure, as entered."""
    return _events(session, structure, code)[code]


def facts_with(events: Iterable[Event], caisse: str, adoption: Adoption) -> Facts:
    """Return what stands for a caisse among events."""
    return _facts(tuple(events), caisse, adoption)


def check_open(session: Session, place: Place, on: date, field: str = "convention") -> None:
    """Refuse (NotInForce) what is done under a convention that has ended for a structure with one caisse, or with all.

    A convention that ended with one caisse is still that of the others.
    """
    structure, code, caisse = place
    lives = [one for course in courses_of(session, structure, on, code) for one in course.lives]
    asked = [one for one in lives if caisse in (None, one.caisse)]
    if asked and all(one.is_portal_over for one in asked):
        raise NotInForce(why_closed(asked[0]), field=field)


def why_closed(life: Life) -> str:
    """Return the sentence that says which end closes a convention, with its article."""
    ending = life.portal
    if ending is None:
        raise ValueError("the convention has not ended")
    name = life.convention.caisse(life.caisse)
    what = "La convention" if life.is_over else "La convention d'utilisation du portail"
    cause = life.ending if life.is_over and life.ending is not None else ending
    article = f", {cause.cited.article}" if cause.cited.article else ""
    return (
        f"{what} {life.convention.code} n'est plus en vigueur avec {name.name if name else life.caisse} depuis le "
        f"{cause.over_from:%d/%m/%Y} ({cause.why}{article}) : plus rien ne se saisit sous elle."
    )


def closed_lives(session: Session, structure: str, on: date) -> Mapping[str, Closed]:
    """Return, by the code of the convention, the caisses of a structure under which nothing is entered any more."""
    found = {}
    for course in courses_of(session, structure, on):
        closed = [life for life in course.lives if life.is_portal_over]
        if closed:
            caisses = tuple(life.caisse for life in closed)
            said = tuple(why_closed(life) for life in closed)
            found[course.convention.code] = Closed(caisses, said, len(closed) == len(course.lives))
    return found


def ends(session: Session) -> tuple[End, ...]:
    """Return the conventions métier whose end was set off and stands, by structure, convention and caisse.

    For the destruction of their data: a convention that ended with one of its caisses only has one line, the day when
    it has ended with all of them it has as many lines as caisses (`all_ended`).
    """
    rows = session.scalars(
        select(ConventionEnd)
        .where(ConventionEnd.undone_at.is_(None), ConventionEnd.text == Text.CM)
        .order_by(ConventionEnd.structure_id, ConventionEnd.convention, ConventionEnd.caisse)
    )
    return tuple(
        End(row.id, row.structure_id, row.convention, row.caisse, Text(row.text), row.over_from, row.set_off_at)
        for row in rows
    )


def all_ended(session: Session, structure: str, code: str, on: date) -> date | None:
    """Return the first day on which a convention has ended with every caisse of a structure, None while one lives."""
    days = []
    for life in course_in(session, structure, code, on).lives:
        if not life.is_over or life.ending is None:
            return None
        days.append(life.ending.over_from)
    return max(days, default=None)


def _events(session: Session, structure: str, code: str | None) -> Mapping[str, tuple[Event, ...]]:
    found: dict[str, tuple[Event, ...]] = defaultdict(tuple)
    wanted = _where(select(*_COLUMNS), structure, code)
    for row in session.execute(wanted):
        found[row.convention] += (_event(row),)
    return found


def _rows(session: Session, structure: str, code: str | None) -> list[ConventionEvent]:
    return list(session.scalars(_where(select(ConventionEvent), structure, code)))


def _where(wanted: Select[Any], structure: str, code: str | None) -> Select[Any]:
    wanted = wanted.where(ConventionEvent.structure_id == structure)
    if code is not None:
        wanted = wanted.where(ConventionEvent.convention == code)
    return wanted.order_by(ConventionEvent.recorded_at, ConventionEvent.id)


def _facts(events: tuple[Event, ...], caisse: str, adoption: Adoption) -> Facts:
    return facts_of(events, caisse, adoption.effective_from, adoption.effective_to)


def _event(row: Any) -> Event:
    notice = None
    if row.notice is not None:
        notice = Denunciation(parse(row.notice), Reading.AT_LEAST, Start(row.counted_to) if row.counted_to else None)
    return Event(
        row.id, Kind(row.kind), row.day, row.recorded_at, Text(row.text), row.caisse, row.until, notice, row.of,
        Party(row.party) if row.party else None,
    )  # fmt: skip
