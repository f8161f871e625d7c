"""A review of the demonstration's accounts, under way: some changed since the last one, some have something amiss."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core import clock
from governance.people.queries import actor_of
from governance.people.rules import command
from governance.people.tables import Person
from reviews.closing import Effect, Policy, Silence
from reviews.deciding import Seen, answer
from reviews.ending import Ways, apply_some, sign_off
from reviews.facts import Entry, Frame, population
from reviews.joining import entries_of
from reviews.moving import locked
from reviews.opening import Opening, open_review
from reviews.rules import Answer, Cause, Choice, State
from reviews.tables import ReviewCampaign, ReviewEntry

CONVENTION = "S0"
LAST, SINCE = timedelta(days=80), timedelta(days=1)
PACE = timedelta(seconds=9)
_WAYS = Ways(
    end=lambda session, todo, at: Effect.GONE,
    others=lambda session, campaign: {},
    next_on=lambda session, campaign, at: clock.day(at),
    certify=lambda session, campaign, at: "",
)


def load(session: Session, structure: str, fallback: str, at: datetime) -> None:
    """Add a review closed some months ago and one opened yesterday, once."""
    if session.scalar(select(ReviewCampaign.id).where(ReviewCampaign.structure_id == structure).limit(1)):
        return
    now = entries_of(session, structure, CONVENTION, clock.day(at))
    if not now:
        return
    known = [one.held for one in now if one.held.granted_on and one.held.granted_on <= clock.day(at - LAST)]
    old = population([replace(one, left_on=None) for one in known], Frame(clock.day(at - LAST)), {})
    _close(session, _open(session, structure, fallback, old, at - LAST), at - LAST)
    opened = at - SINCE
    _open(session, structure, fallback, entries_of(session, structure, CONVENTION, clock.day(at)), opened)


def _open(session: Session, structure: str, fallback: str, entries: Iterable[Entry], at: datetime) -> str:
    due = clock.day(at) + timedelta(days=21)
    key = f"choix/{clock.day(at).isoformat()}"
    opening = Opening(structure, CONVENTION, Cause.CHOICE, key, due, Policy(Silence.KEEP), fallback)
    return open_review(session, opening, tuple(entries), by=command(structure), at=at)


def _close(session: Session, campaign_id: str, at: datetime) -> None:
    """Answer as people would, sign, and close without a certificate: nobody held this review."""
    rows = session.scalars(
        select(ReviewEntry).where(ReviewEntry.campaign_id == campaign_id).order_by(ReviewEntry.rank)
    ).all()
    for row in rows:
        person = session.get(Person, row.reviewer)
        by = (actor_of(session, person, row.structure_id) if person else None) or command(row.structure_id)
        then = at + PACE * row.rank
        answer(session, Seen(row.id, 0, then - PACE), Answer(Choice.KEEP), by=by, at=then)
    signed = at + PACE * (len(rows) + 1)
    sign_off(session, campaign_id, _WAYS, by=command(rows[0].structure_id), at=signed)
    apply_some(session, campaign_id, _WAYS, signed)
    campaign = locked(session, campaign_id)
    campaign.state, campaign.closed_at, campaign.busy = State.CLOSED.value, signed, None
    session.flush()
