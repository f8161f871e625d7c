"""Forgetting: five years after the end of a convention with all its caisses, each closed review goes whole."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from governance.conventions.life.queries import NotApplied, all_ended
from governance.core.domains import Domain
from governance.destruction.covering import held_or_awaited
from governance.destruction.files import Files, Whole
from governance.habilitations.rules import is_past
from reviews.rules import State
from reviews.tables import ReviewCampaign, ReviewRequest


def over(session: Session, on: date) -> Sequence[Whole]:
    """Return the closed reviews of conventions that ended more than five years ago, unless something keeps them."""
    closed = select(ReviewCampaign.structure_id, ReviewCampaign.convention, ReviewCampaign.id)
    closed = closed.where(ReviewCampaign.state == State.CLOSED)
    return _past(session, closed.order_by(ReviewCampaign.closed_at, ReviewCampaign.id), on)


def unanswered(session: Session, on: date) -> Sequence[Whole]:
    """Return the requests of caisses for which there was nothing to review, under the same conventions."""
    alone = select(ReviewRequest.structure_id, ReviewRequest.convention, ReviewRequest.id)
    alone = alone.where(ReviewRequest.campaign_id.is_(None))
    return _past(session, alone.order_by(ReviewRequest.asked_at, ReviewRequest.id), on)


def _past(session: Session, asked: Select[str, str, str], on: date) -> Sequence[Whole]:
    rows, kept = session.execute(asked).all(), held_or_awaited(session)
    places = {Domain(structure, convention) for structure, convention, _ in rows}
    past = {one for one in places - kept if _is_past(session, one, on)}
    return [Whole(structure, (one,)) for structure, convention, one in rows if Domain(structure, convention) in past]


def _is_past(session: Session, domain: Domain, on: date) -> bool:
    try:
        ended = all_ended(session, domain.structure, domain.convention, on)
    except NotApplied:  # its end cannot be told: what proves it stays
        return False
    return ended is not None and is_past(ended, on)


FILES = Files("review_campaign", "campaign_id", "review.removed", over)
REQUESTS = Files("review_request", "request_id", "review.request_removed", unanswered)  # nothing hangs from one
