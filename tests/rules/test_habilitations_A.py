"""Rules A1 to A24 as values decide them, in each of the five conventions: no database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.conventions.holidays import holidays_of
from governance.conventions.shipped import shipped
from governance.conventions.terms import Terms, Zone
from governance.conventions.values.accounts import AccountField, Link, Profile, Unlimited
from governance.conventions.values.parties import Party
from governance.core.refusals import Invalid
from governance.habilitations.agents.rules import (
    RULE_OF,
    Attested,
    BadAddress,
    Check,
    DomainKind,
    Tie,
    check_address,
    check_until,
    missing,
    shipped_webmails,
)
from governance.habilitations.presenting import STATES, said_room
from governance.habilitations.quotas import NoSize, OverQuota, Standing, check_room, room
from governance.habilitations.rules import (
    CUTTABLE,
    INACTIVE,
    LIVE,
    NEXT,
    OPEN,
    LastOne,
    NotNow,
    State,
    TooShort,
    check_day,
    check_last,
    check_next,
    granted_after_signature,
    granted_by,
    hidden_on,
    notice,
)

DAY = date(2026, 3, 2)
PORTALS = ("S0", "S1", "S3", "S4")
EVERY = (*PORTALS, "S2")


def terms(code: str) -> Terms:
    return shipped()[code].on(DAY)


def standing(code: str, profile: Profile, members: int | None, held: int) -> Standing:
    cited = terms(code).A2 if profile is Profile.GESTIONNAIRE else terms(code).A3
    return room(profile, cited, members, held).standing


@pytest.mark.parametrize("code", EVERY)
def test_A1_the_portal_has_two_profiles_save_where_the_file_holds_no_convention_of_use(code: str) -> None:
    rule = terms(code).A1.operative

    assert (None if rule is None else set(rule.profiles)) == (None if code == "S2" else set(Profile))
    assert (rule is not None and rule.named_in_contract) is (code == "S4")


@pytest.mark.parametrize("code", ["S0", "S1", "S3"])
@pytest.mark.parametrize(("members", "allowed"), [(1, 2), (10, 2), (11, 3), (25, 3), (26, 5), (27, 5), (4_000, 5)])
def test_A2_gestionnaires_are_two_three_or_five_and_the_ends_of_bands_count(
    code: str, members: int, allowed: int
) -> None:
    assert standing(code, Profile.GESTIONNAIRE, members, allowed - 1) is Standing.ROOM
    assert standing(code, Profile.GESTIONNAIRE, members, allowed) is Standing.FULL
    assert standing(code, Profile.GESTIONNAIRE, members, allowed + 1) is Standing.OVER


@pytest.mark.parametrize("members", [None, 1, 10, 500])
def test_A2_S4_has_five_at_most_whatever_the_size_and_asks_for_none(members: int | None) -> None:
    assert standing("S4", Profile.GESTIONNAIRE, members, 4) is Standing.ROOM
    assert standing("S4", Profile.GESTIONNAIRE, members, 5) is Standing.FULL


def test_A2_an_unknown_size_gives_no_ceiling_and_lets_nothing_be_asked() -> None:
    found = room(Profile.GESTIONNAIRE, terms("S3").A2, None, 0)

    assert found.standing is Standing.UNKNOWN
    with pytest.raises(NoSize):
        check_room(found, "S3, CU art. 2.2")


def test_A2_a_structure_that_shrinks_keeps_its_accounts_and_is_told() -> None:
    before, after = (room(Profile.GESTIONNAIRE, terms("S3").A2, members, 5) for members in (26, 25))

    assert (before.standing, after.standing) == (Standing.FULL, Standing.OVER)
    assert "les comptes restent" in said_room(after).word
    with pytest.raises(OverQuota):
        check_room(after, "S3, CU art. 2.2")


@pytest.mark.parametrize(
    ("code", "members", "ceiling"),
    [
        ("S0", 10, 5), ("S0", 11, 15), ("S0", 25, 15), ("S0", 26, Unlimited.UNLIMITED),
        ("S3", 10, 5), ("S3", 11, 15), ("S3", 25, 15), ("S3", 26, 25),
        ("S1", 10, Unlimited.UNLIMITED), ("S1", 26, Unlimited.UNLIMITED), ("S4", 26, None), ("S2", 26, None),
    ],
)  # fmt: skip
def test_A3_techniciens_are_counted_as_each_convention_says(
    code: str, members: int, ceiling: int | Unlimited | None
) -> None:
    assert room(Profile.TECHNICIEN, terms(code).A3, members, 0).ceiling == ceiling


def test_A3_K4_above_25_techniciens_S0_warns_and_does_not_block() -> None:
    below, above = (room(Profile.TECHNICIEN, terms("S0").A3, 300, held) for held in (25, 26))

    check_room(above, "S0, CU art. 2.2.1")

    assert (below.warns, above.warns) == (False, True)


def test_A3_K5_S1_has_no_ceiling_and_an_exact_count() -> None:
    found = room(Profile.TECHNICIEN, terms("S1").A3, 300, 137)

    assert (found.standing, found.exact, found.held) == (Standing.FREE, True, 137)


@pytest.mark.parametrize("code", EVERY)
def test_A4_the_caisse_counts_gestionnaires_and_the_partner_techniciens(code: str) -> None:
    rule = terms(code).A4.operative

    if code in {"S2", "S4"}:
        assert rule is None
    else:
        assert (rule.gestionnaires, rule.techniciens) == (Party.CAISSE, Party.PARTNER)


@pytest.mark.parametrize("code", PORTALS)
def test_A5_a_request_gives_the_caisse_six_data(code: str) -> None:
    rule = terms(code).A5.operative

    assert set(rule.fields) == set(AccountField) - {AccountField.NEW_NAME}


@pytest.mark.parametrize("code", PORTALS)
def test_A6_the_caisse_has_five_working_days_and_holidays_do_not_count(code: str) -> None:
    delay = terms(code).A6.operative
    holidays = holidays_of(Zone.METROPOLE)

    assert granted_by(delay, date(2026, 3, 2), holidays) == date(2026, 3, 9)
    assert granted_by(delay, date(2026, 4, 3), holidays) == date(2026, 4, 13)  # Easter Monday is no working day
    assert granted_by(delay, date(2026, 4, 30), holidays) == date(2026, 5, 11)  # nor are the 1st and the 8th of May


def test_A6_the_holidays_are_those_of_the_zone_of_the_caisse() -> None:
    delay = terms("S3").A6.operative

    assert granted_by(delay, date(2026, 4, 2), holidays_of(Zone.METROPOLE)) == date(2026, 4, 10)
    assert granted_by(delay, date(2026, 4, 2), holidays_of(Zone.ALSACE_MOSELLE)) == date(2026, 4, 13)


@pytest.mark.parametrize("code", PORTALS)
def test_A6_K6_a_second_clock_runs_five_days_from_the_signature(code: str) -> None:
    delay = terms(code).A6.operative

    assert granted_after_signature(delay, date(2026, 4, 30)) == date(2026, 5, 5)
    assert granted_after_signature(delay, None) is None


@pytest.mark.parametrize("code", PORTALS)
def test_A7_a_technicien_is_created_by_a_gestionnaire_not_by_the_caisse(code: str) -> None:
    assert not terms(code).A7.operative.on_partner_request


@pytest.mark.parametrize("code", PORTALS)
def test_A8_both_profiles_are_two_separate_accounts(code: str) -> None:
    assert terms(code).A8.operative is True


@pytest.mark.parametrize("code", PORTALS)
def test_A9_four_data_of_a_gestionnaire_change_and_only_through_the_caisse(code: str) -> None:
    rule = terms(code).A9.operative

    assert rule.on_partner_request
    assert set(rule.fields) == {
        AccountField.TELEPHONE, AccountField.EMAIL, AccountField.FONCTION, AccountField.NEW_NAME,
    }  # fmt: skip


@pytest.mark.parametrize("code", PORTALS)
def test_A10_K7_fifteen_days_before_or_sooner_with_a_reason(code: str) -> None:
    rule = terms(code).A10.operative

    assert notice(rule, DAY, DAY + timedelta(days=15), "").is_short is False
    assert notice(rule, DAY, DAY + timedelta(days=14), "Départ").is_short is True
    with pytest.raises(TooShort):
        notice(rule, DAY, DAY + timedelta(days=14), "  ")
    with pytest.raises(Invalid):
        notice(rule, DAY, DAY - timedelta(days=1), "Départ")
    assert rule.cut_on_receipt


@pytest.mark.parametrize("code", EVERY)
def test_A11_K8_the_last_gestionnaire_is_never_taken_away_by_the_ordinary_way(code: str) -> None:
    rule = terms(code).A11.operative

    check_last(rule, 1)

    with pytest.raises(LastOne):
        check_last(rule, 0)
    assert rule is None or rule.security_cut


@pytest.mark.parametrize("code", PORTALS)
def test_A12_A13_A14_techniciens_stay_pass_on_and_follow_every_convention(code: str) -> None:
    held = terms(code)

    assert (held.A12.operative, held.A13.operative, held.A14.operative) == (True, True, True)


@pytest.mark.parametrize("code", PORTALS)
@pytest.mark.parametrize(
    ("inactive", "hidden"),
    [
        (date(2026, 3, 2), date(2026, 9, 2)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 30), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
    ],
)
def test_A15_six_calendar_months_and_the_month_s_end_at_the_latest(code: str, inactive: date, hidden: date) -> None:
    assert hidden_on(terms(code).A15.operative, inactive) == hidden


@pytest.mark.parametrize("code", PORTALS)
def test_A16_A21_A22_what_binds_users_is_told_with_its_article(code: str) -> None:
    for rule in ("A16", "A21", "A22"):
        cited = terms(code).rule(rule)
        assert cited.operative and cited.article


@pytest.mark.parametrize("code", PORTALS)
def test_A17_no_account_serves_before_its_conditions_are_accepted(code: str) -> None:
    assert terms(code).A17.operative is True
    assert {state for state, after in NEXT.items() if State.ACTIVE in after and state in LIVE} == {
        State.GRANTED, State.NOTICE,
    }  # fmt: skip


@pytest.mark.parametrize("code", PORTALS)
def test_A18_ties_are_those_the_convention_names(code: str) -> None:
    assert set(terms(code).A18.operative) == set(Link)
    assert len(Tie) == len(Link)


@pytest.mark.parametrize("code", EVERY)
def test_A18_to_A22_every_check_says_which_rule_asks_for_it(code: str) -> None:
    for check in Check:
        cited = terms(code).rule(RULE_OF[check])
        assert code == "S2" or cited.article or check is Check.TRAINING
    assert dict(RULE_OF) == {
        Check.LINK: "A18", Check.DEVICE: "A19", Check.EMAIL: "A20", Check.COMMITMENT: "A22", Check.TRAINING: "S6r",
    }  # fmt: skip


def test_A19_A22_what_is_not_attested_or_no_longer_is_missing() -> None:
    held = [
        Attested(Check.LINK, DAY),
        Attested(Check.DEVICE, DAY, withdrawn=True),
        Attested(Check.TRAINING, DAY, until=DAY),
    ]

    assert missing(held, DAY) == (Check.EMAIL, Check.DEVICE, Check.COMMITMENT)
    assert missing(held, DAY + timedelta(days=1)) == (Check.EMAIL, Check.DEVICE, Check.COMMITMENT, Check.TRAINING)


def test_A20_only_addresses_of_the_structure_s_domains_are_accepted() -> None:
    said = {"ccas.example": DomainKind.OWN, "voisin.example": DomainKind.WEBMAIL}

    check_address("agent@CCAS.example", said)

    for refused in ("agent@gmail.com", "agent@orange.fr", "agent@voisin.example", "agent@ailleurs.example"):
        with pytest.raises(BadAddress) as caught:
            check_address(refused, said)
        assert refused not in caught.value.message
        assert caught.value.field == "email"


def test_A20_the_list_of_webmails_is_clean_and_a_structure_may_take_a_domain_out_of_it() -> None:
    assert all(one == one.strip().lower() and "." in one for one in shipped_webmails())
    with pytest.raises(BadAddress, match="Ce domaine n'est pas"):
        check_address("agent@free.fr", {"free.fr": DomainKind.NOT_WEBMAIL})


def test_a_training_says_until_when_it_holds() -> None:
    with pytest.raises(Invalid, match="jusqu'à quand"):
        check_until(Check.TRAINING, DAY, None, DAY)
    with pytest.raises(Invalid, match="déjà passée"):
        check_until(Check.TRAINING, DAY, DAY - timedelta(days=1), DAY)
    with pytest.raises(Invalid, match="pas encore venu"):
        check_until(Check.LINK, DAY + timedelta(days=1), None, DAY)


@pytest.mark.parametrize("code", PORTALS)
def test_A23_an_exclusion_waits_for_nothing(code: str) -> None:
    rule = terms(code).A23.operative

    assert str(rule.user) == "immédiatement"
    assert {state for state in LIVE if State.CUT in NEXT[state]} == {State.GRANTED, State.ACTIVE, State.NOTICE}
    assert {state for state, after in NEXT.items() if State.CUT in after} == CUTTABLE


@pytest.mark.parametrize("code", PORTALS)
def test_A24_tables_are_refreshed_at_least_once_a_year_and_on_request(code: str) -> None:
    rule = terms(code).A24.operative

    assert rule.on_request
    assert str(rule.every) == "1 an"


@given(path=st.lists(st.sampled_from(State), min_size=1, max_size=12))
def test_no_path_of_the_machine_comes_back_from_hidden_nor_opens_an_account_that_was_cut(path: list[State]) -> None:
    state = State.REQUESTED
    lost = False
    for after in path:
        try:
            check_next(state, after)
        except NotNow:
            continue
        assert state is not State.HIDDEN
        assert not (lost and after in OPEN)
        lost = lost or after in {State.CUT, State.INACTIVE, State.HIDDEN}
        state = after


@given(
    last=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    day=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    today=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_steps_never_go_back_in_time_nor_ahead_of_it(last: date, day: date, today: date) -> None:
    try:
        check_day(day, last, today)
    except Invalid as refusal:
        assert day < last or day > today
        assert refusal.field == "on"
    else:
        assert last <= day <= today


@given(members=st.integers(1, 10_000), held=st.integers(0, 200))
def test_a_larger_structure_is_never_allowed_fewer_accounts(members: int, held: int) -> None:
    for code in EVERY:
        for profile, rule in ((Profile.GESTIONNAIRE, terms(code).A2), (Profile.TECHNICIEN, terms(code).A3)):
            small, large = (room(profile, rule, size, held).standing for size in (members, members + 1))
            order = [Standing.OVER, Standing.FULL, Standing.ROOM, Standing.FREE]
            assert order.index(small) <= order.index(large)


def test_every_state_has_its_word_and_its_place_in_the_machine() -> None:
    assert set(STATES) == set(State) == set(NEXT)
    assert all(NEXT[state] == frozenset() for state in (State.HIDDEN, State.REFUSED, State.WITHDRAWN))
    assert frozenset() == INACTIVE & LIVE
