"""What moves in a review, never silently: its deadline, and accounts from a reviewer to another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.refusals import Invalid
from governance.people.rules import Actor, Kind, Permission, Role, require
from governance.people.tables import Person
from reviews.deciding import accounts_of
from reviews.facts import Held
from reviews.people import persons_in, reviewer_of
from reviews.rules import FEWEST_LETTERS, WORDS_LIMIT, Choice, State, UnknownReview, check_open, check_postponed, is_own
from reviews.tables import ReviewCampaign, ReviewEntry, ReviewMove

DEADLINE = "echeance"
DELEGATION = "delegation"


class BadDelegation(Invalid):
    """Accounts cannot be given to that person."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """From whom to whom accounts without an answer go, and why."""

    giver: str
    taker: str
    words: str


def postpone(session: Session, campaign_id: str, to: date, words: str, *, by: Actor, at: datetime) -> None:
    """Put the deadline of a review later, with a reason that its certificate repeats; raises BadReview, NotOpen."""
    campaign = locked(session, campaign_id)
    require(Permission.SET_REVIEWS, by, campaign.structure_id)
    check_open(State(campaign.state))
    check_postponed(campaign.due, to, campaign.opened_on)
    move = _move(campaign, DEADLINE, campaign.due.isoformat(), to.isoformat(), by, at)
    move.words = _reason(words)
    campaign.due = to
    session.add(move)
    session.flush()
    told = {"before": move.before, "until": move.after}
    trail.record(session, "review.postponed", campaign.id, by=by, structure=campaign.structure_id, at=at, **told)


def delegate(session: Session, campaign_id: str, given: Delegation, *, by: Actor, at: datetime) -> int:
    """Give somebody else the accounts that still await one's answer, and return how many; the deadline stays.

    One gives one's own share; who opens reviews as a DPO gives anyone's. Raises BadDelegation, NotOpen, Forbidden.
    """
    campaign = locked(session, campaign_id)
    require(Permission.OPEN_REVIEW, by, campaign.structure_id)
    check_open(State(campaign.state))
    _check_delegation(session, campaign, given, by)
    waiting = _waiting(session, campaign, given)
    session.execute(update(ReviewEntry).where(ReviewEntry.id.in_(waiting)).values(reviewer=given.taker))
    move = _move(campaign, DELEGATION, given.giver, given.taker, by, at)
    move.words, move.count = _reason(given.words), len(waiting)
    session.add(move)
    session.flush()
    told = {"from": given.giver, "to": given.taker, "count": len(waiting)}
    trail.record(session, "review.delegated", campaign.id, by=by, structure=campaign.structure_id, at=at, **told)
    return len(waiting)


def locked(session: Session, campaign_id: str) -> ReviewCampaign:
    """Return a review, kept from changing until the transaction ends; raises UnknownReview."""
    row = session.get(ReviewCampaign, campaign_id, with_for_update=True)
    if row is None:
        raise UnknownReview("Cette revue n'existe pas.")
    return row


def _check_delegation(session: Session, campaign: ReviewCampaign, given: Delegation, by: Actor) -> None:
    if given.giver != by.id and Role.DPO not in by.roles and by.kind is not Kind.COMMAND:
        raise BadDelegation("Vous ne pouvez confier que les comptes qui vous attendent.", field="taker")
    able = {one.id for one in persons_in(session, campaign.structure_id, [Role.GESTIONNAIRE, Role.DPO])}
    if given.taker == given.giver or given.taker not in able:
        raise BadDelegation("Choisissez un autre gestionnaire, ou le délégué, de votre structure.", field="taker")


def _waiting(session: Session, campaign: ReviewCampaign, given: Delegation) -> list[str]:
    wanted = select(ReviewEntry).where(
        ReviewEntry.campaign_id == campaign.id,
        ReviewEntry.reviewer == given.giver,
        func.coalesce(ReviewEntry.choice, Choice.UNKNOWN.value) == Choice.UNKNOWN.value,
    )
    waiting = session.scalars(wanted.order_by(ReviewEntry.rank)).all()
    if not waiting:
        raise BadDelegation("Aucun compte n'attend la réponse de cette personne.", field="taker")
    taker, accounts = reviewer_of(session.get_one(Person, given.taker)), accounts_of(session, waiting)
    others = [row.id for row in waiting if not is_own(taker, *_told(accounts[row.holder]))]
    if not others:
        raise BadDelegation("Personne ne revoit son propre compte : choisissez quelqu'un d'autre.", field="taker")
    return others


def _told(accounts: Iterable[Held]) -> tuple[list[str], list[str]]:
    known = tuple(accounts)
    return [one.email for one in known], [one.name for one in known]


def _move(campaign: ReviewCampaign, what: str, before: str, after: str, by: Actor, at: datetime) -> ReviewMove:
    return ReviewMove(
        campaign_id=campaign.id, structure_id=campaign.structure_id, what=what, at=at, by=by.id, before=before,
        after=after, count=0,
    )  # fmt: skip


def _reason(words: str) -> str:
    said = " ".join(words.split())
    if sum(one.isalpha() for one in said) < FEWEST_LETTERS or len(said) > WORDS_LIMIT or not said.isprintable():
        raise Invalid(f"Dites pourquoi, en {WORDS_LIMIT} caractères au plus.", field="words")
    return said
