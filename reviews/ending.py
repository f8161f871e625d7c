"""Ending a review: signed off once, applied account by account and never twice, then closed with its certificate."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.values.accounts import Profile
from governance.core import trail
from governance.people.rules import Actor, Permission, require
from reviews.closing import (
    LEAVING,
    Effect,
    Planned,
    Policy,
    Silence,
    Standing,
    check_closable,
    check_someone_left,
    plan,
)
from reviews.moving import locked
from reviews.rules import Choice, State, check_open
from reviews.tables import ReviewCampaign, ReviewEntry

BATCH = 200  # accounts in one transaction
_CHUNK = 500  # identifiers in one statement


@dataclass(frozen=True, slots=True)
class Todo:
    """An account to end: which one, whether somebody answered so or nobody answered, and whose signature it is."""

    account: str
    entry: str
    structure: str
    profile: Profile
    is_silent: bool
    signer: str


@dataclass(frozen=True, slots=True)
class Ways:
    """What ending a review asks of other packages.

    `end` ends an account in the caller's transaction and says what came of it: REVOKED or SUSPENDED, RETAINED when it
    is a caisse's last gestionnaire, KEPT when there was nothing left to end. `others` counts by caisse the active
    gestionnaires that a review does not hold. `next_on` says when the next review opens. `certify` returns the
    certificate, signed.
    """

    end: Callable[[Session, Todo, datetime], Effect]
    others: Callable[[Session, str], Mapping[str, int]]
    next_on: Callable[[Session, str, datetime], date | None]
    certify: Callable[[Session, str, datetime], str]


def sign_off(session: Session, campaign_id: str, ways: Ways, *, by: Actor | str, at: datetime) -> None:
    """Sign a review off: its answers change no more, and what each account becomes is written down.

    Raises UnknownReview, Forbidden, NotOpen (a second signature), Undecided, NobodyLeft; `by` is an actor, or the job
    that ends a review when its policy covers what nobody answered.
    """
    campaign = locked(session, campaign_id)
    if isinstance(by, Actor):
        require(Permission.CLOSE_REVIEW, by, campaign.structure_id)
    check_open(State(campaign.state))
    standings, policy = standings_of(session, campaign_id), policy_of(campaign)
    check_closable(standings, policy, campaign.due, at)
    others = ways.others(session, campaign_id)
    if isinstance(by, Actor):
        check_someone_left(standings, others)
    told = _write(session, plan(standings, policy, others))
    campaign.state, campaign.signed_at = State.SIGNED.value, at
    campaign.signer = by.id if isinstance(by, Actor) else by
    session.flush()
    trail.record(session, "review.signed", campaign_id, by=by, structure=campaign.structure_id, at=at, count=told)


def apply(sessions: sessionmaker[Session], campaign_id: str, ways: Ways, at: datetime) -> int:
    """Apply what a signed review planned, a batch a transaction, then close it; return how many accounts it applied.

    Cut anywhere, it is taken up where it was: an account and its line of the review change together.
    """
    total = 0
    while True:
        with sessions.begin() as session:
            done = apply_some(session, campaign_id, ways, at, BATCH)
        if done == 0:
            break
        total += done
    with sessions.begin() as session:
        close(session, campaign_id, ways, at)
    return total


def apply_some(session: Session, campaign_id: str, ways: Ways, at: datetime, limit: int = BATCH) -> int:
    """Apply the next accounts of a signed review in this transaction; return how many, 0 when nothing is left."""
    campaign = locked(session, campaign_id)  # two at once would both find the same accounts
    if State(campaign.state) is not State.SIGNED:
        return 0
    stay = [effect.value for effect in Effect if effect not in LEAVING]
    mine, left = ReviewEntry.campaign_id == campaign_id, ReviewEntry.applied_at.is_(None)
    kept = update(ReviewEntry).where(mine, left, ReviewEntry.planned.in_(stay))
    # Most accounts stay: one statement for them all.
    changed = session.execute(kept.values(effect=ReviewEntry.planned, applied_at=at)).rowcount  # type: ignore[attr-defined]
    wanted = select(ReviewEntry).where(mine, left).order_by(ReviewEntry.rank).limit(limit)
    rows = session.scalars(wanted.execution_options(populate_existing=True)).all()
    for row in rows:
        row.effect = ways.end(session, _todo(campaign, row), at).value
        row.applied_at = at
    session.flush()
    return int(changed) + len(rows)


def close(session: Session, campaign_id: str, ways: Ways, at: datetime) -> bool:
    """Close a review whose accounts are all applied, with its certificate; return whether it was this call's doing."""
    campaign = locked(session, campaign_id)
    left = select(ReviewEntry.id).where(ReviewEntry.campaign_id == campaign_id, ReviewEntry.applied_at.is_(None))
    if State(campaign.state) is not State.SIGNED or session.scalar(left.limit(1)) is not None:
        return False
    campaign.state, campaign.closed_at, campaign.busy = State.CLOSED.value, at, None
    campaign.next_on = ways.next_on(session, campaign_id, at)
    session.flush()
    campaign.certificate = ways.certify(session, campaign_id, at)
    session.flush()
    by, structure = campaign.signer or "", campaign.structure_id
    trail.record(session, "review.closed", campaign_id, by=by, structure=structure, at=at, count=campaign.entries)
    return True


def standings_of(session: Session, campaign_id: str) -> tuple[Standing, ...]:
    """Return where each account of a review stands, in the order of the review."""
    wanted = select(ReviewEntry.id, ReviewEntry.caisse, ReviewEntry.profile, ReviewEntry.choice)
    rows = session.execute(wanted.where(ReviewEntry.campaign_id == campaign_id).order_by(ReviewEntry.rank))
    return tuple(
        Standing(entry, caisse, Profile(profile), Choice(choice) if choice else None)
        for entry, caisse, profile, choice in rows
    )


def policy_of(campaign: ReviewCampaign) -> Policy:
    """Return what silence comes to in a review, as it was chosen at opening."""
    return Policy(Silence(campaign.silence), campaign.grace)


def _write(session: Session, planned: Iterable[Planned]) -> dict[str, int]:
    """Write down what each account becomes; return how many of each."""
    by_effect: dict[Effect, list[str]] = defaultdict(list)
    for one in planned:
        by_effect[one.effect].append(one.standing.entry)
    for effect, entries in by_effect.items():
        for start in range(0, len(entries), _CHUNK):
            chosen = ReviewEntry.id.in_(entries[start : start + _CHUNK])
            session.execute(update(ReviewEntry).where(chosen).values(planned=effect.value))
    return {effect.value: len(entries) for effect, entries in by_effect.items()}


def _todo(campaign: ReviewCampaign, row: ReviewEntry) -> Todo:
    silent = row.planned == Effect.SUSPENDED
    return Todo(row.account, row.id, row.structure_id, Profile(row.profile), silent, campaign.signer or "")
