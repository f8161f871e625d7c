"""What the five conventions say, rule by rule, and the safe defaults where a text is not firm."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from governance.conventions.cited import Reason, Status, describe
from governance.conventions.markdown import as_markdown
from governance.conventions.schema import RULES
from governance.conventions.shipped import CODES, shipped
from governance.conventions.terms import Cited, Terms, Unknown
from governance.conventions.values.accounts import Unlimited
from governance.conventions.values.breach import Addressee, Trigger
from governance.conventions.values.life import Reading, RenewalMode, Start
from governance.conventions.values.parties import Role
from governance.conventions.values.protection import Subprocessor
from governance.conventions.values.signalement import Antivirus, ConsentMode, IdentityField
from governance.core.spans import Span, Unit

DAY = date(2025, 12, 1)
BOTH = [pytest.param(code, kind.id, id=f"{code}-{kind.id}") for code in CODES for kind in RULES]
WHERE = {
    "K1": ("S1",),
    "K2": ("S2", "S3"),
    "K3": ("S4",),
    "K4": ("S0",),
    "K5": ("S1",),
    "K6": ("S0", "S1", "S3", "S4"),
    "K7": ("S0", "S1", "S3", "S4"),
    "K8": ("S0", "S1", "S3", "S4"),
    "K9": ("S0",),
    "K10": ("S0", "S3"),
    "K11": ("S3",),
    "K12": ("S2",),
    "K13": ("S0",),
    "K14": ("S3",),
    "K15": ("S1",),
    "K16": ("S0", "S1", "S2", "S3"),
    "K17": ("S4",),
    "K18": ("S0", "S1"),
}


def terms(code: str) -> Terms:
    return shipped()[code].on(DAY)


def test_there_are_sixty_nine_rules_each_with_a_label() -> None:
    assert len({kind.id for kind in RULES}) == 69
    assert len({kind.label for kind in RULES}) == 69


@pytest.mark.parametrize(("code", "rule"), BOTH)
def test_every_rule_is_held_by_every_convention_with_its_source_or_its_reason(code: str, rule: str) -> None:
    cited = terms(code).rule(rule)

    if cited.status is Status.ABSENT:
        assert cited.reason is not None and cited.value is None
    else:
        assert cited.article and cited.quote
        assert cited.value is not None or cited.status is Status.BLANK
    assert cited.is_firm or cited.status is Status.ABSENT or cited.note


@pytest.mark.parametrize(("code", "rule"), BOTH)
def test_every_value_is_shown_in_french_words(code: str, rule: str) -> None:
    cited = terms(code).rule(rule)

    for value in (cited.value, cited.default):
        assert value is None or (describe(value).strip() and "=" not in describe(value))


@pytest.mark.parametrize("reference", WHERE)
def test_each_contradiction_is_shown_with_its_safe_default_and_its_sentence(reference: str) -> None:
    found = {
        code: [cited for _, cited in terms(code).rules() if cited.reference == reference]
        for code in CODES
        if any(cited.reference == reference for _, cited in terms(code).rules())
    }

    assert tuple(found) == WHERE[reference]
    assert all(not one.is_firm and one.operative is not None and one.note for many in found.values() for one in many)


@pytest.mark.parametrize("code", CODES)
def test_signature_and_effect_are_unknown_in_the_texts(code: str) -> None:
    convention = shipped()[code]

    assert (convention.signature, convention.effect) == (Unknown.UNKNOWN, Unknown.UNKNOWN)


@pytest.mark.parametrize(
    ("code", "missing"), [("S0", set()), ("S1", set()), ("S2", {"CU"}), ("S3", {"A5"}), ("S4", {"CM"})]
)
def test_a_convention_says_which_of_its_documents_is_missing(code: str, missing: set[str]) -> None:
    assert {one.code for one in shipped()[code].documents if one.presence == "manquant"} == missing


def test_s0_has_two_caisses_each_with_its_dpo_and_its_proof_of_consent() -> None:
    s0 = terms("S0")

    assert [caisse.code for caisse in s0.caisses] == ["cotedopale", "artois"]
    assert s0.dpo_of("cotedopale") == "dpo.cpam-cotedopale@assurance-maladie.fr"
    assert s0.dpo_of("artois") == "dpo.cpam-artois@assurance-maladie.fr"
    assert s0.consent_mode("cotedopale") is ConsentMode.SIGNATURE
    assert s0.consent_mode("artois") is ConsentMode.TICK_BOX


def test_s2_lacks_its_account_rules_and_s4_its_breach_rules_and_both_say_why() -> None:
    assert terms("S2").A2.reason is Reason.NO_CU
    assert terms("S4").B2.reason is Reason.NO_CM


def test_p4_of_s3_is_a_person_s_mailbox_and_is_not_kept() -> None:
    cited = terms("S3").P4

    assert (cited.reason, cited.operative) == (Reason.PERSONAL, None)
    assert cited.note and "exemplaire signé" in cited.note


def hours(amount: int) -> Span:
    return Span(amount, Unit.HOURS)


@pytest.mark.parametrize(
    ("code", "text", "alarm"),
    [("S0", 24, 24), ("S1", 48, 24), ("S2", 48, 48), ("S3", 48, 48), ("S4", None, 24)],
)
def test_b1_says_the_main_deadline_and_the_one_that_drives_alarms(code: str, text: int | None, alarm: int) -> None:
    cited = terms(code).B1

    assert cited.value == (None if text is None else hours(text))
    assert cited.operative == hours(alarm)


@pytest.mark.parametrize(
    ("code", "clauses"),
    [
        ("S0", [(hours(24), Addressee.CAISSE_DPO)]),
        ("S1", [(hours(24), Addressee.OTHER_PARTY), (hours(48), Addressee.CAISSE), (None, Addressee.CAISSE_DPO)]),
        ("S2", [(hours(48), Addressee.CAISSE), (None, Addressee.CAISSE_DPO)]),
        ("S3", [(hours(48), Addressee.CAISSE), (None, Addressee.CAISSE_DPO)]),
        ("S4", []),
    ],
)
def test_b2_lists_every_clause_of_the_document(code: str, clauses: list[tuple[Span | None, Addressee]]) -> None:
    assert [(one.within, one.addressee) for one in terms(code).B2.value or ()] == clauses


@pytest.mark.parametrize("code", ["S0", "S1", "S3", "S4"])
def test_b5_makes_theft_of_credentials_immediate_and_to_the_caisse(code: str) -> None:
    clause = (terms(code).B5.value or ())[0]

    assert clause.within == Span(0, Unit.IMMEDIATE)
    assert clause.addressee is Addressee.CAISSE
    assert {Trigger.FRAUD, Trigger.THEFT, Trigger.LOSS} <= set(clause.triggers)


def test_breach_clauses_join_data_and_accounts() -> None:
    assert len(terms("S1").breach_clauses) == 5
    assert len(terms("S4").breach_clauses) == 2


@pytest.mark.parametrize(
    ("code", "members", "gestionnaires", "techniciens"),
    [
        ("S0", 10, 2, 5),
        ("S0", 11, 3, 15),
        ("S0", 25, 3, 15),
        ("S0", 26, 5, Unlimited.UNLIMITED),
        ("S1", 10, 2, Unlimited.UNLIMITED),
        ("S1", 26, 5, Unlimited.UNLIMITED),
        ("S3", 10, 2, 5),
        ("S3", 11, 3, 15),
        ("S3", 25, 3, 15),
        ("S3", 26, 5, 25),
        ("S4", 3, 5, None),
        ("S4", 300, 5, None),
    ],
)
def test_a2_and_a3_bound_accounts_by_size(code: str, members: int, gestionnaires: object, techniciens: object) -> None:
    quota = terms(code).A3.operative

    assert terms(code).A2.operative.ceiling(members) == gestionnaires  # type: ignore[union-attr]  # None fails here
    assert (quota.ceiling(members) if quota else None) == techniciens


def test_a3_warns_above_twenty_five_in_s0_and_keeps_an_exact_count_in_s1() -> None:
    s0, s1 = terms("S0").A3.operative, terms("S1").A3.operative

    assert s0 and s0.warn_above == 25
    assert s1 and s1.exact_count and s1.warn_above is None


@pytest.mark.parametrize("code", ["S0", "S1", "S3", "S4"])
def test_a6_holds_two_clocks_in_two_units(code: str) -> None:
    delay = terms(code).A6.operative

    assert delay and delay.after_request == Span(5, Unit.WORKING_DAYS)
    assert delay.after_signature == Span(5, Unit.DAYS)


def test_d3_is_blank_in_s0_read_twice_in_s3_and_absent_elsewhere() -> None:
    s0, s3 = terms("S0").D3, terms("S3").D3

    assert (s0.status, s0.value, s0.operative) == (Status.BLANK, None, None)
    assert {one.reading for one in s3.value or ()} == {Reading.WITHIN, Reading.AT_LEAST}
    assert s3.operative and s3.operative[0].alert_ahead == Span(30, Unit.DAYS)
    assert all(terms(code).D3.status is Status.ABSENT for code in ("S1", "S2", "S4"))


def test_d2_of_s2_is_not_renewed_without_an_amendment() -> None:
    cited = terms("S2").D2

    assert cited.value and cited.value.mode is RenewalMode.TACIT
    assert cited.operative and cited.operative.mode is RenewalMode.AMENDMENT
    assert cited.operative.alert == Span(60, Unit.DAYS)


def test_d4_and_d6_start_from_sending_and_from_receipt() -> None:
    cm, cu = terms("S0").D4.operative, terms("S0").D6.operative

    assert cm and (cm.notice, cm.starts) == (Span(15, Unit.DAYS), Start.SENDING)
    assert cu and (cu.notice, cu.starts) == (Span(30, Unit.CALENDAR_DAYS), Start.RECEIPT)


def test_p5_of_s1_holds_a_role_for_each_processing() -> None:
    assert [one.partner for one in terms("S1").P5.operative or ()] == [Role.PROCESSOR, Role.CONTROLLER]


@pytest.mark.parametrize(("code", "written"), [("S0", True), ("S1", True), ("S2", False), ("S3", True), ("S4", False)])
def test_t1_says_whether_the_text_writes_no_health_data(code: str, written: bool) -> None:
    assert terms(code).health_forbidden is written


@pytest.mark.parametrize(("code", "written"), [("S0", True), ("S1", True), ("S2", False), ("S3", True), ("S4", False)])
def test_t2_says_the_same_of_the_caisse_s_agents(code: str, written: bool) -> None:
    assert terms(code).caisse_health_forbidden is written


@pytest.mark.parametrize("code", CODES)
def test_t3_and_f2_apply_the_portal_s_limits_everywhere_and_only_s0_writes_them(code: str) -> None:
    one = terms(code)

    assert one.comment_limit == 5000
    assert one.file_policy and (one.file_policy.max_bytes, one.file_policy.max_count) == (5_000_000, 8)
    assert one.T3.is_firm is one.F2.is_firm is (code == "S0")


@pytest.mark.parametrize("code", CODES)
def test_n1_never_admits_the_nir_in_a_comment(code: str) -> None:
    assert not terms(code).nir_in_comment
    assert terms(code).nir_in_attachments is (code != "S2")


def test_n2_leaves_birth_place_and_phone_to_the_form_in_s0() -> None:
    cited = terms("S0").N2

    assert IdentityField.LIEU_NAISSANCE not in terms("S0").identity_fields
    assert cited.operative and set(cited.operative.form_only) == {IdentityField.LIEU_NAISSANCE, IdentityField.TELEPHONE}


def test_f1_asks_a_medical_proof_of_urgent_files_in_s3_only() -> None:
    assert [code for code in CODES if terms(code).urgent_proofs] == ["S3"]


def test_f4_asks_a_prior_scan_in_s4_only() -> None:
    assert [code for code in CODES if terms(code).F4.operative is Antivirus.SCANNED] == ["S4"]


def test_s5r_is_informed_in_s0_with_a_blank_delay_and_authorised_in_s1_to_s3() -> None:
    s0 = terms("S0").S5r

    assert s0.status is Status.BLANK and s0.operative and s0.operative.objection is None
    assert {code for code in CODES if _regime(terms(code).S5r) is Subprocessor.AUTHORISATION} == {"S1", "S2", "S3"}


def _regime(cited: Cited[Any]) -> Subprocessor | None:
    return cited.operative.regime if cited.operative else None


@pytest.mark.parametrize("code", ["S0", "S1", "S2", "S3"])
def test_s3r_waits_for_the_archives_visa_that_the_text_ignores(code: str) -> None:
    cited = terms(code).S3r

    assert cited.value and not cited.value.archives_visa
    assert cited.operative and cited.operative.archives_visa


def test_the_committed_document_is_what_the_generator_gives() -> None:
    document = Path(__file__).parents[2] / "docs" / "conventions.md"

    assert document.read_text("utf-8") == as_markdown(tuple(shipped().values()))
