"""The vocabulary as data: readable, sourced, and refused when it cannot be meant."""

import re
import tomllib
from pathlib import Path

import pytest

from scanners import traps
from scanners.detectors.health import HealthWords, shipped
from scanners.findings import Level
from scanners.inflection import inflected
from scanners.spelling import common_words, sound
from scanners.text import Text
from scanners.vocabulary import DATA, MAKERS, BadVocabulary, Vocabulary, load

FAMILIES = sorted(path for path in DATA.glob("*.toml") if path.name != "classes.toml")


@pytest.mark.parametrize("path", FAMILIES, ids=lambda p: p.stem)
def test_a_family_says_where_its_words_come_from(path: Path) -> None:
    data = tomllib.loads(path.read_text("utf-8"))

    assert data["source"] and data["licence"] and data["why"].endswith(".")


def test_no_explanation_repeats_the_words_found() -> None:
    whys = {entry.why for _, entries in shipped().vocabulary.items() for entry in entries}

    assert all(why.endswith(".") and "{" not in why for why in whys)


def folder(tmp_path: Path, family: str) -> Path:
    (tmp_path / "classes.toml").write_text('[classes]\no = ["dos"]\n[patterns]\nqui = "mme"\n')
    (tmp_path / "f.toml").write_text('family = "f"\nlevel = "bloquant"\nwhy = "x."\n' + family)
    return tmp_path


def levels(tmp_path: Path, family: str, text: str) -> list[Level]:
    words = HealthWords(load(folder(tmp_path, family)), spelling=False)
    return [finding.level for finding in words.find(Text.of(text))]


def test_the_longest_form_wins_and_may_silence(tmp_path: Path) -> None:
    family = 'words = ["médecin"]\n[[entry]]\nforms = ["médecin traitant"]\nlevel = "autorise"'

    assert levels(tmp_path, family, "Un médecin, son médecin traitant.") == [Level.BLOQUANT]


def test_a_case_decides_by_what_stands_before_after_and_near(tmp_path: Path) -> None:
    family = """[[entry]]
forms = ["boit"]
[[entry.case]]
after = "un cafe"
level = "autorise"
[[entry.case]]
before = "{qui}"
level = "a_verifier"
"""

    found = [levels(tmp_path, family, text) for text in ("Il boit un café", "Mme boit", "Il boit")]

    assert found == [[], [Level.A_VERIFIER], [Level.BLOQUANT]]


def test_a_context_stops_at_the_end_of_the_sentence(tmp_path: Path) -> None:
    family = '[[entry]]\nforms = ["hp"]\nlevel = "autorise"\n[[entry.case]]\nbefore = "sort d"\nlevel = "bloquant"'

    assert levels(tmp_path, family, "Elle sort d'HP.") == [Level.BLOQUANT]
    assert levels(tmp_path, family, "Elle sort. HP et HC.") == []


def test_a_class_stands_for_each_of_its_words(tmp_path: Path) -> None:
    assert levels(tmp_path, 'words = ["mal (au|de) {o}"]', "Mal au dos et mal de dos") == [Level.BLOQUANT] * 2


@pytest.mark.parametrize(
    "family", ['[[entry]]\nlevel = "bloquant"', 'words = ["{inconnue}"]', '[[case]]\nnear = "("\nlevel = "info"']
)
def test_a_bad_family_is_refused_by_the_name_of_its_file(tmp_path: Path, family: str) -> None:
    with pytest.raises(BadVocabulary, match=r"f\.toml"):
        load(folder(tmp_path, family))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ospitalise", "hospitalise"), ("skizofrene", "schizophrene"), ("alsaimer", "alzheimer"), ("artrose", "arthrose")],
)
def test_words_that_sound_alike_have_one_key(typed: str, meant: str) -> None:
    assert sound(typed) == sound(meant)


@pytest.mark.parametrize("word", ["foi", "rien", "cars", "maire", "signer", "courrier", "logement", "attestation"])
def test_an_ordinary_word_is_never_corrected(word: str) -> None:
    assert word in common_words()


def test_adjectives_take_their_feminine_and_plural() -> None:
    assert {"dépressive", "dépressifs"} <= set(inflected("dépressif"))
    assert {"cancéreuse", "cancéreuses"} <= set(inflected("cancéreux"))


def test_an_empty_vocabulary_finds_nothing() -> None:
    assert HealthWords(Vocabulary([]), spelling=False).find(Text.of("Un cancer.")) == []


@pytest.mark.parametrize(("made", "said"), [("vocabulary", MAKERS), ("traps", traps.MAKERS)])
def test_what_is_kept_is_made_again_when_any_module_that_makes_it_changes(made: str, said: tuple[str, ...]) -> None:
    others = {"findings", "kept", "text"}  # names of levels, the keeping itself, and a decorator
    makers, waiting = set(), [made]
    while waiting:
        makers.add(name := waiting.pop())
        source = (DATA.parents[1] / f"{name}.py").read_text("utf-8")
        waiting += set(re.findall(r"^from scanners\.(\w+) import", source, re.MULTILINE)) - makers - others

    assert makers == set(said)
