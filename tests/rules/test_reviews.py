"""What must hold of a review of accounts, whatever is stored (rule A24 and those it leans on)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.conventions.shipped import shipped
from governance.conventions.values.accounts import Profile
from reviews.closing import (
    LEAVING,
    Effect,
    NobodyLeft,
    Policy,
    Silence,
    Standing,
    Undecided,
    check_closable,
    check_someone_left,
    plan,
)
from reviews.facts import Change, Flag, Frame, Held, as_json, from_json, population, recommend
from reviews.pacing import Act, Pace, measure
from reviews.rules import (
    Answer,
    BadReview,
    Choice,
    DecidedMeanwhile,
    Motive,
    NeedsWords,
    NotOpen,
    Reviewer,
    State,
    check_answer,
    check_length,
    check_open,
    check_postponed,
    check_version,
    is_own,
    plain_name,
)
from reviews.timetable import YEARLY, check_period, longest_period, next_review, reminder

DAY = date(2026, 11, 23)
DUE = date(2026, 12, 14)
LATE = datetime(2026, 12, 15, 8, tzinfo=UTC)
GESTIONNAIRE, TECHNICIEN = Profile.GESTIONNAIRE, Profile.TECHNICIEN
KEEP, SUSPEND = Policy(Silence.KEEP), Policy(Silence.SUSPEND, 5)


def held(account: str = "c1", **facts: object) -> Held:
    """Return an account with nothing amiss."""
    usual = {
        "holder": account, "caisse": "artois", "profile": TECHNICIEN, "name": f"Personne {account}",
        "email": f"{account}@ccas.example", "committed_on": DAY, "trained_until": DUE,
    }  # fmt: skip
    return Held(account, **(usual | facts))  # type: ignore[arg-type]


def flags(*accounts: Held, **frame: object) -> tuple[Flag, ...]:
    entries = population(accounts, Frame(DAY, **frame), {one.account: one for one in accounts})  # type: ignore[arg-type]
    return next(entry.flags for entry in entries if entry.held == accounts[0])


def standing(entry: str, choice: Choice | None, profile: Profile = GESTIONNAIRE, caisse: str = "artois") -> Standing:
    return Standing(entry, caisse, profile, choice)


@pytest.mark.parametrize("code", ["S0", "S1", "S3", "S4"])
def test_A24_regular_means_a_year_at_most_where_the_convention_gives_no_period(code: str) -> None:
    terms = shipped()[code].on(DAY)

    longest = longest_period(terms.A24)

    assert longest == YEARLY == 12
    with pytest.raises(BadReview):
        check_period(13, longest)


def test_A24_a_convention_without_portal_accounts_has_nothing_to_review() -> None:
    terms = shipped()["S2"].on(DAY)

    assert longest_period(terms.A24) is None


def test_A24_the_next_review_comes_a_period_after_the_last_clamped_to_the_month() -> None:
    assert next_review(date(2026, 8, 31), None, 6) == date(2027, 2, 28)
    assert next_review(None, date(2026, 1, 1), 6) == date(2026, 7, 1)
    assert next_review(None, None, 6) is None


@pytest.mark.parametrize(
    ("facts", "flag"),
    [
        ({"left_on": DAY}, Flag.LEAVER),
        ({"declared": False}, Flag.UNDECLARED),
        ({"committed_on": None}, Flag.NO_COMMITMENT),
        ({"trained_until": DAY - timedelta(days=1)}, Flag.TRAINING),
        ({"trained_until": None}, Flag.TRAINING),
        ({"sign_in_known": True}, Flag.NEVER_SIGNED_IN),
        ({"sign_in_known": True, "last_sign_in": date(2026, 5, 22)}, Flag.DORMANT),
        ({"is_professional": False}, Flag.OUTSIDE_DOMAIN),
    ],
)
def test_an_account_is_flagged_for_what_is_amiss(facts: dict[str, object], flag: Flag) -> None:
    found = flags(held(**facts))

    assert found == (flag,)


def test_an_account_with_nothing_amiss_is_not_flagged() -> None:
    account = held(trained_until=DAY, sign_in_known=True, last_sign_in=DAY)

    assert flags(account) == ()


def test_A2_the_accounts_granted_last_are_those_beyond_the_ceiling() -> None:
    old = held("c1", profile=GESTIONNAIRE, granted_on=date(2024, 1, 1))
    new = held("c2", profile=GESTIONNAIRE, granted_on=date(2026, 1, 1))

    assert flags(old, new, ceilings={GESTIONNAIRE: 1}) == ()
    assert flags(new, old, ceilings={GESTIONNAIRE: 1}) == (Flag.OVER_QUOTA,)
    assert flags(new, held("c3", caisse="cote_opale", profile=GESTIONNAIRE), ceilings={GESTIONNAIRE: 1}) == ()


def test_A8_two_accounts_of_one_profile_are_a_duplicate_two_profiles_are_not() -> None:
    one, again = held("c1", name="Odile Lamarche"), held("c2", name="LAMARCHE Odîle")

    assert flags(one, again) == (Flag.DUPLICATE,)
    assert flags(one, held("c2", name="Odile Lamarche", profile=GESTIONNAIRE)) == ()


def test_A13_a_leaver_is_advised_to_be_revoked_before_anything_else_that_is_amiss() -> None:
    entry = population([held(left_on=DAY, committed_on=None)], Frame(DAY), {})[0]

    advice = recommend(entry)

    assert (advice.choice, advice.rule) == (Choice.REVOKE, "A13")


def test_an_account_is_new_changed_or_unchanged_since_its_last_review() -> None:
    now = [held("c1"), held("c2", email="neuf@ccas.example"), held("c3")]
    before = {"c2": held("c2"), "c3": held("c3", committed_on=None)}

    entries = {entry.held.account: entry for entry in population(now, Frame(DAY), before)}

    assert [entries[one].change for one in ("c1", "c2", "c3")] == [Change.NEW, Change.CHANGED, Change.UNCHANGED]
    assert entries["c2"].differences == ("email",)
    assert [entries[one].is_alone for one in ("c1", "c2", "c3")] == [True, True, False]


def test_what_needs_a_look_comes_first() -> None:
    accounts = [held("c1", name="Ada"), held("c2", name="Zoé", left_on=DAY)]

    entries = population(accounts, Frame(DAY), {one.account: one for one in accounts})

    assert [entry.held.name for entry in entries] == ["Zoé", "Ada"]


def test_facts_are_kept_as_they_were() -> None:
    account = held(granted_on=DAY, left_on=DUE, sign_in_known=True)

    assert from_json(as_json(account)) == account
    assert from_json({**as_json(account), "unknown_yet": 1}) == account


def test_A13_to_revoke_says_why_and_to_modify_says_what() -> None:
    for answer in (Answer(Choice.REVOKE), Answer(Choice.MODIFY), Answer(Choice.REVOKE, Motive.OTHER, " ! ")):
        with pytest.raises(NeedsWords):
            check_answer(answer)

    assert check_answer(Answer(Choice.REVOKE, Motive.LEFT)).motive is Motive.LEFT
    assert check_answer(Answer(Choice.MODIFY, Motive.LEFT, "nouvelle \n adresse")).words == "nouvelle adresse"
    assert check_answer(Answer(Choice.KEEP, Motive.LEFT)).motive is None


def test_nobody_reviews_their_own_account_nor_their_homonym_s() -> None:
    odile = Reviewer("p1", frozenset({"odile@ccas.example"}), frozenset({plain_name("Odile Lamarche")}))

    assert is_own(odile, ["Odile@CCAS.example"], ["Autre Nom"])
    assert is_own(odile, ["o.lamarche@ccas.example"], ["LAMARCHE Odile"])
    assert not is_own(odile, ["bruno@ccas.example"], ["Bruno Taillefer"])


@pytest.mark.parametrize("state", [State.SIGNED, State.CLOSED])
def test_a_decision_after_the_sign_off_is_refused(state: State) -> None:
    with pytest.raises(NotOpen):
        check_open(state)


def test_an_answer_from_a_page_that_is_out_of_date_is_refused() -> None:
    with pytest.raises(DecidedMeanwhile):
        check_version(0, 1)


def test_the_deadline_only_moves_later_and_within_bounds() -> None:
    check_postponed(DUE, DUE + timedelta(days=7), DAY)

    for to in (DUE, DAY, DAY + timedelta(days=61)):
        with pytest.raises(BadReview):
            check_postponed(DUE, to, DAY)
    with pytest.raises(BadReview):
        check_length(DAY, DAY)


def test_a_review_does_not_end_while_accounts_are_without_an_answer() -> None:
    before = datetime(2026, 12, 14, 22, 0, tzinfo=UTC)  # 23 h in Paris
    for choice in (None, Choice.UNKNOWN):
        with pytest.raises(Undecided):
            check_closable([standing("a", choice)], KEEP, DUE, before)

    check_closable([standing("a", Choice.KEEP)], KEEP, DUE, before)
    check_closable([standing("a", None)], KEEP, DUE, LATE)
    with pytest.raises(Undecided):
        check_closable([standing("a", None)], SUSPEND, DUE, LATE)
    check_closable([standing("a", None)], SUSPEND, DUE, LATE + timedelta(days=5))


def test_A11_answers_may_not_leave_a_caisse_without_gestionnaire() -> None:
    gone = [standing("a", Choice.REVOKE), standing("b", Choice.REVOKE)]

    with pytest.raises(NobodyLeft):
        check_someone_left(gone, {})
    check_someone_left(gone, {"artois": 1})
    check_someone_left([*gone, standing("c", None)], {})
    with pytest.raises(NobodyLeft):
        check_someone_left([*gone, standing("c", Choice.KEEP, caisse="cote_opale")], {})


def test_A11_silence_keeps_one_gestionnaire_and_suspends_the_others() -> None:
    planned = plan([standing("a", Choice.REVOKE), standing("b", None), standing("c", None)], SUSPEND, {})

    assert [one.effect for one in planned] == [Effect.REVOKED, Effect.RETAINED, Effect.SUSPENDED]


standings = st.lists(
    st.builds(
        Standing,
        st.uuids().map(str),
        st.sampled_from(["artois", "cote_opale"]),
        st.sampled_from(list(Profile)),
        st.none() | st.sampled_from(list(Choice)),
    ),
    max_size=12,
)


@given(standings, st.sampled_from([KEEP, SUSPEND]), st.dictionaries(st.just("artois"), st.integers(0, 2)))
def test_A11_no_closing_leaves_a_caisse_that_had_gestionnaires_with_none(
    final: list[Standing], policy: Policy, others: dict[str, int]
) -> None:
    planned = plan(final, policy, others)

    for caisse in {one.caisse for one in final if one.profile is GESTIONNAIRE}:
        kept = sum(
            one.standing.caisse == caisse and one.standing.profile is GESTIONNAIRE and one.effect not in LEAVING
            for one in planned
        )
        assert kept + others.get(caisse, 0) >= 1


@given(standings, st.sampled_from([KEEP, SUSPEND]))
def test_closing_says_what_becomes_of_every_account_once_and_never_against_an_answer(
    final: list[Standing], policy: Policy
) -> None:
    planned = plan(final, policy, {"artois": 1, "cote_opale": 1})

    assert [one.standing for one in planned] == final
    for one in planned:
        assert (one.effect is Effect.REVOKED) == (one.standing.choice is Choice.REVOKE)
        assert (one.effect in {Effect.SUSPENDED, Effect.KEPT_BY_SILENCE}) == one.standing.is_silent


def test_reminders_leave_at_fifteen_seven_and_one_days_each_once() -> None:
    opened, sent, left = DAY - timedelta(days=5), [], []

    for days in range(30):
        found = reminder(DUE, opened + timedelta(days=days), opened, sent)
        if found is not None:
            sent.append(found)
            left.append((DUE - opened).days - days)

    assert left == sent == [15, 7, 1]


def test_after_down_time_one_reminder_leaves_and_a_short_review_has_no_early_one() -> None:
    assert reminder(DUE, DUE - timedelta(days=6), DAY, []) == 7
    assert reminder(DUE, DUE - timedelta(days=6), DAY, [7]) is None
    assert reminder(DAY + timedelta(days=5), DAY + timedelta(days=2), DAY, []) is None
    assert reminder(DUE, DUE + timedelta(days=1), DAY, [7]) is None


def test_sixty_accounts_answered_in_twenty_seconds_are_told_hasty() -> None:
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    one_by_one = [Act("p", start + timedelta(seconds=i / 3), start) for i in range(1, 61)]
    together = [Act("p", start + timedelta(seconds=20), start, count=60, together=True)]

    for acts in (one_by_one, together):
        meter = measure(acts)
        assert meter is not None
        assert (meter.answers, meter.pace) == (60, Pace.HASTY)
        assert meter.seconds == pytest.approx(20, abs=0.1)


def test_a_pause_counts_for_five_minutes_and_a_page_left_open_for_no_more() -> None:
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)

    meter = measure([Act("p", start + timedelta(hours=3), start), Act("p", start + timedelta(hours=5), start)])

    assert meter is not None
    assert (meter.seconds, meter.pace, meter.share) == (600, Pace.STEADY, 0)


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000), st.integers(1, 100), st.booleans()), max_size=20))
def test_time_is_never_negative_nor_counted_twice_for_one_person(acts: list[tuple[int, int, int, bool]]) -> None:
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    built = [
        Act("p", start + timedelta(seconds=at), start + timedelta(seconds=shown), count, together)
        for at, shown, count, together in acts
    ]

    meter = measure(built)

    assert (meter is None) == (not acts)
    assert meter is None or 0 <= meter.seconds <= max(one[0] for one in acts) + 0.1
