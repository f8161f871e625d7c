"""ENISA's score: the four worked examples, its bands, its flags, and the conclusion that only a person draws."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breach.severity.rules import (
    Availability,
    BadInput,
    Band,
    Conclusion,
    Confidentiality,
    DataKind,
    Ease,
    Flag,
    Inputs,
    Integrity,
    Risk,
    band_of,
    check_conclusion,
    departs,
    score,
)

WRONG_PARTNER = Inputs(
    DataKind.SIMPLE, Ease.MAXIMUM, Confidentiality.KNOWN, adjustment=1, adjustment_reason="NIR, public vulnérable"
)
DIAGNOSIS_SENT_OUTSIDE = Inputs(DataKind.SENSITIVE, Ease.MAXIMUM, Confidentiality.KNOWN)
STOLEN_PASSWORD = Inputs(DataKind.FINANCIAL, Ease.MAXIMUM, Confidentiality.UNKNOWN, malicious=True, persons=140)
LOST_LAPTOP = Inputs(DataKind.SIMPLE, Ease.NEGLIGIBLE, Confidentiality.NO_EVIDENCE, unintelligible=True)

INPUTS = st.builds(
    Inputs, st.sampled_from(DataKind), st.sampled_from(Ease), st.sampled_from(Confidentiality),
    st.sampled_from(Integrity), st.sampled_from(Availability), st.booleans(), st.just(0), st.just(""),
    st.none() | st.integers(0, 10_000), st.booleans(),
)  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "se", "band", "flags"),
    [
        (WRONG_PARTNER, "2.25", Band.MEDIUM, frozenset({Flag.NEAR_A_BAND})),
        (DIAGNOSIS_SENT_OUTSIDE, "4.25", Band.VERY_HIGH, frozenset({Flag.NEAR_A_BAND})),
        (STOLEN_PASSWORD, "4.0", Band.VERY_HIGH, frozenset({Flag.MANY, Flag.NEAR_A_BAND})),
        (LOST_LAPTOP, "0.25", Band.LOW, frozenset({Flag.UNINTELLIGIBLE})),
    ],
    ids=["wrong partner", "diagnosis sent outside", "stolen password", "lost laptop"],
)
def test_the_worked_examples_give_their_score(inputs: Inputs, se: str, band: Band, flags: frozenset[Flag]) -> None:
    found = score(inputs)

    assert (found.se, found.band, found.flags) == (Decimal(se), band, flags)


@given(INPUTS)
def test_the_score_is_context_times_ease_plus_circumstances(inputs: Inputs) -> None:
    found = score(inputs)

    assert found.se == found.dpc * found.ei + found.cb
    assert Decimal("0.25") <= found.se <= Decimal(6)
    assert found.band is band_of(found.se)


@given(INPUTS)
def test_a_malicious_intent_never_lowers_a_score(inputs: Inputs) -> None:
    assert score(replace(inputs, malicious=True)).se >= score(inputs).se


@given(INPUTS)
def test_flags_stay_outside_the_score(inputs: Inputs) -> None:
    many = replace(inputs, persons=10_000, unintelligible=True)

    assert score(many).se == score(inputs).se
    assert {Flag.MANY, Flag.UNINTELLIGIBLE} <= score(many).flags


def test_a_hundred_persons_are_not_more_than_a_hundred() -> None:
    assert Flag.MANY not in score(replace(STOLEN_PASSWORD, persons=100)).flags
    assert Flag.MANY in score(replace(STOLEN_PASSWORD, persons=101)).flags


@pytest.mark.parametrize(("kind", "adjustment"), [(DataKind.SIMPLE, -1), (DataKind.SENSITIVE, 1)])
def test_a_context_adjusted_beyond_one_to_four_is_refused(kind: DataKind, adjustment: int) -> None:
    with pytest.raises(BadInput) as refused:
        score(Inputs(kind, Ease.LIMITED, adjustment=adjustment, adjustment_reason="Essai"))

    assert refused.value.field == "adjustment"


def test_an_adjustment_says_why() -> None:
    with pytest.raises(BadInput) as refused:
        score(replace(WRONG_PARTNER, adjustment_reason=" "))

    assert refused.value.field == "adjustment_reason"


def test_a_number_of_persons_is_not_negative() -> None:
    with pytest.raises(BadInput):
        score(replace(LOST_LAPTOP, persons=-1))


@pytest.mark.parametrize("risk", Risk)
def test_a_conclusion_is_free_but_gives_its_reasons(risk: Risk) -> None:
    found = score(WRONG_PARTNER)

    check_conclusion(found, Conclusion(risk, "Le destinataire a détruit la pièce et l'a écrit."))

    with pytest.raises(BadInput) as refused:
        check_conclusion(found, Conclusion(risk, "  "))
    assert refused.value.field == "reasons"
    assert departs(found, Conclusion(risk, "x")) is (risk is not Risk.RISK)
