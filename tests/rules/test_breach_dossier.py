"""The one fact base: what is typed is cleaned, what is told is kept, and a change contradicts exactly who was told."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail import refusal
from breach.dossier.facts import BY_ID, FACTS, TITLES, TYPED
from breach.dossier.rules import (
    BadFact,
    Fact,
    Facts,
    Kind,
    Need,
    Output,
    Section,
    Value,
    cleaned,
    differences,
    highest,
    missing,
    said,
    told_to,
)


def values_of(fact: Fact) -> st.SearchStrategy[Value]:
    """Return values that a fact may have."""
    if fact.kind is Kind.SEVERAL:
        return st.sets(st.sampled_from(sorted(fact.choices)), max_size=3).map(lambda some: tuple(sorted(some)))
    if fact.kind is Kind.ONE:
        return st.sampled_from(["", *fact.choices])
    if fact.kind is Kind.AMOUNT:
        return st.sampled_from(["", "3", "10-50"])
    return st.sampled_from(["", "un texte", "un autre"])


FEW = settings(max_examples=25)  # forty facts each
BASES = st.fixed_dictionaries({one.id: values_of(one) for one in FACTS})


def test_every_fact_is_named_once_and_every_section_has_a_title() -> None:
    assert len(BY_ID) == len(FACTS)
    assert set(TITLES) == set(Section)


@pytest.mark.parametrize("fact", FACTS, ids=lambda one: one.id)
def test_the_words_of_the_base_may_leave_by_mail(fact: Fact) -> None:
    words = f"{fact.label} : {' ; '.join(fact.choices.values())}"

    assert refusal(words) is None


@FEW
@given(BASES, st.sampled_from(Output))
def test_what_was_just_told_contradicts_nothing(facts: Facts, output: Output) -> None:
    assert differences(output, told_to(output, facts, FACTS), facts, FACTS) == ()


@FEW
@given(BASES, BASES, st.sampled_from(Output))
def test_a_difference_is_told_for_each_fact_that_changed_and_for_no_other(
    before: Facts, now: Facts, output: Output
) -> None:
    told = told_to(output, before, FACTS)

    found = {one.fact.id: one for one in differences(output, told, now, FACTS)}

    for fact in FACTS:
        old, new = said(fact, before[fact.id]), said(fact, now[fact.id])
        assert (fact.id in found) is (output in fact.told and old != new)
        if fact.id in found:
            assert (found[fact.id].before, found[fact.id].now) == (old, new)


@FEW
@given(BASES, st.sampled_from(FACTS), st.data())
def test_a_fact_that_changes_contradicts_only_the_outputs_that_tell_it(facts: Facts, fact: Fact, data: Any) -> None:
    changed = {**facts, fact.id: data.draw(values_of(fact))}

    stale = {one for one in Output if differences(one, told_to(one, facts, FACTS), changed, FACTS)}

    is_other = said(fact, facts[fact.id]) != said(fact, changed[fact.id])
    assert stale == (set(fact.told) if is_other else set())


@FEW
@given(BASES)
def test_a_complete_form_lacks_at_least_what_a_first_one_does(facts: Facts) -> None:
    first, complete = missing(facts, FACTS, complete=False), missing(facts, FACTS, complete=True)

    assert set(map(id, first)) <= set(map(id, complete))
    assert all(not facts[one.id] for one in complete)


def test_the_first_notification_needs_the_four_contents_of_article_33() -> None:
    needed = {one.article for one in FACTS if one.need is Need.FIRST}

    assert {f"RGPD, art. 33(3)({letter})" for letter in "abcd"} <= needed


@pytest.mark.parametrize(
    ("typed", "kept"), [(" 140 ", "140"), ("10 à 50", "10-50"), ("10–50", "10-50"), ("7-7", "7"), ("", "")]
)
def test_an_amount_may_be_a_range(typed: str, kept: str) -> None:
    assert cleaned(BY_ID["count"], typed) == kept


@pytest.mark.parametrize("typed", ["50 à 10", "beaucoup", "-3", "1e9", "10 à", "99999999"])
def test_what_is_no_amount_is_refused_at_its_fact(typed: str) -> None:
    with pytest.raises(BadFact) as refused:
        cleaned(BY_ID["count"], typed)

    assert refused.value.field == "count"


@pytest.mark.parametrize(
    ("fact", "typed"),
    [("role", "patron"), ("nature", ("loss", "x")), ("siren", "1" * 201), ("before", "x" * 4001), ("sector", "a\x00")],
)
def test_what_cannot_be_a_fact_is_refused_at_its_fact(fact: str, typed: Value) -> None:
    with pytest.raises(BadFact) as refused:
        cleaned(BY_ID[fact], typed)

    assert refused.value.field == fact


@given(st.sampled_from(TYPED), st.text(max_size=50))
def test_a_typed_fact_is_kept_or_refused_and_kept_as_it_is_the_second_time(fact: Fact, typed: str) -> None:
    try:
        kept = cleaned(fact, typed)
    except BadFact as refusal:
        assert refusal.field == fact.id
        return

    assert cleaned(fact, kept) == kept


def test_the_highest_estimate_counts() -> None:
    wanted: Mapping[str, int | None] = {"10-50": 50, "3": 3, "": None}

    assert {value: highest(value) for value in wanted} == wanted
