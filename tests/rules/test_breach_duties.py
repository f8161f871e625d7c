"""What an incident owes under the five conventions: B1 to B5, and their contradictions K1 to K3."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from breach.facts import Facts
from breach.law import general_law
from breach.rules import Duty, Proof, Start, What, duties
from breach.terms import HeldTerms, hold, read, written
from governance.conventions.shipped import shipped
from governance.conventions.values.breach import Addressee, Channel, Trigger
from governance.conventions.values.parties import Party

PARIS = ZoneInfo("Europe/Paris")
EVE_OF_MAY = datetime(2026, 4, 30, 17, 30, tzinfo=PARIS)
SUSPICION = frozenset({Trigger.SUSPICION})
CODES = ("S0", "S1", "S2", "S3", "S4")


def terms(code: str, caisse: str | None = None) -> tuple[HeldTerms, ...]:
    convention = shipped()[code]
    return tuple(
        hold(convention, one.code, date(2026, 4, 30)) for one in convention.caisses if caisse in (None, one.code)
    )


def owed(code: str, *triggers: Trigger, **more: object) -> tuple[Duty, ...]:
    facts = Facts(frozenset(triggers) or SUSPICION, EVE_OF_MAY, **more)  # type: ignore[arg-type]
    return duties(facts, terms(code), general_law())


def notice(code: str, *triggers: Trigger, **more: object) -> Duty:
    return next(one for one in owed(code, *triggers, **more) if one.what is What.NOTICE)


def account(code: str) -> Duty:
    return next(one for one in owed(code, Trigger.THEFT) if one.what is What.ACCOUNT_NOTICE)


@pytest.mark.parametrize(("code", "hours"), [("S0", 24), ("S1", 24), ("S2", 48), ("S3", 48), ("S4", 24)])
def test_B1_the_alarm_rings_at_the_deadline_of_each_convention(code: str, hours: int) -> None:
    duty = notice(code)

    assert duty.alarm_at == EVE_OF_MAY.astimezone(UTC) + timedelta(hours=hours)
    assert (duty.starts, duty.started_at) == (Start.SUSPICION, EVE_OF_MAY)


@pytest.mark.parametrize(
    ("code", "articles"),
    [
        ("S0", ["A4 §8"]),
        ("S1", ["CM art. 6", "Annexe PDP §4", "Annexe PDP §8"]),
        ("S2", ["A2 §4", "A2 §8"]),
        ("S3", ["A2 §4", "A2 §8"]),
        ("S4", []),
    ],
)
def test_B2_every_competing_clause_is_shown_with_its_sentence(code: str, articles: list[str]) -> None:
    texts = notice(code).texts

    assert [one.article for one in texts] == [*articles, "RGPD, art. 33, § 2"]
    assert all(one.quote for one in texts)


@pytest.mark.parametrize(
    ("code", "to", "channel"),
    [
        ("S0", (Addressee.CAISSE_DPO,), Channel.DPO_MAIL),
        ("S1", (Addressee.CAISSE, Addressee.CAISSE_DPO), Channel.FREE),
        ("S2", (Addressee.CAISSE_DPO,), Channel.FREE),
        ("S3", (Addressee.CAISSE_DPO,), Channel.FREE),
        ("S4", (Addressee.CAISSE,), Channel.PROVABLE),
    ],
)
def test_B3_each_notice_goes_to_whom_the_convention_names(
    code: str, to: tuple[Addressee, ...], channel: Channel
) -> None:
    duty = notice(code)

    assert (duty.to, duty.channel) == (to, channel)


def test_B3_two_caisses_of_one_convention_are_told_each_at_their_own_dpo() -> None:
    told = {one.caisse: one.dpo for one in owed("S0") if one.what is What.NOTICE}

    assert told == {
        "cotedopale": "dpo.cpam-cotedopale@assurance-maladie.fr",
        "artois": "dpo.cpam-artois@assurance-maladie.fr",
    }


@pytest.mark.parametrize("code", CODES)
def test_B4_a_suspicion_is_enough_and_starts_the_clock(code: str) -> None:
    assert notice(code).started_at == EVE_OF_MAY


@pytest.mark.parametrize(("code", "is_owed"), [("S0", False), ("S1", True), ("S2", True), ("S3", True), ("S4", True)])
def test_B4_a_shortcoming_is_told_where_the_convention_says_so_or_is_missing(code: str, is_owed: bool) -> None:
    assert bool(owed(code, Trigger.SHORTCOMING)) is is_owed


@pytest.mark.parametrize("code", ["S0", "S1", "S3", "S4"])
def test_B5_a_stolen_account_is_told_at_once(code: str) -> None:
    duty = account(code)

    assert (str(duty.within), duty.limit_at, duty.is_house) == ("immédiatement", EVE_OF_MAY, False)
    assert duty.alarm_at == EVE_OF_MAY + timedelta(hours=1)
    assert (duty.channel, duty.article) == (Channel.PROVABLE, f"{code}, CU art. 4.1")


def test_B5_without_the_convention_of_use_the_target_is_ours_and_says_so() -> None:
    duty = account("S2")

    assert (duty.is_house, duty.limit_at, duty.article) == (True, None, "cible interne, S2")
    assert "ne figure pas" in (duty.note or "")


@pytest.mark.parametrize("code", ["S0", "S1", "S3", "S4"])
def test_B5_the_caisse_owes_an_answer_too_without_a_number(code: str) -> None:
    found = next(one for one in owed(code, Trigger.LOSS) if one.owed_by is Party.CAISSE)

    assert (found.what, found.alarm_at, found.limit_at) == (What.TOLD_BY_CAISSE, None, None)


def test_K1_the_alarm_rings_at_the_earliest_and_the_contract_allows_more_outside_transfers() -> None:
    outside, during, unknown = (notice("S1", in_transfer=value) for value in (False, True, None))

    assert {one.alarm_at for one in (outside, during, unknown)} == {EVE_OF_MAY + timedelta(hours=24)}
    assert outside.limit_at == EVE_OF_MAY + timedelta(hours=48)
    assert during.limit_at == unknown.limit_at == EVE_OF_MAY + timedelta(hours=24)
    assert outside.reference == "K1"


def test_K1_the_caisse_and_its_dpo_are_both_told() -> None:
    assert notice("S1").to == (Addressee.CAISSE, Addressee.CAISSE_DPO)


@pytest.mark.parametrize("code", ["S2", "S3"])
def test_K2_the_dpo_is_told_within_48_hours_with_the_referent_in_copy(code: str) -> None:
    duty = notice(code)

    assert (str(duty.within), duty.to, duty.copy) == ("48 h", (Addressee.CAISSE_DPO,), (Addressee.REFERENT,))
    assert [str(one.within) for one in duty.texts[:2]] == ["48 h", "None"]
    assert duty.reference == "K2"


def test_K3_without_a_clause_the_target_is_ours_and_named_so() -> None:
    duty = notice("S4")

    assert (str(duty.within), duty.is_house, duty.limit_at) == ("24 h", True, None)
    assert duty.article == "cible interne, S4"
    assert "sans valeur de contrat" in (duty.note or "")
    assert duty.dpo is None


def test_the_cnil_is_owed_only_for_the_partner_s_own_data_and_from_awareness() -> None:
    aware = EVE_OF_MAY + timedelta(hours=3)

    as_processor = owed("S0", aware_at=aware)
    as_controller = next(one for one in owed("S0", aware_at=aware, own_data=True) if one.what is What.CNIL)
    unaware = next(one for one in owed("S0", own_data=True) if one.what is What.CNIL)

    assert What.CNIL not in {one.what for one in as_processor}
    assert as_controller.alarm_at == aware + timedelta(hours=72)
    assert (unaware.started_at, unaware.alarm_at) == (None, None)


def test_the_prudent_limit_of_72_hours_stands_beside_its_legal_reading() -> None:
    duty = next(one for one in owed("S0", aware_at=EVE_OF_MAY, own_data=True) if one.what is What.CNIL)

    assert duty.alarm_at == datetime(2026, 5, 3, 17, 30, tzinfo=PARIS)
    assert duty.legal is not None
    assert duty.legal.ends_at == datetime(2026, 5, 3, 18, 0, tzinfo=PARIS)


def test_the_proposal_of_96_hours_computes_nothing() -> None:
    law = general_law()

    assert [str(one.within) for one in law.proposals] == ["96 h"]
    assert [str(one.within) for one in law.notify_authority] == ["72 h"]


def test_the_persons_are_decided_upon_when_the_partner_is_the_controller() -> None:
    persons = next(one for one in owed("S0", aware_at=EVE_OF_MAY, own_data=True) if one.what is What.PERSONS)

    assert (persons.alarm_at, persons.discharged_by) == (None, (Proof.DECISION,))


def test_a_stolen_account_presumes_that_data_were_read() -> None:
    assert {one.what for one in owed("S3", Trigger.THEFT)} >= {What.NOTICE, What.ACCOUNT_NOTICE}
    assert What.NOTICE not in {one.what for one in owed("S3", Trigger.LOSS)}


def test_sent_discharges_nothing() -> None:
    assert all("envoy" not in proof for proof in Proof)


@pytest.mark.parametrize("code", CODES)
def test_frozen_terms_come_back_as_they_were(code: str) -> None:
    for held in terms(code):
        assert read(written(held)) == held


def test_each_duty_of_a_breach_has_a_key_of_its_own() -> None:
    facts = Facts(frozenset({Trigger.THEFT}), EVE_OF_MAY, EVE_OF_MAY, own_data=True)
    found = duties(facts, [one for code in CODES for one in terms(code)], general_law())

    assert len({one.key for one in found}) == len(found)
