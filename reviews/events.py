"""What opens reviews by itself: the timetable, a caisse that asked, a departure, a band of size that was crossed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from governance.conventions.holidays import holidays_of
from governance.conventions.queries import find_convention
from governance.conventions.terms import Zone
from governance.conventions.values.accounts import Profile
from governance.core import clock, trail
from governance.core.refusals import Refusal
from governance.habilitations.tables import StructureSize
from governance.people.rules import Actor, Permission, StructureKind, require
from governance.people.tables import Structure
from reviews.facts import Entry, Held
from reviews.joining import ceilings, entries_of, held_in
from reviews.opening import JOB, Opening, open_review
from reviews.rules import BadReview, Cause, State
from reviews.settings import Plan, plans, settings_of
from reviews.tables import ReviewCampaign, ReviewEntry, ReviewRequest
from reviews.timetable import EVENT_LENGTH, answer_by


@dataclass(frozen=True, slots=True)
class Event:
    """Something that asks for a micro-review: what, a name of its own, and the accounts it concerns."""

    structure: str
    convention: str
    cause: Cause
    key: str
    accounts: Collection[str]


def ask(session: Session, structure: str, convention: str, *, by: Actor, at: datetime) -> str:
    """Record that a caisse asks a partner for its review, and return the request; its clock starts.

    Raises Forbidden, BadReview when one is already asked and not answered.
    """
    caisse = by.caisse or ""
    require(Permission.ASK_REVIEW, by, structure, convention=convention, caisse=caisse)
    pending = select(ReviewRequest.id).where(
        ReviewRequest.structure_id == structure, ReviewRequest.convention == convention,
        ReviewRequest.caisse == caisse, ReviewRequest.campaign_id.is_(None),
    )  # fmt: skip
    if session.scalar(pending.limit(1)) is not None:
        raise BadReview("Vous avez déjà demandé cette revue : elle s'ouvre.", field="partner")
    known = find_convention(session, convention, structure).caisse(caisse)
    by_day = answer_by(clock.day(at), holidays_of(known.zone if known else Zone.METROPOLE))
    row = ReviewRequest(structure_id=structure, convention=convention, caisse=caisse, asked_at=at, asked_by=by.id)
    row.answer_by = by_day
    session.add(row)
    session.flush()
    told = {"convention": convention, "until": by_day.isoformat()}
    trail.record(session, "review.asked", row.id, by=by, structure=structure, at=at, **told)
    return row.id


def open_due(session: Session, structure: str, at: datetime) -> int:
    """Open the reviews that are due in a structure; return how many. Done again, it opens nothing more."""
    opened = 0
    for plan in plans(session, structure, at):
        opened += _answer_caisses(session, structure, plan, at)
        opened += _open_timetable(session, structure, plan, at)
        for event in (*departures(session, structure, plan.convention, at), *bands(session, structure, plan, at)):
            opened += open_event(session, event, at) is not None
    return opened


def open_event(session: Session, event: Event, at: datetime, by: Actor | str = JOB) -> str | None:
    """Open a micro-review of the accounts an event concerns; None when there is none, or it has had its own."""
    on, settings = clock.day(at), settings_of(session, event.structure, event.convention)
    entries = entries_of(session, event.structure, event.convention, on, only=set(event.accounts))
    opening = Opening(
        event.structure, event.convention, event.cause, event.key, on + timedelta(days=EVENT_LENGTH), settings.policy,
        settings.fallback,
    )  # fmt: skip
    return _opened(session, opening, entries, by, at)


def departures(session: Session, structure: str, convention: str, at: datetime) -> Iterator[Event]:
    """Give the departures whose accounts nobody has been asked about since: one event for all those found at once."""
    on = clock.day(at)
    gone = [one for one in held_in(session, structure, convention) if one.left_on is not None and one.left_on <= on]
    asked = _asked_since(session, gone)
    news = sorted((one for one in gone if one.account not in asked), key=lambda one: one.account)
    if news:
        key = f"depart/{news[0].account}/{news[0].left_on}"
        yield Event(structure, convention, Cause.DEPARTURE, key, [one.account for one in news])


def bands(session: Session, structure: str, plan: Plan, at: datetime) -> Iterator[Event]:
    """Give the change of size that lowers a ceiling below what is held (A2, A3): the accounts of that profile."""
    on = clock.day(at)
    told = select(StructureSize).where(StructureSize.structure_id == structure, StructureSize.since <= on)
    latest = session.scalars(told.order_by(StructureSize.since.desc(), StructureSize.told_at.desc()).limit(2)).all()
    if len(latest) < 2:
        return
    now, before = (ceilings(session, structure, plan.convention, on, one.members) for one in latest)
    held = held_in(session, structure, plan.convention)
    for profile in Profile:
        if _is_lower(now, before, profile) and _is_over(held, profile, now[profile]):
            accounts = [one.account for one in held if one.profile is profile]
            yield Event(structure, plan.convention, Cause.BAND, f"tranche/{latest[0].id}/{profile}", accounts)


def _is_lower(now: Mapping[Profile, int], before: Mapping[Profile, int], profile: Profile) -> bool:
    return profile in now and (profile not in before or now[profile] < before[profile])


def _is_over(held: Collection[Held], profile: Profile, ceiling: int) -> bool:
    caisses = {one.caisse for one in held}
    return any(sum(one.profile is profile and one.caisse == caisse for one in held) > ceiling for caisse in caisses)


def _asked_since(session: Session, gone: Collection[Held]) -> frozenset[str]:
    """Return the accounts that a review under way holds, or that one opened since the departure held."""
    left = {one.account: one.left_on for one in gone}
    rows = session.execute(
        select(ReviewEntry.account, ReviewCampaign.state, ReviewCampaign.opened_on)
        .join(ReviewCampaign, ReviewCampaign.id == ReviewEntry.campaign_id)
        .where(ReviewEntry.account.in_(sorted(left)))
        .order_by(ReviewEntry.account)
    )
    return frozenset(
        account
        for account, state, opened_on in rows
        if state != State.CLOSED or opened_on >= (left[account] or date.max)
    )


def _answer_caisses(session: Session, structure: str, plan: Plan, at: datetime) -> int:
    pending = select(ReviewRequest).where(
        ReviewRequest.structure_id == structure, ReviewRequest.convention == plan.convention,
        ReviewRequest.campaign_id.is_(None),
    )  # fmt: skip
    opened = 0
    for row in session.scalars(pending.order_by(ReviewRequest.asked_at, ReviewRequest.id)).all():
        row.campaign_id = _under_way(session, row) or _open_for(session, row, plan, at)
        opened += row.campaign_id is not None
    session.flush()
    return opened


def _under_way(session: Session, row: ReviewRequest) -> str | None:
    """Return a whole review that is open: it answers the caisse too."""
    wanted = select(ReviewCampaign.id).where(
        ReviewCampaign.structure_id == row.structure_id, ReviewCampaign.convention == row.convention,
        ReviewCampaign.busy.is_not(None), ReviewCampaign.state == State.OPEN,
        or_(ReviewCampaign.caisse.is_(None), ReviewCampaign.caisse == row.caisse),
    )  # fmt: skip
    return session.scalar(wanted.order_by(ReviewCampaign.opened_at).limit(1))


def _open_for(session: Session, row: ReviewRequest, plan: Plan, at: datetime) -> str | None:
    on = clock.day(at)
    alone = len(find_convention(session, row.convention, row.structure_id).caisses) == 1
    caisse = None if alone else row.caisse
    due = max(row.answer_by, on + timedelta(days=1))
    settings = plan.settings
    opening = Opening(
        row.structure_id, row.convention, Cause.CAISSE, f"caisse/{row.id}", due, settings.policy, settings.fallback,
        caisse, row.answer_by,
    )  # fmt: skip
    entries = entries_of(session, row.structure_id, row.convention, on, caisse=caisse)
    return _opened(session, opening, entries, JOB, at)


def _open_timetable(session: Session, structure: str, plan: Plan, at: datetime) -> int:
    on, settings = clock.day(at), plan.settings
    if plan.under_way or (plan.next_on is not None and plan.next_on > on):
        return 0
    due = on + timedelta(days=settings.days)
    key = f"calendrier/{on.isoformat()}"
    opening = Opening(structure, plan.convention, Cause.TIMETABLE, key, due, settings.policy, settings.fallback)
    return _opened(session, opening, entries_of(session, structure, plan.convention, on), JOB, at) is not None


def _opened(session: Session, opening: Opening, entries: Sequence[Entry], by: Actor | str, at: datetime) -> str | None:
    try:
        return open_review(session, opening, entries, by=by, at=at)
    except Refusal:  # nothing to review, or this has had its review
        return None


def partners_of_service(session: Session) -> list[str]:
    """Return every partner structure, by identifier."""
    wanted = select(Structure.id).where(Structure.kind == StructureKind.PARTENAIRE.value)
    return list(session.scalars(wanted.order_by(Structure.id)))
