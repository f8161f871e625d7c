"""Breaches and reviews are kept for their stated time, to the day; then each goes whole, and nothing of another."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from breach import forgetting as of_breaches
from breach import handling
from breach.tables import Breach
from governance.core.storage import Base
from governance.core.trail.tables import TrailEntry
from governance.destruction import files
from governance.destruction.files import Files
from governance.destruction.rules import State
from governance.destruction.tables import Destruction, LegalHold
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from reviews import forgetting as of_reviews
from reviews.ending import apply, sign_off
from reviews.tables import ReviewCampaign, ReviewRequest
from tests import breaches, reviewing
from tests.actions import noticing
from tests.conftest import Demonstration, on_sqlite

Sessions = sessionmaker[Session]
DAY = timedelta(days=1)
ENDED = date(2026, 12, 31)  # the last day of the convention
PAST = date(2032, 1, 2)  # five whole years after its first day over, and that day


def breach(session: Session, who: Demonstration, at: datetime) -> str:
    """Return a breach of which every table holds something, closed."""
    by = who.actor(Role.DPO)
    made = breaches.whole(session, by, at, who.people[Role.DPO])
    noticing.whole(session, made["breach"], made["duty"], by, at)
    handling.close(session, made["breach"], "Clés chiffrées", by=by, at=at, near_miss=True)
    return made["breach"]


def rows(sessions: Sessions, kind: Files, head: str) -> dict[str, int]:
    """Return how many rows of each table a file has."""
    top = Base.metadata.tables[kind.table]
    columns = [top.c.id, *(table.c[kind.link] for table in kind.parts())]
    with sessions() as session:
        return {one.table.name: session.scalar(select(func.count()).where(one == head)) or 0 for one in columns}


def night(sessions: Sessions, kind: Files, on: date) -> int:
    """Forget on a day; return how many files went."""
    return files.forget(sessions, (kind,), on, datetime.combine(on, time(4, 40), UTC))


def told(sessions: Sessions, kind: Files) -> list[tuple[str, dict[str, object]]]:
    """Return what the trail says of the files that went."""
    with sessions() as session:
        found = session.scalars(select(TrailEntry).where(TrailEntry.action == kind.action).order_by(TrailEntry.id))
        return [(one.subject, dict(one.details)) for one in found]


def test_a_breach_goes_whole_the_day_after_five_years_and_nothing_of_another(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        first = breach(session, demonstration, at)
    with sessions.begin() as session:
        second = breach(session, demonstration, at + DAY)
    full, other = rows(sessions, of_breaches.FILES, first), rows(sessions, of_breaches.FILES, second)
    last = date(at.year + 5, at.month, at.day)

    went = [night(sessions, of_breaches.FILES, day) for day in (last, last + DAY, last + DAY)]

    assert went == [0, 1, 0]
    assert all(full.values()) and not any(rows(sessions, of_breaches.FILES, first).values())
    assert rows(sessions, of_breaches.FILES, second) == other
    assert told(sessions, of_breaches.FILES) == [(first, {})]


@on_sqlite
def test_a_breach_that_was_joined_goes_with_the_one_it_was_joined_to(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    by = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        one, two, three = (breaches.declare(session, by, at, "S0") for _ in range(3))
        handling.merge(session, two, three, "Même vol", by=by, at=at)
        handling.merge(session, one, two, "Même vol", by=by, at=at)
    with sessions.begin() as session:
        handling.close(session, one, "Clés chiffrées", by=by, at=at + 9 * DAY, near_miss=True)

    soon = night(sessions, of_breaches.FILES, at.date() + timedelta(days=5 * 366))
    done = night(sessions, of_breaches.FILES, at.date() + timedelta(days=5 * 366 + 9))

    assert (soon, done) == (0, 1)
    assert {subject for subject, _ in told(sessions, of_breaches.FILES)} == {one, two, three}
    with sessions() as session:
        assert not session.scalars(select(Breach.id)).all()


def hold(who: Demonstration, at: datetime) -> LegalHold:
    """Return a hold that keeps everything of S0."""
    return LegalHold(
        structure_id=who.structure, convention="S0", tables=[], kind="dispute", reason="Contentieux", set_at=at,
        set_by="essai",
    )  # fmt: skip


def destruction(who: Demonstration, at: datetime) -> Destruction:
    """Return a destruction of S0 that nobody has agreed to yet."""
    return Destruction(
        structure_id=who.structure, convention="S0", state=State.OPENED.value, ended_on=at.date(), opened_at=at,
        opened_by="essai", grace_ends_at=at,
    )  # fmt: skip


@on_sqlite
@pytest.mark.parametrize("keeping", [hold, destruction])
def test_a_hold_or_a_destruction_to_come_keeps_a_breach_and_an_open_one_stays(
    sessions: Sessions, demonstration: Demonstration, at: datetime,
    keeping: Callable[[Demonstration, datetime], LegalHold | Destruction],
) -> None:  # fmt: skip
    with sessions.begin() as session:
        closed = breach(session, demonstration, at)
        still = breaches.declare(session, demonstration.actor(Role.DPO), at, "S0")
        session.add(keeping(demonstration, at))
    later = at.date() + timedelta(days=10 * 366)
    kept = night(sessions, of_breaches.FILES, later)
    with sessions.begin() as session:
        row = session.scalars(select(type(keeping(demonstration, at)))).one()
        session.delete(row)

    done = night(sessions, of_breaches.FILES, later)

    assert (kept, done) == (0, 1)
    with sessions() as session:
        assert session.scalars(select(Breach.id)).all() == [still] and closed != still


def review(sessions: Sessions, who: Demonstration, at: datetime, key: str) -> str:
    """Return a review of which every answer was given, closed."""
    ways, by = reviewing.Portal().ways(), who.actor(Role.GESTIONNAIRE)
    campaign = reviewing.opened(sessions, who, at, key=key)
    given = dict.fromkeys(reviewing.entries(sessions, campaign), reviewing.Answer(reviewing.Choice.KEEP))
    reviewing.reply(sessions, campaign, given, by, at)
    with sessions.begin() as session:
        sign_off(session, campaign, ways, by=by, at=at)
    apply(sessions, campaign, ways, at)
    return campaign


def request(who: Demonstration, at: datetime) -> ReviewRequest:
    """Return a request for which there was nothing to review."""
    return ReviewRequest(
        structure_id=who.structure, convention="S0", caisse="artois", asked_at=at, asked_by="essai",
        answer_by=at.date(),
    )  # fmt: skip


def end(sessions: Sessions, who: Demonstration, at: datetime) -> None:
    """Say that S0 ended with every caisse."""
    with sessions.begin() as session:
        by = command(who.structure)
        adopt_convention(session, who.structure, Adoption("S0", date(2025, 1, 1), ENDED), by=by, at=at)


def test_a_closed_review_goes_whole_the_day_after_five_years_from_the_end_of_its_convention(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    first, second = (review(sessions, demonstration, at, key) for key in ("une", "deux"))
    still = reviewing.opened(sessions, demonstration, at, key="ouverte")
    alive = night(sessions, of_reviews.FILES, PAST)
    end(sessions, demonstration, at)
    with sessions.begin() as session:
        session.add(request(demonstration, at))
    full = rows(sessions, of_reviews.FILES, first)

    went = [night(sessions, of_reviews.FILES, day) for day in (PAST - DAY, PAST, PAST)]

    assert (alive, went) == (0, [0, 2, 0])
    assert [night(sessions, of_reviews.REQUESTS, day) for day in (PAST - DAY, PAST, PAST)] == [0, 1, 0]
    assert full["review_entry"] == full["review_decision"] == 4
    assert not any(rows(sessions, of_reviews.FILES, first).values())
    assert {subject for subject, _ in told(sessions, of_reviews.FILES)} == {first, second}
    with sessions() as session:
        assert session.scalars(select(ReviewCampaign.id)).all() == [still]


def test_the_database_lets_go_the_answers_of_a_review_that_the_trail_says_gone_and_no_other(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    review(sessions, demonstration, at, "une")
    other = review(sessions, demonstration, at, "deux")
    end(sessions, demonstration, at)
    with sessions.begin() as session:
        session.add(hold(demonstration, at))

    kept = night(sessions, of_reviews.FILES, PAST)

    assert kept == 0
    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(text("DELETE FROM review_decision WHERE campaign_id = :one"), {"one": other})
