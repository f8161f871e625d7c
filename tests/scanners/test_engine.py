"""What a scan promises whatever the text: offsets, order, Presidio inside, words of the structure."""

import tomllib
from importlib.util import find_spec

import pytest
from presidio_analyzer import Pattern, PatternRecognizer

from evaluation.marked import comments, unmarked
from scanners import presidio
from scanners.detectors import likely, phrases
from scanners.detectors.health import shipped
from scanners.engine import DETECTORS, LONGEST, Scanner, TextTooLong, scan
from scanners.findings import Category, Finding, Level
from scanners.own_words import OwnWords
from scanners.rewording import masked, reword
from scanners.text import Text
from scanners.vocabulary import DATA

MARKED = (
    ("Usager suivi pour [b:dépression], NIR [nir:1 85 05 78 006 000 30].", 2),
    ("Elle a un [b:cancer], son fils est [b:autiste].", 2),
    ("Mme Leroux demande sa carte Vitale.", 0),
    # Accents are folded away: a boarder is told from « interné » by the sentence.
    ("Son fils est interne, il rentre le vendredi.", 0),
    ("Le fils aîné est interne en semaine.", 0),
    ("Son fils a été [b:interné].", 1),
    ("a été [b:interne] 3 semaines", 1),
    ("Sa fille est [b:internée].", 1),
    ("Mutation interne acceptée, visa long séjour valable.", 0),
    # Typed on a telephone, « avc » is most often « avec ».
    ("il vit avc sa copine, voir avc le 62", 0),
    ("il a [b:fait un avc] en mars", 1),
    # A given name after it makes a surname in any letters; capitals in a text in small ones may only shout.
    ("M AVEUGLE JEAN. CHANGEMENT D ADRESSE", 0),
    ("dossier bloqué, MR [b:DIABETIQUE], DROITS A ROUVRIR", 1),
    ("Elle déménage à Wingles, chez sa sœur, sage-femme, le 15.", 0),
    ("Son chien a la gale.", 0),
    ("Il loge en face de la clinique.", 0),
    ("Elle entra à l'[v:EHPAD] en mai, laissant derrière elle un buffet.", 1),
)


@pytest.mark.parametrize(("marked", "count"), MARKED)
def test_findings_are_those_marked(marked: str, count: int) -> None:
    text, marks = unmarked(marked)

    found = [(f.start, f.end) for f in scan(text) if f.level is not Level.INFO]

    assert found == [(m.start, m.end) for m in marks] and len(found) == count


def test_every_detector_has_a_name_of_its_own() -> None:
    assert len({detector.name for detector in DETECTORS}) == len(DETECTORS)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Joindre au 06 12 34 56 78", Category.TELEPHONE),
        ("Écrire à contact@exemple.fr", Category.EMAIL),
        ("IBAN FR76 3000 6000 0112 3456 7890 189", Category.IBAN),
        ("Habite 12 rue des Lilas, 62000 Arras", Category.ADRESSE),
        ("Née le 12/07/1985", Category.DATE_NAISSANCE),
        ("Sa fille Léa Martin l'aide", Category.NOM_TIERS),
    ],
)
def test_other_identifying_data_is_told_without_alarm(text: str, category: Category) -> None:
    (finding,) = scan(text)

    assert (finding.category, finding.level) == (category, Level.INFO)


def test_a_text_beyond_the_limit_is_refused_by_name() -> None:
    with pytest.raises(TextTooLong):
        scan("a" * (LONGEST + 1))


def test_the_language_model_is_not_loaded_for_a_text_without_unexplained_names() -> None:
    presidio.model.cache_clear()

    Scanner(names=True).scan("Madame Dupont n'a plus de droits ouverts.")

    assert presidio.model.cache_info().currsize == 0


@pytest.mark.slow
@pytest.mark.skipif(find_spec(presidio.MODEL) is None, reason="the French language model is not installed")
def test_the_language_model_finds_the_name_of_a_third_party() -> None:
    found = Scanner(names=True).scan("Le logement est au nom de Claire Fontaine depuis mars.")

    assert [f.category for f in found] == [Category.NOM_TIERS]


def test_a_presidio_recognizer_can_be_added_by_configuration(tmp_path) -> None:  # type: ignore[no-untyped-def]
    configuration = tmp_path / "recognizers.yaml"
    configuration.write_text(
        "supported_languages: [fr]\nrecognizers:\n  - name: dossier interne (n°)\n    type: custom\n"
        "    supported_entity: NIR\n    supported_languages: [{language: fr}]\n"
        "    patterns: [{name: dossier, regex: 'DOSS-[0-9]{4}', score: 0.9}]\n"
    )

    (finding,) = Scanner(configuration=configuration).scan("Voir DOSS-1234.")

    assert (finding.rule, finding.level) == ("ajout.dossier_interne__n__", Level.BLOQUANT)


def test_presidio_runs_our_detectors_beside_any_other() -> None:
    engine = presidio.analyzer([presidio.DetectorsRecognizer("essai", lambda text, _: scan(text))])
    engine.registry.add_recognizer(
        PatternRecognizer("IBAN", patterns=[Pattern("x", "XYZ", 0.9)], supported_language="fr")
    )

    found = {result.entity_type for result in engine.analyze("XYZ a un cancer", "fr")}

    assert found == {"IBAN", "SANTE"}


def test_a_detector_is_asked_where_digits_are_enough_and_finds_nothing_where_they_are_not() -> None:
    texts = [Text.of(comment.text) for comment in comments("dev3")]

    found = [
        (detector.name, text.original)
        for detector in DETECTORS
        for text in texts
        if text.digits < detector.fewest and any(True for _ in detector.find(text))
    ]

    assert not found


def test_a_word_that_a_structure_added_is_found_in_its_plural() -> None:
    own = OwnWords.of([("zigouillette", Level.BLOQUANT)], [])

    (finding,) = Scanner().scan("A des zigouillettes.", own)

    assert (finding.level, finding.rule) == (Level.BLOQUANT, "sante.vocabulaire")


def test_a_silenced_word_is_silent_and_a_nir_never_is() -> None:
    own = OwnWords.of([], ["cancer", "185077800600013"])

    found = Scanner().scan("Un cancer, NIR 185077800600013.", own)

    assert [f.category for f in found] == [Category.NIR]


def test_a_masked_text_holds_no_word_found() -> None:
    text = "A un cancer, NIR 1 85 07 78 006 000 13."

    assert masked(text, scan(text)) == "A un [santé], NIR [NIR]."


def test_every_family_of_the_vocabulary_has_something_to_write_instead() -> None:
    rules = {entry.rule for _, entries in shipped().vocabulary.items() for entry in entries}

    assert all(reword(f).write or reword(f).say for f in (_finding(rule) for rule in rules))


def test_no_rewording_waits_for_a_family_that_is_not() -> None:
    families = {entry.rule for _, entries in shipped().vocabulary.items() for entry in entries}
    known = {"nir", "sante", "identite", "ajout", "sante.vocabulaire", likely.RULE, phrases.RULE}
    rows = tomllib.loads((DATA.parent / "rewordings.toml").read_text("utf-8"))["rewording"]

    named = {rule for row in rows for rule in row["rules"] if not rule.startswith("identite.")}

    assert named <= families | known


def _finding(rule: str) -> Finding:
    return Finding(0, 1, Category.SANTE, Level.BLOQUANT, rule, "")
