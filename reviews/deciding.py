"""Answering for accounts: one by one, or together for those that have not changed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.refusals import Refusal
from governance.core.storage import new_id
from governance.people.rules import Actor, Kind, Permission, Role, require
from reviews.assigning import check_may_answer
from reviews.facts import Held, from_json
from reviews.people import asked_by, persons_in, reviewer_of
from reviews.rules import (
    BULK_LIMIT,
    Answer,
    Choice,
    OneByOne,
    State,
    UnknownReview,
    check_answer,
    check_open,
    check_version,
    is_own,
)
from reviews.tables import ReviewCampaign, ReviewDecision, ReviewEntry

OLDEST_PAGE = timedelta(hours=12)  # a page kept open longer than a session tells no time


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page showed: the account, how many answers it had, and when the page was made."""

    entry: str
    version: int
    shown_at: datetime


def answer(session: Session, seen: Seen, given: Answer, *, by: Actor, at: datetime) -> str:
    """Record an answer for one account, in the place of the former, and return the review's identifier.

    Raises UnknownReview, Forbidden (OwnAccount, NotYours), NotOpen, NeedsWords, DecidedMeanwhile.
    """
    campaign = _open_campaign(session, _campaign_of(session, [seen.entry]), by)
    given = check_answer(given)
    entry = _locked(session, campaign, [seen.entry])[0]
    _check_whose(session, [entry], by)
    check_version(seen.version, entry.version)
    _decide(session, entry, given, _Act(by.id, at, _shown(seen.shown_at, at)))
    if given.choice is Choice.UNKNOWN:
        _give_to_dpo(session, entry)
    session.flush()
    told = {"choice": given.choice.value, "motive": given.motive and given.motive.value, "number": entry.rank}
    trail.record(session, "review.answered", entry.id, by=by, structure=campaign.structure_id, at=at, **told)
    return campaign.id


def confirm(session: Session, listed: Sequence[Seen], *, by: Actor, at: datetime) -> int:
    """Keep together accounts that have not changed and have nothing amiss, all listed; return how many.

    Raises as `answer` does, and OneByOne for an account that is to be answered for alone. All or none.
    """
    campaign = _open_campaign(session, _campaign_of(session, [one.entry for one in listed]), by)
    if len(listed) > BULK_LIMIT:
        raise OneByOne(f"Confirmez au plus {BULK_LIMIT} comptes à la fois : ceux de la page.")
    versions = {one.entry: one.version for one in listed}
    entries = _locked(session, campaign, sorted(versions))
    if any(entry.alone for entry in entries):
        raise OneByOne("Un de ces comptes a changé ou demande un regard : répondez pour lui seul.")
    _check_whose(session, entries, by)
    act = _Act(by.id, at, _shown(min(one.shown_at for one in listed), at), new_id())
    for entry in entries:
        check_version(versions[entry.id], entry.version)
        _decide(session, entry, Answer(Choice.KEEP), act)
    session.flush()
    told = {"count": len(entries), "batch": act.batch}
    trail.record(session, "review.confirmed", campaign.id, by=by, structure=campaign.structure_id, at=at, **told)
    return len(entries)


@dataclass(frozen=True, slots=True)
class _Act:
    by: str
    at: datetime
    shown_at: datetime
    batch: str | None = None


def bars(session: Session, entry_ids: Sequence[str], by: Actor) -> dict[str, str]:
    """Return, for the accounts that the actor may not answer for, why: the others have no line."""
    wanted = select(ReviewEntry).where(ReviewEntry.id.in_(entry_ids)).order_by(ReviewEntry.rank)
    entries = session.scalars(wanted).all()
    if not entries or by.kind is Kind.COMMAND:
        return {}
    asked, accounts = asked_by(session, by, entries[0].structure_id), accounts_of(session, entries)
    found = {}
    for entry in entries:
        try:
            check_may_answer(asked, entry.reviewer, entry.choice == Choice.UNKNOWN, accounts[entry.holder])
        except Refusal as refusal:
            found[entry.id] = refusal.message
    return found


def accounts_of(session: Session, entries: Sequence[ReviewEntry]) -> dict[str, list[Held]]:
    """Return every account in a review of those who hold these, by holder."""
    found: dict[str, list[Held]] = defaultdict(list)
    for one in _of_holders(session, entries):
        found[one.holder].append(from_json(json.loads(one.facts)))
    return found


def _campaign_of(session: Session, entries: Sequence[str]) -> str:
    wanted = select(ReviewEntry.campaign_id).where(ReviewEntry.id.in_(entries[:BULK_LIMIT])).distinct()
    found = session.scalars(wanted.order_by(ReviewEntry.campaign_id)).all()
    if len(found) != 1:
        raise UnknownReview("Ce compte n'est pas dans une revue que vous suivez.")
    return found[0]


def _open_campaign(session: Session, campaign_id: str, by: Actor) -> ReviewCampaign:
    # Shared with other answers, and waiting for whoever signs off: no answer slips in after the signature.
    row = session.get(ReviewCampaign, campaign_id, with_for_update={"read": True})
    if row is None:
        raise UnknownReview("Cette revue n'existe pas.")
    require(Permission.REVIEW_ACCOUNTS, by, row.structure_id, convention=row.convention)
    check_open(State(row.state))
    return row


def _locked(session: Session, campaign: ReviewCampaign, identifiers: Sequence[str]) -> list[ReviewEntry]:
    wanted = select(ReviewEntry).where(ReviewEntry.campaign_id == campaign.id, ReviewEntry.id.in_(identifiers))
    rows = session.scalars(
        wanted.order_by(ReviewEntry.rank).with_for_update().execution_options(populate_existing=True)
    )
    found = list(rows)
    if len(found) != len(identifiers):
        raise UnknownReview("Ce compte n'est pas dans cette revue.")
    return found


def _check_whose(session: Session, entries: Sequence[ReviewEntry], by: Actor) -> None:
    if by.kind is Kind.COMMAND:
        return
    asked, accounts = asked_by(session, by, entries[0].structure_id), accounts_of(session, entries)
    for entry in entries:
        check_may_answer(asked, entry.reviewer, entry.choice == Choice.UNKNOWN, accounts[entry.holder])


def _of_holders(session: Session, entries: Sequence[ReviewEntry]) -> Iterable[ReviewEntry]:
    holders = sorted({entry.holder for entry in entries})
    wanted = select(ReviewEntry).where(
        ReviewEntry.campaign_id == entries[0].campaign_id, ReviewEntry.holder.in_(holders)
    )
    return session.scalars(wanted.order_by(ReviewEntry.rank)).all()


def _give_to_dpo(session: Session, entry: ReviewEntry) -> None:
    """Ask the DPO, who is then reminded in the place of who did not know; never about their own account."""
    accounts = [from_json(json.loads(one.facts)) for one in _of_holders(session, [entry])]
    addresses, names = [one.email for one in accounts], [one.name for one in accounts]
    dpos = (reviewer_of(one) for one in persons_in(session, entry.structure_id, [Role.DPO]))
    able = next((one for one in dpos if not is_own(one, addresses, names)), None)
    entry.reviewer = able.id if able else entry.reviewer


def _decide(session: Session, entry: ReviewEntry, given: Answer, act: _Act) -> None:
    entry.version += 1
    entry.choice = given.choice.value
    session.add(
        ReviewDecision(
            campaign_id=entry.campaign_id, entry_id=entry.id, structure_id=entry.structure_id,
            convention=entry.convention, caisse=entry.caisse, number=entry.version, choice=given.choice.value,
            motive=given.motive and given.motive.value, words=given.words or None, batch=act.batch, by=act.by,
            at=act.at, shown_at=act.shown_at,
        )
    )  # fmt: skip


def _shown(shown_at: datetime, at: datetime) -> datetime:
    """Return when the page was made, never after the answer nor more than half a day before."""
    return max(at - OLDEST_PAGE, min(shown_at, at))
