"""A sentence that reads like health, with no known word of it, is to be checked: never refused, never twice."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.learned import made_from
from scanners.detectors.phrases import RULE, TABLE, Scored, shipped
from scanners.engine import Scanner, scan
from scanners.findings import Level
from scanners.own_words import OwnWords
from scanners.tiers import Tier

TOLD = "Ses pieds sont tout noirs et il ne les sent plus."
PLAIN = "Ses murs sont tout noirs et il ne les lave plus."


def of_sentences(text: str) -> list[tuple[str, Level]]:
    return [(text[f.start : f.end], f.level) for f in scan(text) if f.rule == RULE]


def test_a_sentence_that_reads_like_health_is_to_be_checked_where_it_weighs_most() -> None:
    ((passage, level),) = of_sentences(TOLD)

    assert level is Level.A_VERIFIER
    assert passage in TOLD


def test_the_same_turn_of_an_ordinary_sentence_is_left_alone() -> None:
    assert scan(PLAIN) == ()


def test_what_the_first_tier_reads_is_not_told_again() -> None:
    findings = scan(TOLD.replace("Ses", "Diabétique, ses"))

    assert [f.rule for f in findings] == ["sante.pathologie"]


def test_an_image_already_seen_is_not_taken_for_a_likely_sentence() -> None:
    assert scan("La rocade fait un infarctus chaque matin.") == ()


@pytest.mark.parametrize("beside", ["Merci de nous rappeler.", "Le loyer est à jour.\n"])
def test_an_ordinary_sentence_beside_it_changes_nothing(beside: str) -> None:
    assert of_sentences(f"{TOLD} {beside}") == of_sentences(f"{beside} {TOLD}") == of_sentences(TOLD)


def test_a_structure_that_silences_the_second_tier_hears_nothing_of_it() -> None:
    assert Scanner().scan(TOLD, OwnWords.of([], [Tier.LIKELY.words])) == ()


@given(st.lists(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12), max_size=40))
def test_what_is_told_of_any_words_lies_among_them(words: list[str]) -> None:
    telling = Scored(shipped(), words).telling(0, len(words))

    assert telling is None or 0 <= telling[0] <= telling[1] < len(words)


def test_the_table_is_made_of_the_comments_that_stand_in_the_evaluation() -> None:
    """Else: ./vigie bench phrases --keep."""
    assert json.loads(TABLE.read_bytes().partition(b"\n")[0])["made_from"] == made_from()
