"""Forgetting: five years after the end of a convention with all its caisses, each closed review goes whole."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.life.queries import NotApplied, all_ended
from governance.core.domains import Domain
from governance.destruction.covering import held_or_awaited
from governance.destruction.files import Files, Whole
from governance.habilitations.rules import is_past
from reviews.rules import State
from reviews.tables import ReviewCampaign


def over(session: Session, on: date) -> Sequence[Whole]:
    """Return the closed reviews of conventions that ended more than five years ago, unless something keeps them."""
    kept = held_or_awaited(session)
    closed = select(ReviewCampaign.structure_id, ReviewCampaign.convention, ReviewCampaign.id)
    rows = session.execute(
        closed.where(ReviewCampaign.state == State.CLOSED).order_by(ReviewCampaign.closed_at, ReviewCampaign.id)
    ).all()
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
