"""The CNIL's form is filled from the facts and says what it lacks; telling the persons follows art. 34."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest

from breach.cnil.persons import BadDecision, Choice, Decision, Exception34, check_decision, letter
from breach.cnil.rules import (
    UNKNOWN,
    BadNumber,
    NotFiled,
    Version,
    as_json,
    check_order,
    clean_number,
    form,
    version_due,
)
from breach.dossier.facts import FACTS
from breach.dossier.rules import Facts, Kind, Section
from breach.severity.rules import Risk

KNOWN: Facts = {
    "organisation": "CCAS de Demonville", "dpo": "Odile Lamarche, 01 99 00 00 00", "role": "controller",
    "circumstances": "Un ordinateur portable a été volé dans un véhicule.", "started": "30 avril 2026, 17 h 30",
    "nature": ("confidentiality", "availability"), "kinds": ("identity", "health"), "count": "140",
    "records": "100-200",
    "harm": ("control", "phishing"), "taken": "Le compte a été fermé.", "planned": "Chiffrer les autres postes.",
    "advice": "Surveillez vos courriers.", "unintelligible": "no",
}  # fmt: skip
WHOLE: Facts = {
    one.id: (tuple(one.choices)[:1] if one.kind is Kind.SEVERAL else next(iter(one.choices), "12")) for one in FACTS
}


def test_the_form_has_every_section_of_the_teleservice_in_its_order() -> None:
    made = form(KNOWN, Version.COMPLETE)

    assert [part.section for part in made.parts] == list(Section)
    assert all(part.title for part in made.parts)


def test_what_is_missing_is_named_and_a_first_notification_lacks_less() -> None:
    first, complete = form(KNOWN, Version.INITIAL), form(KNOWN, Version.COMPLETE)

    assert {"SIREN", "Catégories de personnes"} <= {one.label for one in first.missing}
    assert {one.id for one in first.missing} < {one.id for one in complete.missing}
    assert form(WHOLE, Version.COMPLETE).missing == ()


def test_a_section_is_copied_box_by_box_and_says_what_is_unknown() -> None:
    part = next(one for one in form(KNOWN, Version.INITIAL).parts if one.section is Section.PERSONS)

    assert part.copied == f"Catégories de personnes : {UNKNOWN}\nNombre de personnes : 140"


def test_a_complement_repeats_the_number_of_the_initial_notification() -> None:
    made = form(KNOWN, Version.COMPLEMENTARY, "FR-2026-0042")

    assert "FR-2026-0042" in made.parts[0].copied
    with pytest.raises(NotFiled):
        form(KNOWN, Version.COMPLEMENTARY)


def test_notifications_come_in_order() -> None:
    check_order(Version.INITIAL, ())
    check_order(Version.COMPLEMENTARY, (Version.INITIAL, Version.COMPLEMENTARY))

    assert version_due((Version.INITIAL, Version.COMPLEMENTARY)) is None
    for version, filed in [(Version.COMPLEMENTARY, ()), (Version.INITIAL, (Version.COMPLETE,))]:
        with pytest.raises(NotFiled):
            check_order(version, filed)


def test_the_json_form_says_the_same_as_the_page() -> None:
    made = form(KNOWN, Version.INITIAL)

    value = json.loads(json.dumps(as_json(made)))

    assert value["manquant"] == [one.label for one in made.missing]
    assert [one["titre"] for one in value["sections"]] == [part.title for part in made.parts]


@pytest.mark.parametrize("typed", ["", "x", "<script>", "a" * 41, "n°12\x00"])
def test_a_number_of_the_teleservice_is_one_line_of_letters_and_digits(typed: str) -> None:
    with pytest.raises(BadNumber) as refused:
        clean_number(typed)

    assert refused.value.field == "number"


def test_the_letter_says_what_article_34_wants_in_its_order() -> None:
    made = letter(KNOWN)

    text = "\n".join(made.paragraphs)
    said = ["volé dans un véhicule", "perte de contrôle", "Le compte a été fermé", "Surveillez", "Odile Lamarche"]
    assert all(first < second for first, second in pairwise(text.index(one) for one in said))
    assert made.missing == ()
    assert len(letter({}).missing) == 4


@pytest.mark.parametrize(
    ("decision", "risk", "field"),
    [
        (Decision(Choice.NOT_HIGH, "Tout a été détruit."), Risk.HIGH, "choice"),
        (Decision(Choice.NOT_HIGH, "Tout a été détruit."), None, "choice"),
        (Decision(Choice.NOT_HIGH, " "), Risk.UNLIKELY, "reasons"),
        (Decision(Choice.EXCEPTED, "Chiffré."), Risk.HIGH, "exception"),
        (Decision(Choice.EXCEPTED, "Chiffré.", Exception34.DISPROPORTIONATE), Risk.HIGH, "exception"),
        (Decision(Choice.EXCEPTED, "Chiffré.", Exception34.UNINTELLIGIBLE), Risk.HIGH, "exception"),
        (Decision(Choice.TELL, "", Exception34.LATER_MEASURES), Risk.HIGH, "exception"),
        (Decision(Choice.PUBLIC, "Adresses inconnues.", Exception34.LATER_MEASURES), Risk.HIGH, "exception"),
        (Decision(Choice.BY_CAISSE, "x" * 2001), Risk.RISK, "reasons"),
    ],
)
def test_a_decision_that_the_law_does_not_allow_is_refused(decision: Decision, risk: Risk | None, field: str) -> None:
    with pytest.raises(BadDecision) as refused:
        check_decision(decision, risk, KNOWN)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("decision", "risk"),
    [
        (Decision(Choice.TELL, ""), Risk.HIGH),
        (Decision(Choice.TELL_ANYWAY, "Par loyauté."), Risk.UNLIKELY),
        (Decision(Choice.NOT_HIGH, "Le destinataire a détruit la pièce."), Risk.RISK),
        (Decision(Choice.EXCEPTED, "Mots de passe changés.", Exception34.LATER_MEASURES), Risk.HIGH),
        (Decision(Choice.PUBLIC, "Adresses inconnues.", Exception34.DISPROPORTIONATE), Risk.HIGH),
    ],
)
def test_a_decision_with_its_reasons_is_accepted(decision: Decision, risk: Risk) -> None:
    check_decision(decision, risk, KNOWN)

    check_decision(replace(decision, reasons="Raisons."), risk, KNOWN)
