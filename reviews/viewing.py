"""What the pages of a review show, gathered for one reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from governance.people.rules import Actor
from reviews.assigning import CAISSE
from reviews.deciding import bars
from reviews.facts import Flag
from reviews.pacing import Meter
from reviews.people import names_of, unseen_by
from reviews.queries import Campaign, Line, Show, lines, meter

FIRST_ALONE = 25  # cards on a page: more would only be scrolled


@dataclass(frozen=True, slots=True)
class Listed:
    """Accounts of a review, why the reader may not answer for some, and the names of whom they mention."""

    rows: Sequence[Line]
    total: int
    bars: Mapping[str, str]
    names: Mapping[str, str]

    @property
    def free(self) -> tuple[Line, ...]:
        """Return the accounts that the reader may answer for."""
        return tuple(one for one in self.rows if one.id not in self.bars)


@dataclass(frozen=True, slots=True)
class Board:
    """A review as its reader works on it: what to look at, what to confirm together, how it is being done."""

    campaign: Campaign
    alone: Listed
    together: Listed
    own: Meter | None


def board(session: Session, campaign: Campaign, by: Actor) -> Board:
    """Return the page of a reviewer: cards first, then the list to confirm; in each, what was given to the reader."""
    alone, together = (
        _listed(session, lines(session, campaign.id, show, mine=CAISSE if by.caisse else by.id), by)
        for show in (Show.TO_DECIDE, Show.UNCHANGED)
    )
    cards = Listed(alone.rows[:FIRST_ALONE], alone.total, alone.bars, alone.names)
    return Board(campaign, cards, together, meter(session, campaign.id, by.id))


def listed(
    session: Session, campaign: Campaign, by: Actor, show: Show, flag: Flag | None = None, page: int = 1
) -> Listed:
    """Return accounts of a review for a reader."""
    return _listed(session, lines(session, campaign.id, show, flag, page), by)


def _listed(session: Session, found: tuple[Sequence[Line], int], by: Actor) -> Listed:
    rows, total = found
    return Listed(rows, total, bars(session, [one.id for one in rows], by), _names(session, rows, by))


def _names(session: Session, rows: Sequence[Line], by: Actor) -> Mapping[str, str]:
    who = {one.reviewer for one in rows} | {one.answer.by for one in rows if one.answer}
    return names_of(session, who, unseen_by(by))


@dataclass(frozen=True, slots=True)
class Share:
    """What a reviewer still has to answer, and how they have done so far."""

    id: str
    name: str
    waiting: int
    meter: Meter | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline or accounts that moved, in words."""

    at: datetime
    by: str
    what: str
    before: str
    after: str
    count: int
    words: str
