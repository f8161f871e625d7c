"""The verdict of a text under the five conventions (T1, T2, N1, F1, F5, S3 4.2)."""

from datetime import date

import pytest

from governance.conventions.shipped import shipped
from governance.conventions.terms import Terms
from scanners.documents.examined import State
from scanners.findings import Category, Finding, Level
from scanners.rules import Held, Outcome, Reason, Writer, WrongReason, Zone, judge, offered, outgoing

NIR = Finding(0, 5, Category.NIR, Level.BLOQUANT, "nir.cle_juste", "")
HEALTH = Finding(0, 5, Category.SANTE, Level.BLOQUANT, "sante.pathologie", "")
HINT = Finding(0, 5, Category.SANTE, Level.A_VERIFIER, "sante.prestation", "")
PHONE = Finding(0, 5, Category.TELEPHONE, Level.INFO, "identite.telephone", "")
CODES = ("S0", "S1", "S2", "S3", "S4")


def terms(code: str) -> Terms:
    return shipped()[code].on(date(2026, 11, 22))


@pytest.mark.parametrize("code", CODES)
def test_N1_a_nir_in_a_comment_refuses(code: str) -> None:
    verdict = judge([NIR], terms(code))

    assert verdict.outcome is Outcome.REFUSE


@pytest.mark.parametrize("code", ["S0", "S1", "S3", "S4"])
def test_N1_a_nir_on_an_attachment_is_tolerated_and_told(code: str) -> None:
    verdict = judge([NIR], terms(code), Zone.ATTACHMENT)

    assert verdict.outcome is Outcome.ACCEPTE and verdict.remarks[0].article.startswith(f"{code}, CU art.")


def test_N1_without_a_clause_a_nir_on_an_attachment_is_asked_about() -> None:
    assert judge([NIR], terms("S2"), Zone.ATTACHMENT).outcome is Outcome.A_VERIFIER


@pytest.mark.parametrize("code", ["S0", "S1", "S3"])
def test_T1_health_in_a_comment_refuses_by_the_convention(code: str) -> None:
    verdict = judge([HEALTH], terms(code))

    assert verdict.outcome is Outcome.REFUSE and verdict.remarks[0].article == f"{code}, CU art. 5"


@pytest.mark.parametrize("code", ["S2", "S4"])
def test_T1_where_the_convention_is_silent_general_law_is_cited(code: str) -> None:
    verdict = judge([HEALTH], terms(code))

    assert verdict.outcome is Outcome.REFUSE and verdict.remarks[0].article.startswith("RGPD, art. 9")


def test_T2_the_same_holds_for_an_agent_of_the_caisse() -> None:
    assert judge([HEALTH], terms("S1"), writer=Writer.CAISSE).remarks[0].article == "S1, CU art. 5"
    assert judge([HEALTH], terms("S4"), writer=Writer.CAISSE).outcome is Outcome.REFUSE


@pytest.mark.parametrize("code", CODES)
def test_T1_a_hint_needs_a_reason_from_the_list(code: str) -> None:
    assert judge([HINT], terms(code)).outcome is Outcome.A_VERIFIER
    assert judge([HINT], terms(code), reason=Reason.NO_BOX).outcome is Outcome.ACCEPTE


def test_a_reason_never_lets_a_refused_text_pass() -> None:
    assert judge([HEALTH, HINT], terms("S1"), reason=Reason.FALSE_POSITIVE).outcome is Outcome.REFUSE


def test_a_reason_of_the_other_zone_is_refused() -> None:
    with pytest.raises(WrongReason):
        judge([HINT], terms("S1"), reason=Reason.URGENT_PROOF)


def test_F1_a_medical_proof_is_allowed_on_an_urgent_dossier_under_S3() -> None:
    remark = judge([HEALTH], terms("S3"), Zone.ATTACHMENT).remarks[0]

    assert remark.level is Level.A_VERIFIER and "certificat médical" in str(remark.advice)


def test_F1_the_urgent_proof_of_S3_lets_an_attachment_pass_and_the_verdict_keeps_it() -> None:
    verdict = judge([HEALTH], terms("S3"), Zone.ATTACHMENT, reason=Reason.URGENT_PROOF)

    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTE, Reason.URGENT_PROOF)


@pytest.mark.parametrize("code", ["S0", "S1", "S2", "S4"])
def test_F1_no_other_convention_asks_for_an_urgent_proof(code: str) -> None:
    with pytest.raises(WrongReason):
        judge([HEALTH], terms(code), Zone.ATTACHMENT, reason=Reason.URGENT_PROOF)

    assert Reason.URGENT_PROOF not in offered(terms(code), Writer.PARTNER, State.CLEAN, has_remarks=True)


@pytest.mark.parametrize("code", ["S0", "S1", "S3", "S4"])
def test_F5_a_caisse_sends_a_document_to_nobody_but_a_habilitated_partner(code: str) -> None:
    refused = outgoing(terms(code), Writer.CAISSE, Reason.NECESSARY)
    allowed = outgoing(terms(code), Writer.CAISSE, Reason.HABILITATED)

    assert refused.outcome is Outcome.REFUSE and f"({code}, CU art. 1." in str(refused.note)
    assert allowed == Held(Outcome.ACCEPTE)


def test_F5_binds_neither_partners_nor_who_signed_no_such_clause() -> None:
    assert outgoing(terms("S0"), Writer.PARTNER, None) == Held(Outcome.ACCEPTE)
    assert outgoing(terms("S2"), Writer.CAISSE, None) == Held(Outcome.ACCEPTE)


@pytest.mark.parametrize("code", CODES)
def test_F1_health_on_an_attachment_is_a_question_of_necessity(code: str) -> None:
    assert judge([HEALTH], terms(code), Zone.ATTACHMENT).outcome is Outcome.A_VERIFIER
    assert judge([HEALTH], terms(code), Zone.ATTACHMENT, reason=Reason.NECESSARY).outcome is Outcome.ACCEPTE


def test_N2_other_identifying_data_never_refuses() -> None:
    assert judge([PHONE], terms("S0")).outcome is Outcome.ACCEPTE


def test_without_a_convention_general_law_alone_is_cited() -> None:
    assert judge([NIR], None).remarks[0].article.startswith("RGPD, art. 87")


def test_K9_what_the_form_of_S0_asks_for_belongs_in_the_form_and_is_told_in_a_comment() -> None:
    verdict = judge([PHONE], terms("S0"))

    assert verdict.outcome is Outcome.ACCEPTE and [one.finding for one in verdict.remarks] == [PHONE]


@pytest.mark.parametrize("code", ["S0", "S3"])
def test_K10_the_ban_on_health_is_about_free_text_not_about_the_structured_proof(code: str) -> None:
    free, structured = (judge([HEALTH], terms(code), zone) for zone in (Zone.COMMENT, Zone.ATTACHMENT))

    assert (free.outcome, structured.outcome is Outcome.REFUSE) == (Outcome.REFUSE, False)
