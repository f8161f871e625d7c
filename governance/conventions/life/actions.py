"""What can be done about the life of a convention: enter what happened, cancel a mistake, give its dates."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from governance.conventions.life import entering
from governance.conventions.life.effects import Doing, settle
from governance.conventions.life.events import Event, Kind, Party, Text, live
from governance.conventions.life.queries import Course, course_in, events_of, facts_with
from governance.conventions.life.tables import ConventionEvent
from governance.conventions.values.life import Denunciation
from governance.core import clock, trail
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.core.storage import new_id
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Actor, Permission, require

REFERENCE_LIMIT = 200


class ClockWentBack(Conflict):
    """The service's clock is behind what was already entered."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody enters: see `Event`; `reference` says on the strength of which document."""

    kind: Kind
    day: date
    reference: str
    text: Text = Text.CM
    caisse: str | None = None
    until: date | None = None
    notice: Denunciation | None = None
    of: str | None = None
    party: Party | None = None


def enter(session: Session, code: str, draft: Draft, *, by: Actor, at: datetime, address: str | None = None) -> str:
    """Enter what happened to a convention of the actor's structure, set off what follows, and return its identifier.

    Raises Forbidden, NotApplied, Invalid, Conflict (AlreadyEnded, AlreadyEntered, NotProvided, TooLateToUndo).
    """
    require(Permission.RECORD_LIFE, by, by.structure)
    course = course_in(session, by.structure, code, clock.day(at))
    reference = _clean(draft.reference)
    events = events_of(session, by.structure, code)
    _check_clock(events, at)
    new = _event(draft, course, events, at)
    for caisse in _bound(course, events, new):
        facts = facts_with(events, caisse, course.adoption)
        entering.check(new, course.convention, facts, caisse, clock.day(at))
    edition = course.convention.edition if draft.kind is Kind.AMENDED else 1
    session.add(_row(new, code, reference, edition if edition > 1 else None, by))
    session.flush()
    told = {"kind": new.kind.value, "text": new.text.value, "caisse": new.caisse, "day": new.day.isoformat()}
    trail.record(session, "convention.event_entered", code, by=by, structure=by.structure, at=at, **told)
    settle(session, Doing(by.structure, by, at, address))
    return new.id


def cancel(session: Session, event_id: str, reason: str, *, by: Actor, at: datetime, address: str | None = None) -> str:
    """Cancel what was entered by mistake, and return the convention's code; the mistake and its reason stay readable.

    Raises Forbidden, NotFound, Invalid, AlreadyEntered, TooLateToUndo.
    """
    require(Permission.RECORD_LIFE, by, by.structure)
    row = session.get(ConventionEvent, event_id)
    if row is None or row.structure_id != by.structure:
        raise NotFound("Cet événement n'est pas de votre structure.")
    events = events_of(session, by.structure, row.convention)
    if row.kind == Kind.CANCELLED or row.id not in {one.id for one in live(events)}:
        raise entering.AlreadyEntered("Cette saisie est déjà annulée.", field="reference")
    _check_clock(events, at)
    new = Event(new_id(), Kind.CANCELLED, clock.day(at), at, Text(row.text), row.caisse, of=row.id)
    session.add(_row(new, row.convention, _clean(reason), None, by))
    session.flush()
    told = {"kind": row.kind, "day": row.day.isoformat()}
    trail.record(session, "convention.event_cancelled", row.convention, by=by, structure=by.structure, at=at, **told)
    settle(session, Doing(by.structure, by, at, address))
    return row.convention


def apply(session: Session, adoption: Adoption, *, by: Actor, at: datetime, address: str | None = None) -> None:
    """Say between which days the actor's structure applies a convention; raises as `adopt_convention`, and Invalid.

    A convention does not take effect before it is signed.
    """
    require(Permission.ADOPT_CONVENTION, by, by.structure)
    for event in live(events_of(session, by.structure, adoption.code)):
        if event.kind is Kind.SIGNED:
            entering.check_effect(adoption.effective_from, event.day)
    adopt_convention(session, by.structure, adoption, by=by, at=at)
    settle(session, Doing(by.structure, by, at, address))


def _row(new: Event, code: str, reference: str, edition: int | None, by: Actor) -> ConventionEvent:
    notice = new.notice
    return ConventionEvent(
        id=new.id, structure_id=by.structure, convention=code, caisse=new.caisse, kind=new.kind.value,
        text=new.text.value, day=new.day, until=new.until, notice=str(notice.notice) if notice else None,
        counted_to=notice.counted_to.value if notice and notice.counted_to else None, of=new.of,
        party=new.party.value if new.party else None, edition=edition, reference=reference,
        recorded_at=new.recorded_at, recorded_by=by.id,
    )  # fmt: skip


def _event(draft: Draft, course: Course, events: tuple[Event, ...], at: datetime) -> Event:
    """Return the event of a draft: what is about a letter concerns its text and its caisse."""
    letter = next((one for one in events if one.id == draft.of), None)
    text, caisse = (draft.text, draft.caisse) if letter is None else (letter.text, letter.caisse)
    if caisse is not None and caisse not in {life.caisse for life in course.lives}:
        raise Invalid("Cette convention ne nomme pas cette caisse.", field="caisse")
    return Event(
        new_id(), draft.kind, draft.day, at, text, caisse, draft.until, draft.notice, draft.of, draft.party
    )  # fmt: skip


def _bound(course: Course, events: tuple[Event, ...], new: Event) -> tuple[str, ...]:
    """Return the caisses for which an event is checked: its own, or all those with which the convention still lives."""
    if new.caisse is not None:
        return (new.caisse,)
    every = tuple(life.caisse for life in course.lives)
    alive = tuple(life.caisse for life in course.lives if not life.is_over)
    return alive or every


def _check_clock(events: tuple[Event, ...], at: datetime) -> None:
    if any(one.recorded_at > at for one in events):
        raise ClockWentBack(
            "L'horloge du service est en retard sur ce qui est déjà enregistré : prévenez l'administrateur, "
            "puis recommencez."
        )


def _clean(typed: str) -> str:
    reference = " ".join(typed.split())
    if not 3 <= len(reference) <= REFERENCE_LIMIT or not reference.isprintable():
        raise Invalid(f"Dites quel document le prouve, en 3 à {REFERENCE_LIMIT} caractères.", field="reference")
    return reference
