"""What the portal, the staff and the signed commitments say against each other, each under its rule."""

from dataclasses import replace
from datetime import date

import pytest

from governance.conventions.values.accounts import Profile
from governance.habilitations.gaps.rules import RULES, Gap, GapKind, Held, Lists, gaps
from governance.habilitations.lists.lines import PortalLine, PortalState
from governance.habilitations.lists.plans import Known
from governance.habilitations.quotas import Room, Standing
from governance.habilitations.rules import State

ON = date(2026, 11, 23)
ZOE = Known("1", "zoe@ccas.example", "Lumière", "Zoé")
ACCOUNT = Held("a", "1", ZOE.email, "Lumière", "Zoé", Profile.TECHNICIEN, State.ACTIVE)
LINE = PortalLine(2, ZOE.email, "Lumière", "Zoé", Profile.TECHNICIEN)
AGREED = Lists(
    ON, (LINE,), frozenset({ZOE.email}), (ZOE,), (ACCOUNT,), frozenset({ZOE.email}), frozenset({"1"}),
    {"1": date(2027, 1, 1)},
)  # fmt: skip


def kinds(lists: Lists) -> list[GapKind]:
    return [one.kind for one in gaps(lists)]


def only(lists: Lists) -> Gap:
    (found,) = gaps(lists)
    return found


def test_three_lists_that_agree_leave_no_gap() -> None:
    assert gaps(AGREED) == ()


def test_A18_an_open_account_of_nobody_declared_is_told_first() -> None:
    stranger = replace(LINE, email="qui@ccas.example", last_name="Inconnu", last_seen_on=date(2026, 11, 2))

    found = only(replace(AGREED, portal=(LINE, stranger)))

    assert (found.kind, found.rule, found.email) == (GapKind.UNDECLARED, "A18", "qui@ccas.example")
    assert "02/11/2026" in found.said


def test_A13_somebody_who_left_and_still_has_an_account() -> None:
    gone = replace(AGREED, agents=(replace(ZOE, left_on=ON),))

    assert (only(gone).kind, only(gone).rule, only(gone).account_id) == (GapKind.LEFT, "A13", "a")


def test_A13_somebody_whom_the_staff_list_names_no_more() -> None:
    assert kinds(replace(AGREED, staff=frozenset())) == [GapKind.OFF_STAFF]
    assert kinds(replace(AGREED, staff=None)) == []


def test_A22_an_account_without_a_signed_commitment_and_the_reverse() -> None:
    assert kinds(replace(AGREED, committed=frozenset())) == [GapKind.NO_COMMITMENT]
    assert kinds(replace(AGREED, accounts=(), portal=())) == [GapKind.IDLE]
    assert kinds(replace(AGREED, accounts=(), portal=(), busy=frozenset({"1"}))) == []


@pytest.mark.parametrize(("until", "count"), [(date(2026, 11, 23), 0), (date(2026, 11, 22), 1), (None, 1)])
def test_S6r_a_training_holds_through_its_last_day(until: date | None, count: int) -> None:
    assert kinds(replace(AGREED, trained={"1": until})) == [GapKind.TRAINING] * count


def test_A20_an_address_outside_the_domains_of_the_structure() -> None:
    assert kinds(replace(AGREED, own=frozenset())) == [GapKind.DOMAIN]


@pytest.mark.parametrize(
    ("profile", "rule"), [(Profile.GESTIONNAIRE, "A2"), (Profile.TECHNICIEN, "A3")], ids=["A2", "A3"]
)
def test_A2_A3_more_accounts_than_the_size_allows(profile: Profile, rule: str) -> None:
    room = Room(profile, 6, 30, 5, Standing.OVER)

    assert (only(replace(AGREED, rooms=(room,))).rule, kinds(replace(AGREED, rooms=(room,)))) == (rule, [GapKind.QUOTA])


def test_A8_one_person_under_two_addresses_is_asked_about_and_two_profiles_are_not() -> None:
    twice = replace(LINE, email="z.lumiere@ccas.example", last_name="LUMIERE")
    both = replace(ACCOUNT, id="b", profile=Profile.GESTIONNAIRE)

    assert GapKind.TWICE in kinds(replace(AGREED, portal=(LINE, twice)))
    assert GapKind.TWICE not in kinds(replace(AGREED, accounts=(ACCOUNT, both)))


def test_A24_what_one_side_knows_and_the_other_does_not() -> None:
    assert kinds(replace(AGREED, accounts=())) == [GapKind.UNKNOWN_HERE]
    assert kinds(replace(AGREED, portal=())) == [GapKind.UNKNOWN_THERE]
    assert kinds(replace(AGREED, portal=(replace(LINE, state=PortalState.INACTIVE),))) == [GapKind.UNKNOWN_THERE]
    assert kinds(replace(AGREED, portal=None)) == []


def test_A6_an_account_that_the_caisse_opened_before_the_register_knew() -> None:
    assert GapKind.PENDING in kinds(replace(AGREED, accounts=(replace(ACCOUNT, state=State.REQUESTED),)))


def test_A9_data_that_differ_are_told_and_never_copied() -> None:
    found = only(replace(AGREED, portal=(replace(LINE, fonction="Médiatrice"),)))

    assert (found.kind, found.rule) == (GapKind.DIFFERENT, "A9")
    assert "Médiatrice" in found.said


def test_spelling_alone_is_no_difference() -> None:
    assert gaps(replace(AGREED, portal=(replace(LINE, last_name="LUMIERE", first_name="zoe"),))) == ()


def test_every_kind_of_gap_names_its_rule() -> None:
    assert set(RULES) == set(GapKind)
