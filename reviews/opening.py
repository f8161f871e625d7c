"""Opening a review: its accounts frozen with their reasons, each given to somebody, everybody told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.clock import day
from governance.core.refusals import Conflict
from governance.core.sealed_rows import sealed_rows
from governance.core.storage import new_id
from governance.people.rules import Actor, Permission, require
from reviews.assigning import assign
from reviews.closing import Policy
from reviews.facts import Entry, Held, as_json, from_json
from reviews.people import panel_of
from reviews.rules import BadReview, Cause, State, check_length
from reviews.tables import ReviewCampaign, ReviewEntry

JOB = "service"


class AlreadyOpen(Conflict):
    """A review of these accounts is open, or this event has had its own."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a review is opened with; `key` names its event or slot, `caisse` narrows it to the accounts of one."""

    structure: str
    convention: str
    cause: Cause
    key: str
    due: date
    policy: Policy
    fallback: str | None = None
    caisse: str | None = None
    answer_by: date | None = None


def open_review(session: Session, opening: Opening, entries: Sequence[Entry], *, by: Actor | str, at: datetime) -> str:
    """Open a review of these accounts and return its identifier; `by` is an actor, or the name of a job.

    Raises Forbidden, BadReview (nothing to review, dates), AlreadyOpen.
    """
    if isinstance(by, Actor):
        require(Permission.OPEN_REVIEW, by, opening.structure)
    check_length(day(at), opening.due)
    if not entries:
        raise BadReview("Aucun compte actif n'est à revoir sous cette convention.")
    campaign = _campaign(opening, len(entries), by, at)
    _add(session, campaign)
    given = assign(entries, panel_of(session, opening.structure, opening.fallback))
    rows = [_row(campaign, rank, entry, given[entry.held.account]) for rank, entry in enumerate(entries, 1)]
    session.execute(insert(ReviewEntry), sealed_rows(session, ReviewEntry, rows))
    told = {"cause": opening.cause.value, "count": len(entries), "until": opening.due.isoformat()}
    trail.record(session, "review.opened", campaign.id, by=by, structure=opening.structure, at=at, **told)
    return campaign.id


def last_facts(session: Session, structure: str, convention: str) -> Mapping[str, Held]:
    """Return the facts of each account at its last closed review."""
    rows = session.scalars(
        select(ReviewEntry)
        .join(ReviewCampaign, ReviewCampaign.id == ReviewEntry.campaign_id)
        .where(
            ReviewCampaign.structure_id == structure,
            ReviewCampaign.convention == convention,
            ReviewCampaign.state == State.CLOSED,
        )
        .order_by(ReviewCampaign.closed_at, ReviewEntry.rank)
    )
    latest = {row.account: row for row in rows}  # the last wins
    return {account: from_json(json.loads(row.facts)) for account, row in latest.items()}


def _campaign(opening: Opening, count: int, by: Actor | str, at: datetime) -> ReviewCampaign:
    place = f"{opening.structure}/{opening.convention}"
    whole = sha256(f"{place}/{opening.caisse or ''}".encode()).hexdigest()
    busy = None if opening.cause.is_event else whole
    return ReviewCampaign(
        id=new_id(), structure_id=opening.structure, convention=opening.convention, cause=opening.cause.value,
        key=f"{place}/{opening.key}", busy=busy, caisse=opening.caisse,
        state=State.OPEN.value, opened_at=at, opened_by=by.id if isinstance(by, Actor) else by, opened_on=day(at),
        first_due=opening.due, due=opening.due, answer_by=opening.answer_by, silence=opening.policy.silence.value,
        grace=opening.policy.grace, fallback=opening.fallback, entries=count,
    )  # fmt: skip


def _add(session: Session, campaign: ReviewCampaign) -> None:
    try:
        with session.begin_nested():
            session.add(campaign)
    except IntegrityError as error:
        raise AlreadyOpen("Une revue de ces comptes est déjà ouverte : finissez-la d'abord.") from error


def _row(campaign: ReviewCampaign, rank: int, entry: Entry, reviewer: str) -> dict[str, object]:
    held = entry.held
    return {
        "id": new_id(), "campaign_id": campaign.id, "structure_id": campaign.structure_id,
        "convention": campaign.convention, "caisse": held.caisse, "account": held.account, "holder": held.holder,
        "profile": held.profile.value, "rank": rank, "facts": json.dumps(as_json(held), ensure_ascii=False),
        "change": entry.change.value, "differences": list(entry.differences),
        "flags": [flag.value for flag in entry.flags], "alone": entry.is_alone, "reviewer": reviewer, "version": 0,
    }  # fmt: skip
