"""What can be done with the tiers of health data in a structure: switch one off, for a reason, or on again; traced."""

from datetime import datetime

from sqlalchemy.orm import Session

from governance.core.refusals import Conflict
from governance.people.rules import Actor
from scanners.actions import remove_word, silence_word
from scanners.queries import switched_off
from scanners.tiers import Tier


def switch_off(session: Session, tier: Tier, reason: str, *, by: Actor, at: datetime) -> None:
    """Switch a tier off in the actor's structure, for a reason, from the next check on.

    Raises Forbidden, BadWord (the reason), Conflict when it is off already.
    """
    if tier in switched_off(session, by):
        raise Conflict("Cet étage est déjà coupé.", field="reason")
    silence_word(session, tier.words, reason, by=by, at=at)


def switch_on(session: Session, tier: Tier, *, by: Actor, at: datetime) -> None:
    """Switch a tier on again in the actor's structure; raises Forbidden, Conflict when it is on already."""
    off = switched_off(session, by).get(tier)
    if off is None:
        raise Conflict("Cet étage est déjà en service.")
    remove_word(session, off.word, by=by, at=at)
