"""A hint that everything else in its sentence belies is let go; a refusal, a benefit and a place of care never are."""

import pytest

from scanners.detectors.doubted import BELIED, believed
from scanners.detectors.phrases import FEWEST, shipped
from scanners.engine import scan
from scanners.findings import Category, Finding, Level
from scanners.text import Text


def alarms(text: str) -> list[Level]:
    return [f.level for f in scan(text) if f.level is not Level.INFO]


def hint(text: str, word: str, rule: str, level: Level = Level.A_VERIFIER) -> Finding:
    start = text.index(word)
    return Finding(start, start + len(word), Category.SANTE, level, rule, "")


ORDINARY = "Le vieux poste radio du bar est vendu 20 euros à la brocante du quartier."


@pytest.mark.parametrize(
    "text",
    [
        ORDINARY,
        "Elle loue des corsets d'époque au théâtre, 70 € l'heure.",
        "Il a apporté un vieux poste radio à réparer au repair café, il repart avec son dossier rempli.",
    ],
)
def test_a_hint_that_its_sentence_belies_is_let_go(text: str) -> None:
    assert not alarms(text)


@pytest.mark.parametrize(
    "text",
    [
        "Passe une radio demain, elle a mal.",
        "Son corset lui fait mal, elle attend un rendez-vous.",
        "Radio.",  # too few words to belie anything
    ],
)
def test_a_hint_among_others_or_alone_stands(text: str) -> None:
    assert alarms(text)


def test_only_a_hint_is_let_go() -> None:
    weighed, refused = hint(ORDINARY, "radio", "sante.examen"), hint(ORDINARY, "radio", "sante.examen", Level.BLOQUANT)

    assert list(believed(Text.of(ORDINARY), [weighed])) == []
    assert list(believed(Text.of(ORDINARY), [refused])) == [refused]


@pytest.mark.parametrize("rule", ["sante.prestation", "sante.arret", "sante.structure", "sante.protection"])
def test_what_is_said_in_the_midst_of_papers_is_never_let_go(rule: str) -> None:
    finding = hint(ORDINARY, "radio", rule)

    assert list(believed(Text.of(ORDINARY), [finding])) == [finding]


def test_each_sentence_is_weighed_alone() -> None:
    both = f"Elle a mal, radio demain. {ORDINARY}"

    assert [f.start for f in scan(both)] == [both.index("radio")] or alarms(both)
    assert shipped().score(Text.of(ORDINARY).words, FEWEST) < BELIED
