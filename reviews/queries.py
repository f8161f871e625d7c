"""What may be read of reviews: the campaigns, their accounts, their answers, how they are done."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from governance.conventions.queries import find_convention
from governance.conventions.shown import caisse_names
from governance.people.rules import Actor, Permission, may, require, require_somewhere
from governance.people.tables import Structure
from reviews.assigning import CAISSE
from reviews.closing import Policy
from reviews.ending import policy_of
from reviews.facts import Advice, Change, Entry, Flag, Held, from_json, recommend
from reviews.pacing import Act, Meter, measure
from reviews.rules import Cause, Choice, Motive, State, UnknownReview
from reviews.tables import ReviewCampaign, ReviewDecision, ReviewEntry

PAGE = 100


class Show(StrEnum):
    """Which accounts of a review are listed."""

    TO_DECIDE = "a-decider"
    FLAGGED = "signales"
    UNCHANGED = "inchanges"
    DOUBTFUL = "incertains"
    DECIDED = "decides"
    TO_MODIFY = "a-modifier"
    ALL = "tous"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a review is: all accounts, those answered, those in doubt, those answered for alone and waiting."""

    total: int
    answered: int
    doubtful: int
    alone_left: int
    together_left: int

    @property
    def left(self) -> int:
        """Return how many accounts still await an answer."""
        return self.total - self.answered


@dataclass(frozen=True, slots=True)
class Campaign:
    """A review, read."""

    id: str
    structure: str
    structure_name: str
    convention: str
    cause: Cause
    caisse: str | None
    state: State
    opened_at: datetime
    opened_on: date
    first_due: date
    due: date
    answer_by: date | None
    policy: Policy
    fallback: str | None
    signed_at: datetime | None
    signer: str | None
    closed_at: datetime | None
    next_on: date | None
    certificate: str | None
    progress: Progress
    caisse_name: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An account of a review, as it is shown: what it was at opening, what is advised, what was answered."""

    id: str
    rank: int
    entry: Entry
    advice: Advice
    reviewer: str
    version: int
    choice: Choice | None
    effect: str | None
    answer: "Given | None" = None

    @property
    def is_waiting(self) -> bool:
        """Tell whether an answer is still awaited."""
        return self.choice is None or self.choice is Choice.UNKNOWN


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, read."""

    number: int
    choice: Choice
    motive: Motive | None
    words: str
    by: str
    at: datetime
    shown_at: datetime
    batch: str | None


def campaigns(session: Session, by: Actor) -> tuple[Campaign, ...]:
    """Return the reviews that the actor may follow, those under way first, the latest first; raises Forbidden."""
    require_somewhere(Permission.READ_REVIEW, by)
    order = (
        case((ReviewCampaign.state == State.CLOSED, 1), else_=0),
        ReviewCampaign.opened_at.desc(),
        ReviewCampaign.id,
    )
    rows = session.scalars(select(ReviewCampaign).order_by(*order)).all()
    seen = [row for row in rows if may(Permission.READ_REVIEW, by, row.structure_id, convention=row.convention)]
    return read(session, seen)


def find_campaign(session: Session, campaign_id: str, by: Actor) -> Campaign:
    """Return a review; raises UnknownReview, Forbidden."""
    row = session.get(ReviewCampaign, campaign_id)
    if row is None:
        raise UnknownReview("Cette revue n'existe pas.")
    require(Permission.READ_REVIEW, by, row.structure_id, convention=row.convention)
    return read(session, [row])[0]


def read(session: Session, rows: Sequence[ReviewCampaign]) -> tuple[Campaign, ...]:
    """Return rows as they are read, each with its progress."""
    known = progress(session, [row.id for row in rows])
    names = structure_names(session, {row.structure_id for row in rows})
    return tuple(
        Campaign(
            row.id, row.structure_id, names.get(row.structure_id, ""), row.convention, Cause(row.cause), row.caisse,
            State(row.state), row.opened_at, row.opened_on, row.first_due, row.due, row.answer_by, policy_of(row),
            row.fallback, row.signed_at, row.signer, row.closed_at, row.next_on, row.certificate,
            known.get(row.id, Progress(0, 0, 0, 0, 0)), _caisse(session, row),
        )
        for row in rows
    )  # fmt: skip


def _caisse(session: Session, row: ReviewCampaign) -> str | None:
    if row.caisse is None:
        return None
    return caisse_names(find_convention(session, row.convention, row.structure_id)).get(row.caisse, row.caisse)


def structure_names(session: Session, identifiers: set[str]) -> dict[str, str]:
    """Return the names of structures."""
    rows = session.execute(select(Structure.id, Structure.name).where(Structure.id.in_(sorted(identifiers))))
    return {one.id: one.name for one in rows}


def progress(session: Session, campaign_ids: Sequence[str]) -> dict[str, Progress]:
    """Return how far reviews are, counted over the accounts that the session sees."""

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    waits = is_waiting()
    alone = ReviewEntry.alone.is_(True)
    columns = (
        func.count(), count(~waits), count(ReviewEntry.choice == Choice.UNKNOWN), count(and_(waits, alone)),
        count(and_(waits, ~alone)),
    )  # fmt: skip
    wanted = select(ReviewEntry.campaign_id, *columns).where(ReviewEntry.campaign_id.in_(campaign_ids))
    rows = session.execute(wanted.group_by(ReviewEntry.campaign_id).order_by(ReviewEntry.campaign_id))
    return {campaign: Progress(*map(int, counts)) for campaign, *counts in rows}


def is_waiting() -> ColumnElement[bool]:
    """Return the condition that an account still awaits an answer, « ne sait pas » being none."""
    return or_(ReviewEntry.choice.is_(None), ReviewEntry.choice == Choice.UNKNOWN)


def lines(
    session: Session, campaign_id: str, show: Show, flag: Flag | None = None, page: int = 1, mine: str = ""
) -> tuple[tuple[Line, ...], int]:
    """Return a hundred accounts of a review at most, in its order, and how many there are in all.

    Those given to `mine` come first; a caisse has no others.
    """
    given = [ReviewEntry.reviewer == CAISSE] if mine == CAISSE else []
    wanted = select(ReviewEntry).where(ReviewEntry.campaign_id == campaign_id, *_shown(show), *given)
    order = ([case((ReviewEntry.reviewer == mine, 0), else_=1)] if mine else []) + [ReviewEntry.rank]
    rows = session.scalars(wanted.order_by(*order)).all() if flag else ()
    if flag is None:
        total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
        found = session.scalars(wanted.order_by(*order).limit(PAGE).offset(PAGE * (page - 1))).all()
    else:
        chosen = [row for row in rows if flag in row.flags]
        total, found = len(chosen), chosen[PAGE * (page - 1) : PAGE * page]
    return tuple(lines_of(session, found)), total


def find_line(session: Session, campaign_id: str, entry_id: str) -> Line:
    """Return an account of a review; raises UnknownReview."""
    row = session.get(ReviewEntry, entry_id)
    if row is None or row.campaign_id != campaign_id:
        raise UnknownReview("Ce compte n'est pas dans une revue que vous suivez.")
    return lines_of(session, [row])[0]


def waiting_for(session: Session, campaign_id: str) -> dict[str, int]:
    """Return how many accounts of a review still await the answer of each reviewer."""
    wanted = select(ReviewEntry.reviewer, func.count()).where(ReviewEntry.campaign_id == campaign_id, is_waiting())
    rows = session.execute(wanted.group_by(ReviewEntry.reviewer).order_by(ReviewEntry.reviewer))
    return {one[0]: one[1] for one in rows}


def answers(session: Session, entry_ids: Sequence[str]) -> Mapping[str, tuple[Given, ...]]:
    """Return every answer given for accounts, in order."""
    wanted = select(ReviewDecision).where(ReviewDecision.entry_id.in_(entry_ids))
    found: dict[str, list[Given]] = {}
    for row in session.scalars(wanted.order_by(ReviewDecision.entry_id, ReviewDecision.number)):
        found.setdefault(row.entry_id, []).append(given_of(row))
    return {entry: tuple(given) for entry, given in found.items()}


def given_of(row: ReviewDecision) -> Given:
    """Return an answer, read."""
    motive = Motive(row.motive) if row.motive else None
    return Given(row.number, Choice(row.choice), motive, row.words or "", row.by, row.at, row.shown_at, row.batch)


def acts(session: Session, campaign_id: str, by: str | None = None) -> tuple[Act, ...]:
    """Return the acts of a review, one person's or all: answers given together are one act."""
    mine = [] if by is None else [ReviewDecision.by == by]
    batch = func.coalesce(ReviewDecision.batch, ReviewDecision.id)
    wanted = select(
        ReviewDecision.by, ReviewDecision.at, func.min(ReviewDecision.shown_at), func.count(),
        func.max(ReviewDecision.batch),
    ).where(ReviewDecision.campaign_id == campaign_id, *mine)  # fmt: skip
    grouped = wanted.group_by(ReviewDecision.by, ReviewDecision.at, batch)
    rows = session.execute(grouped.order_by(ReviewDecision.at, ReviewDecision.by))
    return tuple(Act(who, at, shown, count, name is not None) for who, at, shown, count, name in rows)


def meter(session: Session, campaign_id: str, by: str | None = None) -> Meter | None:
    """Return how a review is done so far, by one person or by all."""
    return measure(acts(session, campaign_id, by))


def _shown(show: Show) -> tuple[ColumnElement[bool], ...]:
    conditions: Mapping[Show, tuple[ColumnElement[bool], ...]] = {
        Show.TO_DECIDE: (is_waiting(), ReviewEntry.alone.is_(True)),
        Show.UNCHANGED: (is_waiting(), ReviewEntry.alone.is_(False)),
        Show.FLAGGED: (ReviewEntry.alone.is_(True),),
        Show.DOUBTFUL: (ReviewEntry.choice == Choice.UNKNOWN,),
        Show.DECIDED: (~is_waiting(),),
        Show.TO_MODIFY: (ReviewEntry.choice == Choice.MODIFY,),
        Show.ALL: (),
    }
    return conditions[show]


def lines_of(session: Session, rows: Sequence[ReviewEntry]) -> list[Line]:
    """Return accounts as they are shown, in the same order."""
    answered = answers(session, [row.id for row in rows if row.version])
    return [_line(row, answered.get(row.id, ())) for row in rows]


def _line(row: ReviewEntry, given: Sequence[Given]) -> Line:
    held: Held = from_json(json.loads(row.facts))
    entry = Entry(held, Change(row.change), tuple(row.differences), tuple(Flag(one) for one in row.flags))
    choice = Choice(row.choice) if row.choice else None
    last = given[-1] if given else None
    return Line(row.id, row.rank, entry, recommend(entry), row.reviewer, row.version, choice, row.effect, last)
