"""How a structure reviews its accounts: our defaults, until its DPO says otherwise."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.conventions.life.queries import all_ended
from governance.core import clock, trail
from governance.core.refusals import Invalid
from governance.habilitations.steps import terms_of
from governance.people.queries import adoptions
from governance.people.rules import Actor, Permission, Role, require
from reviews.closing import Policy, Silence
from reviews.people import persons_in
from reviews.rules import LONGEST, SHORTEST, BadReview, Cause, State
from reviews.tables import ReviewCampaign, ReviewSetting
from reviews.timetable import LENGTH, PERIOD, check_period, longest_period, next_review

KEEP = Policy(Silence.KEEP)
EVENTS = [cause.value for cause in Cause if cause.is_event]


@dataclass(frozen=True, slots=True)
class Settings:
    """Months between two reviews, days each one lasts, what silence comes to, who steps in; `chosen` by a DPO."""

    months: int = PERIOD
    days: int = LENGTH
    policy: Policy = KEEP
    fallback: str | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A convention under which accounts are reviewed: its settings, the longest period, the next review's day.

    `next_on` is None while a review is under way, and when nothing tells from when to count: it is then due at once.
    """

    convention: str
    settings: Settings
    longest: int
    under_way: str | None
    last_on: date | None
    next_on: date | None


def settings_of(session: Session, structure: str, convention: str) -> Settings:
    """Return how a structure reviews the accounts of a convention."""
    row = session.get(ReviewSetting, (structure, convention))
    if row is None:
        return Settings()
    return Settings(row.months, row.days, Policy(Silence(row.silence), row.grace), row.fallback, True)


def keep_settings(
    session: Session, structure: str, convention: str, given: Settings, *, by: Actor, at: datetime
) -> None:
    """Say how a structure reviews the accounts of a convention; raises Forbidden, BadReview, Invalid."""
    require(Permission.SET_REVIEWS, by, structure)
    plan = next((one for one in plans(session, structure, at) if one.convention == convention), None)
    if plan is None:
        raise BadReview("Cette convention n'a pas de comptes à revoir ici.", field="convention")
    check_period(given.months, plan.longest)
    if not SHORTEST <= given.days <= LONGEST:
        raise BadReview(f"Une revue dure de {SHORTEST} à {LONGEST} jours.", field="days")
    able = {one.id for one in persons_in(session, structure, [Role.GESTIONNAIRE, Role.DPO])}
    if given.fallback is not None and given.fallback not in able:
        raise Invalid("Choisissez un gestionnaire ou le délégué de votre structure.", field="fallback")
    row = session.get(ReviewSetting, (structure, convention))
    if row is None:
        row = ReviewSetting(structure_id=structure, convention=convention)
        session.add(row)
    row.months, row.days, row.fallback = given.months, given.days, given.fallback
    row.silence, row.grace = given.policy.silence.value, given.policy.grace
    session.flush()
    told = {"months": given.months, "days": given.days, "silence": row.silence, "grace": row.grace}
    trail.record(session, "review.set", convention, by=by, structure=structure, at=at, **told)


def plans(session: Session, structure: str, at: datetime) -> tuple[Plan, ...]:
    """Return the conventions of a structure whose accounts are reviewed, in force, by code."""
    today = clock.day(at)
    found = []
    for adoption in adoptions(session, structure):
        longest = longest_period(terms_of(session, adoption.code, today, structure).A24)
        if longest is not None and all_ended(session, structure, adoption.code, today) is None:
            found.append(_plan(session, structure, adoption.code, adoption.effective_from, longest))
    return tuple(found)


def _plan(session: Session, structure: str, convention: str, since: date | None, longest: int) -> Plan:
    whole = [
        ReviewCampaign.structure_id == structure,
        ReviewCampaign.convention == convention,
        ReviewCampaign.cause.not_in(EVENTS),
        ReviewCampaign.caisse.is_(None),
    ]
    under_way = session.scalar(select(ReviewCampaign.id).where(*whole, ReviewCampaign.state != State.CLOSED))
    closed = session.scalar(select(func.max(ReviewCampaign.closed_at)).where(*whole))
    last = None if closed is None else clock.day(closed)
    settings = settings_of(session, structure, convention)
    coming = None if under_way else next_review(last, since, min(settings.months, longest))
    return Plan(convention, settings, longest, under_way, last, coming)
