"""Rules of texts typed as they sound: what they say is read as it is spelled, where it stands."""

import pytest

from scanners.engine import scan
from scanners.findings import Level
from scanners.text import Text
from scanners.texting import spelled_out

KNOWN = frozenset({"arthrose", "opere", "insuline"})


def _read(original: str) -> str:
    return spelled_out(Text.of(original), KNOWN.__contains__).folded.text


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("il sé cassé le pié", "il s'est casse le pied"),
        ("el voi tré mal", "elle voit tres mal"),
        ("c son keur ki lache", "c'est son coeur qui lache"),
        ("il a de larthrose, i fo un rdc", "il a de l'arthrose, il faut un rdc"),
        ("lan dernié il é venu", "l'an dernie il est venu"),
        ("sé coupé 2 doi", "s'est coupe 2 doigts"),
    ],
)
def test_what_is_typed_as_it_sounds_is_spelled_out(typed: str, spelled: str) -> None:
    assert _read(typed) == spelled


@pytest.mark.parametrize(
    "plain",
    [
        "Il voit sa fille le 12, dossier c complet.",
        "RDV pr le dossier, rappeler lundi.",
        "Elle va au guichet, RIB validé.",
    ],
)
def test_a_text_without_enough_signs_is_read_as_it_stands(plain: str) -> None:
    text = Text.of(plain)

    assert spelled_out(text, KNOWN.__contains__) is text


@pytest.mark.parametrize("typed", ["Il a du mal a respiré la nuit.", "Monsieur ne peut plus marché."])
def test_an_infinitive_typed_as_a_participle_is_read_in_any_text(typed: str) -> None:
    assert _read(typed).split()[-1].strip(".") in ("marcher", "nuit")
    assert "respire " not in _read(typed)


def test_a_finding_covers_what_was_typed() -> None:
    typed = "lundi i sé cassé le pié o boulo"

    (finding,) = scan(typed)

    assert finding.level is Level.BLOQUANT
    assert typed[finding.start : finding.end].endswith("le pié")


def test_letters_apart_are_no_words_typed_as_they_sound() -> None:
    assert [finding.level for finding in scan("Il est s é r o p o s i t i f.")] == [Level.BLOQUANT]


@pytest.mark.parametrize(
    "clean", ["il peu pa payé, i demande un délai", "el a perdu sa carte, larriéré é payé", "c son mari ki vien"]
)
def test_clean_texts_stay_clean(clean: str) -> None:
    assert not scan(clean)
