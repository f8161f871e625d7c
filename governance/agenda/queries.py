"""What a person may read of their own agenda's settings, and whose feed a secret opens."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.agenda.rules import USUAL_DAYS
from governance.agenda.tables import CalendarLink, MorningMail
from governance.core.refusals import NotFound
from governance.people.accounts.queries import hash_token


class UnknownFeed(NotFound):
    """No agenda is behind this address any more."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """How far the morning mail looks, and since when a calendar program may read, if one may."""

    days: int
    link_made_at: datetime | None
    link_read_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedView:
    """The feed that a secret opens: whose, and when it was last read."""

    id: str
    person_id: str
    read_at: datetime | None


def preferences(session: Session, person_id: str) -> Preferences:
    """Return a person's own choices."""
    link = session.scalar(select(CalendarLink).where(CalendarLink.person_id == person_id))
    made, read = (link.made_at, link.read_at) if link else (None, None)
    return Preferences(horizon(session, person_id), made, read)


def horizon(session: Session, person_id: str) -> int:
    """Return how many days ahead a person's morning mail looks, 0 for none."""
    row = session.get(MorningMail, person_id)
    return USUAL_DAYS if row is None else row.days


def find_feed(session: Session, secret: str) -> FeedView:
    """Return the feed of a secret; raises UnknownFeed, in the same words whatever the reason."""
    row = session.scalar(select(CalendarLink).where(CalendarLink.hash == hash_token(secret)))
    if row is None:
        raise UnknownFeed("Cet agenda n'existe pas, ou n'existe plus : refaites le lien depuis « Mon compte ».")
    return FeedView(row.id, row.person_id, row.read_at)
