"""The version of a rule is the one in force on the day of the event."""

from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import pytest

from governance.conventions.reader import read
from governance.conventions.schema import RULES
from governance.conventions.shipped import CODES, shipped
from governance.conventions.terms import NotInForce
from governance.core.spans import Span, Unit

S1 = (files("governance.conventions.data") / "S1.toml").read_text("utf-8")
AMENDMENT = """
[[rules.B1]]
since = 2026-03-01
value = "24 h"
article = "avenant n° 1, art. 2"
quote = "dans les vingt-quatre heures"
"""


@pytest.mark.parametrize("code", CODES)
def test_a_convention_is_not_in_force_before_its_adoption(code: str) -> None:
    convention = shipped()[code]

    assert convention.on(convention.adopted).convention == code
    with pytest.raises(NotInForce):
        convention.on(convention.adopted - timedelta(days=1))


def test_a_convention_is_in_force_on_its_last_day_and_not_after() -> None:
    ended = replace(shipped()["S1"], end=date(2025, 6, 30))

    assert ended.on(date(2025, 6, 30))
    with pytest.raises(NotInForce):
        ended.on(date(2025, 7, 1))


def test_an_amendment_applies_from_its_day_and_leaves_the_past_alone() -> None:
    convention = read(S1 + AMENDMENT, "S1.toml")

    before, since = convention.on(date(2026, 2, 28)).B1, convention.on(date(2026, 3, 1)).B1

    assert before.value == Span(48, Unit.HOURS)
    assert (since.value, since.is_firm) == (Span(24, Unit.HOURS), True)
    assert convention.changes == (date(2024, 6, 12), date(2026, 3, 1))


def test_terms_answer_for_every_rule_and_for_no_other() -> None:
    terms = shipped()["S0"].on(date(2025, 1, 1))

    assert [cited.rule for _, cited in terms.rules()] == [kind.id for kind in RULES]
    with pytest.raises(KeyError):
        terms.rule("convention")


def test_unsettled_rules_are_those_that_an_amendment_should_settle() -> None:
    terms = shipped()["S0"].on(date(2025, 1, 1))

    assert {kind.id for kind, _ in terms.unsettled()} == {
        "D3", "D6", "A3", "A6", "A10", "A11", "A24", "T1", "N2", "C1", "S3r", "S5r",
    }  # fmt: skip
