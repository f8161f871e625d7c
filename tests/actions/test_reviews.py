"""What is done with a review: opened, answered, moved, ended; once, by who may, with nothing lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.values.accounts import Profile
from governance.core.refusals import Forbidden, Refusal
from governance.core.trail.tables import TrailEntry
from governance.people.rules import Role
from reviews.assigning import CAISSE
from reviews.closing import Effect, NobodyLeft, Undecided
from reviews.deciding import Seen, answer, confirm
from reviews.ending import apply, apply_some, close, sign_off
from reviews.facts import Change
from reviews.moving import BadDelegation, Delegation, delegate, postpone
from reviews.opening import AlreadyOpen
from reviews.queries import Show, answers, lines, meter, progress
from reviews.rules import (
    Answer,
    BadReview,
    Choice,
    DecidedMeanwhile,
    NotOpen,
    NotYours,
    OneByOne,
    OwnAccount,
    State,
    UnknownReview,
)
from reviews.tables import ReviewCampaign, ReviewDecision, ReviewEntry
from tests.conftest import Demonstration, on_sqlite
from tests.reviewing import REVOKE, SUSPEND, Portal, account, entries, opened, reply

Sessions = sessionmaker[Session]
KEEP = Answer(Choice.KEEP)


def closed(sessions: Sessions, demonstration: Demonstration, at: datetime) -> str:
    """Open, answer and close a review of four accounts."""
    campaign = opened(sessions, demonstration, at, key="premiere")
    by = demonstration.actor(Role.GESTIONNAIRE)
    reply(sessions, campaign, dict.fromkeys(entries(sessions, campaign), KEEP), by, at)
    with sessions.begin() as session:
        sign_off(session, campaign, Portal().ways(), by=by, at=at)
    apply(sessions, campaign, Portal().ways(), at)
    return campaign


def told(sessions: Sessions, action: str) -> list[TrailEntry]:
    """Return what the trail says of an action."""
    with sessions() as session:
        return list(session.scalars(sa.select(TrailEntry).where(TrailEntry.action == action).order_by(TrailEntry.id)))


@on_sqlite
def test_A24_a_review_freezes_its_accounts_and_says_what_changed_since_the_last(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    closed(sessions, demonstration, at)
    later = at + timedelta(days=180)
    now = [account(1, at), account(2, at, email="autre@ccas.example"), account(3, at), account(9, at)]

    campaign = opened(sessions, demonstration, later, now)

    found = {name: Change(row.change) for name, row in entries(sessions, campaign).items()}
    assert found == {
        "c1": Change.UNCHANGED, "c2": Change.CHANGED, "c3": Change.UNCHANGED, "c9": Change.NEW,
    }  # fmt: skip


@on_sqlite
def test_one_whole_review_is_open_at_a_time_and_none_is_empty(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    opened(sessions, demonstration, at)

    with pytest.raises(AlreadyOpen):
        opened(sessions, demonstration, at, key="autre")
    with pytest.raises(BadReview):
        opened(sessions, demonstration, at, key="trop court", days=0)


@on_sqlite
def test_nobody_is_given_nor_may_answer_for_their_own_account(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    by = demonstration.actor(Role.GESTIONNAIRE)
    own = account(1, at, email=demonstration.email(Role.GESTIONNAIRE))
    second = account(3, at, holder=own.holder)  # the same person's other account, under another address

    campaign = opened(sessions, demonstration, at, [own, second, account(4, at)])

    rows = entries(sessions, campaign)
    assert {rows[one].reviewer for one in ("c1", "c3")} == {demonstration.people[Role.DPO]}  # the fallback
    assert rows["c4"].reviewer == by.id
    for name in ("c1", "c3"):
        with pytest.raises(OwnAccount):
            reply(sessions, campaign, {name: KEEP}, by, at)


@on_sqlite
def test_answers_are_kept_one_after_the_other_and_change_until_the_sign_off(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    campaign, by = opened(sessions, demonstration, at), demonstration.actor(Role.GESTIONNAIRE)

    reply(sessions, campaign, {"c3": REVOKE}, by, at)
    reply(sessions, campaign, {"c3": KEEP}, by, at)

    row = entries(sessions, campaign)["c3"]
    with sessions() as session:
        history = answers(session, [row.id])[row.id]
    assert [(one.number, one.choice) for one in history] == [(1, Choice.REVOKE), (2, Choice.KEEP)]
    assert row.choice == Choice.KEEP
    assert [one.details["choice"] for one in told(sessions, "review.answered")] == ["retirer", "garder"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE review_decision SET choice = 'retirer'",
        "UPDATE review_decision SET at = shown_at",
        "DELETE FROM review_decision",
    ],
)
def test_the_database_itself_refuses_to_rewrite_an_answer(
    sessions: Sessions, demonstration: Demonstration, at: datetime, statement: str
) -> None:
    campaign = opened(sessions, demonstration, at)
    reply(sessions, campaign, {"c3": KEEP}, demonstration.actor(Role.GESTIONNAIRE), at)

    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(sa.text(statement))


@on_sqlite
def test_an_answer_in_doubt_goes_to_the_DPO_who_answers_for_no_other(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    campaign, dpo = opened(sessions, demonstration, at), demonstration.actor(Role.DPO)
    with pytest.raises(NotYours):
        reply(sessions, campaign, {"c3": KEEP}, dpo, at)

    reply(sessions, campaign, {"c3": Answer(Choice.UNKNOWN)}, demonstration.actor(Role.GESTIONNAIRE), at)
    reply(sessions, campaign, {"c3": REVOKE}, dpo, at)

    assert entries(sessions, campaign)["c3"].choice == Choice.REVOKE


@on_sqlite
def test_who_is_no_reviewer_or_is_elsewhere_answers_for_nothing(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    campaign = opened(sessions, demonstration, at)

    strangers = [demonstration.actor(Role.TECHNICIEN), demonstration.actor(Role.GESTIONNAIRE, other=True)]
    for stranger in [*strangers, demonstration.actor(Role.AGENT_CAISSE)]:
        with pytest.raises(Forbidden):
            reply(sessions, campaign, {"c3": KEEP}, stranger, at)


@on_sqlite
def test_unchanged_accounts_are_confirmed_together_all_or_none_and_no_other(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    closed(sessions, demonstration, at)
    later, by = at + timedelta(days=180), demonstration.actor(Role.GESTIONNAIRE)
    campaign = opened(sessions, demonstration, later, [account(1, later), account(2, later), account(9, later)])
    rows = entries(sessions, campaign)
    seen = [Seen(rows[one].id, 0, later) for one in ("c1", "c2", "c9")]

    with pytest.raises(OneByOne), sessions.begin() as session:
        confirm(session, seen, by=by, at=later)
    with sessions.begin() as session:
        confirmed = confirm(session, seen[:2], by=by, at=later + timedelta(seconds=1))
    with pytest.raises(DecidedMeanwhile), sessions.begin() as session:
        confirm(session, seen[:2], by=by, at=later)

    with sessions() as session:
        decisions = session.scalars(sa.select(ReviewDecision).where(ReviewDecision.campaign_id == campaign)).all()
        measured, standing = meter(session, campaign), progress(session, [campaign])[campaign]
    assert confirmed == len(decisions) == 2
    assert len({one.batch for one in decisions}) == 1
    assert measured is not None and (measured.share, measured.seconds) == (100, 1.0)
    assert (standing.total, standing.answered, standing.alone_left, standing.together_left) == (3, 2, 1, 0)


def test_two_reviewers_answering_for_one_account_at_once_leave_one_answer(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    campaign = opened(sessions, demonstration, at)
    row, by = entries(sessions, campaign)["c3"], demonstration.actor(Role.GESTIONNAIRE)

    def act(given: Answer) -> None:
        with sessions.begin() as session:
            answer(session, Seen(row.id, 0, at), given, by=by, at=at)

    refused = at_once(lambda: act(KEEP), lambda: act(REVOKE))

    with sessions() as session:
        history = answers(session, [row.id])[row.id]
    assert len(history) == 1
    assert [type(one) for one in refused] == [DecidedMeanwhile]


def test_a_review_signed_by_two_at_once_is_signed_once_and_no_answer_slips_in(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    campaign, by = opened(sessions, demonstration, at), demonstration.actor(Role.GESTIONNAIRE)
    reply(sessions, campaign, dict.fromkeys(("c1", "c2", "c3", "c4"), KEEP), by, at)

    def sign() -> None:
        with sessions.begin() as session:
            sign_off(session, campaign, Portal().ways(), by=by, at=at)

    refused = at_once(sign, sign)

    assert [type(one) for one in refused] == [NotOpen]
    assert len(told(sessions, "review.signed")) == 1
    with pytest.raises(NotOpen):
        reply(sessions, campaign, {"c3": REVOKE}, by, at)


def test_a_job_killed_in_the_middle_of_applying_loses_nothing_and_applies_nothing_twice(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    held = [account(number, at) for number in range(1, 13)]
    campaign, by = opened(sessions, demonstration, at, held), demonstration.actor(Role.GESTIONNAIRE)
    given = {one.account: REVOKE if number >= 3 else KEEP for number, one in enumerate(held, 1)}
    reply(sessions, campaign, given, by, at)
    portal = Portal({one.account: one.profile for one in held})
    with sessions.begin() as session:
        sign_off(session, campaign, portal.ways(), by=by, at=at)

    with sessions.begin() as session:
        apply_some(session, campaign, portal.ways(), at, limit=4)
    with pytest.raises(RuntimeError), sessions.begin() as session:
        apply_some(session, campaign, Portal(dict(portal.active)).ways(), at, limit=4)
        raise RuntimeError("killed before its commit")
    with sessions.begin() as session:
        assert not close(session, campaign, portal.ways(), at)
    total = apply(sessions, campaign, portal.ways(), at)
    again = apply(sessions, campaign, portal.ways(), at)

    assert (total, again) == (6, 0)
    assert sorted(portal.ended) == sorted(one for one, choice in given.items() if choice is REVOKE)
    assert len(told(sessions, "review.closed")) == 1
    with sessions() as session:
        assert session.get_one(ReviewCampaign, campaign).state == State.CLOSED


def test_two_workers_applying_at_once_apply_each_account_once(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    held = [account(number, at) for number in range(1, 13)]
    campaign, by = opened(sessions, demonstration, at, held), demonstration.actor(Role.GESTIONNAIRE)
    reply(sessions, campaign, {one.account: REVOKE if one.account > "c2" else KEEP for one in held}, by, at)
    portal = Portal({one.account: one.profile for one in held})
    with sessions.begin() as session:
        sign_off(session, campaign, portal.ways(), by=by, at=at)

    at_once(lambda: apply(sessions, campaign, portal.ways(), at), lambda: apply(sessions, campaign, portal.ways(), at))

    assert len(portal.ended) == len(set(portal.ended)) == sum(one.account > "c2" for one in held)
    assert len(told(sessions, "review.closed")) == 1


@on_sqlite
def test_a_review_is_not_signed_while_accounts_wait_unless_its_policy_covers_them(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    campaign = opened(sessions, demonstration, at, policy=SUSPEND)
    by, portal = demonstration.actor(Role.GESTIONNAIRE), Portal({"c1": Profile.GESTIONNAIRE})
    reply(sessions, campaign, {"c3": KEEP}, by, at)
    with pytest.raises(Undecided), sessions.begin() as session:
        sign_off(session, campaign, portal.ways(), by=by, at=at + timedelta(days=22))

    late = at + timedelta(days=27)
    with sessions.begin() as session:
        sign_off(session, campaign, portal.ways(), by="service", at=late)
    apply(sessions, campaign, portal.ways(), late)

    effects = {name: row.effect for name, row in entries(sessions, campaign).items()}
    assert effects == {
        "c1": Effect.RETAINED, "c2": Effect.SUSPENDED, "c3": Effect.KEPT, "c4": Effect.SUSPENDED,
    }  # fmt: skip


@on_sqlite
def test_A11_answers_that_leave_no_gestionnaire_are_not_signed(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    campaign, by = opened(sessions, demonstration, at), demonstration.actor(Role.GESTIONNAIRE)
    reply(sessions, campaign, {"c1": REVOKE, "c2": REVOKE, "c3": KEEP, "c4": KEEP}, by, at)

    with pytest.raises(NobodyLeft), sessions.begin() as session:
        sign_off(session, campaign, Portal().ways(), by=by, at=at)
    with sessions.begin() as session:
        sign_off(session, campaign, Portal().ways({"artois": 1}), by=by, at=at)

    assert {row.planned for row in entries(sessions, campaign).values()} == {Effect.REVOKED, Effect.KEPT}


@on_sqlite
def test_a_session_that_holds_the_accounts_signs_and_applies_them_too(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    campaign, by = opened(sessions, demonstration, at), demonstration.actor(Role.GESTIONNAIRE)
    reply(sessions, campaign, dict.fromkeys(("c1", "c2", "c3", "c4"), KEEP), by, at)

    with sessions.begin() as session:
        held = session.scalars(sa.select(ReviewEntry).where(ReviewEntry.campaign_id == campaign)).all()
        sign_off(session, campaign, Portal().ways(), by=by, at=at)
        apply_some(session, campaign, Portal().ways(), at)

        assert {(row.planned, row.effect) for row in held} == {("garde", "garde")}
        assert all("ccas.example" in row.facts for row in held)


@on_sqlite
def test_the_deadline_moves_for_a_reason_only_and_never_silently(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    campaign, dpo = opened(sessions, demonstration, at), demonstration.actor(Role.DPO)
    to = at.date() + timedelta(days=30)
    with pytest.raises(Forbidden), sessions.begin() as session:
        postpone(session, campaign, to, "absence", by=demonstration.actor(Role.GESTIONNAIRE), at=at)
    with pytest.raises(Refusal), sessions.begin() as session:
        postpone(session, campaign, to, " ", by=dpo, at=at)

    with sessions.begin() as session:
        postpone(session, campaign, to, "Bruno est absent", by=dpo, at=at)

    with sessions() as session:
        row = session.get_one(ReviewCampaign, campaign)
    assert (row.due, row.first_due) == (to, at.date() + timedelta(days=21))
    assert told(sessions, "review.postponed")[0].details == {"before": str(row.first_due), "until": str(to)}


@on_sqlite
def test_accounts_are_delegated_with_a_trace_and_the_deadline_stays(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    campaign, by = opened(sessions, demonstration, at), demonstration.actor(Role.GESTIONNAIRE)
    dpo = demonstration.actor(Role.DPO)
    reply(sessions, campaign, {"c3": KEEP}, by, at)
    for giver, taker in ((dpo.id, by.id), (by.id, demonstration.people[Role.TECHNICIEN]), (by.id, by.id)):
        with pytest.raises(BadDelegation), sessions.begin() as session:
            delegate(session, campaign, Delegation(giver, taker, "congés"), by=by, at=at)

    with sessions.begin() as session:
        count = delegate(session, campaign, Delegation(by.id, dpo.id, "congés"), by=by, at=at)
    reply(sessions, campaign, {"c4": KEEP}, dpo, at)

    with sessions() as session:
        assert session.get_one(ReviewCampaign, campaign).due == at.date() + timedelta(days=21)
    assert count == 3
    assert told(sessions, "review.delegated")[0].details == {"from": by.id, "to": dpo.id, "count": 3}


@on_sqlite
def test_what_awaits_the_caisse_is_given_with_a_trace_to_the_DPO_and_never_to_whose_account_it_is(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    by, dpo = demonstration.actor(Role.GESTIONNAIRE), demonstration.actor(Role.DPO)
    own = account(1, at, email=demonstration.email(Role.GESTIONNAIRE))
    campaign = opened(sessions, demonstration, at, [own, account(4, at)])
    with sessions.begin() as session:  # as a review without a fallback gives the only gestionnaire's
        session.execute(sa.update(ReviewEntry).where(ReviewEntry.account == "c1").values(reviewer=CAISSE))

    with pytest.raises(BadDelegation), sessions.begin() as session:
        delegate(session, campaign, Delegation(CAISSE, by.id, "répondu par courriel"), by=dpo, at=at)
    with pytest.raises(BadDelegation), sessions.begin() as session:
        delegate(session, campaign, Delegation(CAISSE, dpo.id, "répondu par courriel"), by=by, at=at)
    with sessions.begin() as session:
        delegate(session, campaign, Delegation(CAISSE, dpo.id, "répondu par courriel"), by=dpo, at=at)
    reply(sessions, campaign, {"c1": KEEP}, dpo, at)

    assert told(sessions, "review.delegated")[0].details == {"from": CAISSE, "to": dpo.id, "count": 1}


@on_sqlite
def test_accounts_are_listed_by_what_they_ask_for(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    campaign, by = opened(sessions, demonstration, at), demonstration.actor(Role.GESTIONNAIRE)
    reply(sessions, campaign, {"c3": Answer(Choice.UNKNOWN), "c4": REVOKE}, by, at)

    with sessions() as session:
        counts = {show: lines(session, campaign, show)[1] for show in Show}
        with pytest.raises(UnknownReview):
            answer(session, Seen("inconnu", 0, at), KEEP, by=by, at=at)

    assert counts == {
        Show.TO_DECIDE: 3, Show.FLAGGED: 4, Show.UNCHANGED: 0, Show.DOUBTFUL: 1, Show.DECIDED: 1, Show.TO_MODIFY: 0,
        Show.ALL: 4,
    }  # fmt: skip


def at_once(*acts: Callable[[], object]) -> list[Refusal]:
    """Do acts at the same instant, each in its thread, and return what they were refused."""
    start, refused = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except Refusal as refusal:
            refused.append(refusal)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused
