"""The two tiers of health data: what a structure hears with either of them off."""

import pytest

from scanners.detectors import likely, phrases
from scanners.engine import Scanner
from scanners.findings import Category, Finding, Level
from scanners.own_words import OwnWords, tier_named
from scanners.tiers import Tier, in_force, unlooked

NAMED, LIKELY = Tier.NAMED.words, Tier.LIKELY.words
SICK = "Madame est diabétique et prend de l'insuline."


def heard(text: str, *silenced: str, added: tuple[tuple[str, Level], ...] = ()) -> list[tuple[str, Level, str]]:
    found = Scanner().scan(text, OwnWords.of(added, silenced))
    return [(text[one.start : one.end], one.level, one.rule) for one in found]


@pytest.mark.parametrize(
    "text", ["Elle a un cancer.", "Demande de RQTH.", "Hospitalisé pour un AVC.", "Elle prend de l'insuline."]
)
def test_with_the_first_tier_off_what_is_named_is_not_found(text: str) -> None:
    before, after = heard(text), heard(text, NAMED)

    assert before != []
    assert [rule for _, _, rule in after if rule not in (likely.RULE, phrases.RULE)] == []
    assert [level for _, level, _ in after if level is Level.BLOQUANT] == []


def test_a_nir_and_an_identity_are_found_whatever_is_off() -> None:
    text = "NIR 1 85 07 78 006 000 13, cancer du sein, joignable au 06 12 34 56 78."

    found = Scanner().scan(text, OwnWords.of([], [NAMED, LIKELY]))

    assert [one.category for one in found] == [Category.NIR, Category.TELEPHONE]


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("word", ["cancer", "zonzonite"])
def test_the_words_that_a_structure_added_are_found_whatever_is_off(word: str, level: Level) -> None:
    found = heard(f"Elle a un {word}.", NAMED, LIKELY, added=((word, level),))

    assert found == [(word, level, "sante.vocabulaire")]


def test_a_word_that_a_structure_silenced_stays_silent() -> None:
    assert heard("Elle parle de ventriculoscopie.", NAMED, "ventriculoscopie") == []


def test_a_word_built_like_a_medical_one_is_likely_even_if_the_first_tier_names_it() -> None:
    text = "Coloscopie puis ventriculoscopie."

    assert heard(text, NAMED) == [
        ("Coloscopie", Level.A_VERIFIER, likely.RULE),
        ("ventriculoscopie", Level.A_VERIFIER, likely.RULE),
    ]


def test_a_sentence_that_reads_like_health_speaks_where_the_first_tier_no_longer_does() -> None:
    ((_, level, rule),) = heard(SICK, NAMED)
    (finding,) = Scanner().scan(SICK, OwnWords.of([], [NAMED]))

    assert (level, rule) == (Level.A_VERIFIER, phrases.RULE)
    assert "Aucun mot de cette phrase ne nomme" not in finding.why


def test_an_image_of_an_illness_stays_an_image() -> None:
    assert heard("La rocade fait un infarctus chaque matin.", NAMED) == []


def test_with_both_tiers_off_no_health_is_found() -> None:
    assert heard(f"{SICK} Ses pieds sont tout noirs et il ne les sent plus. Coloscopie.", NAMED, LIKELY) == []


def test_three_hints_that_refused_together_are_gone_with_the_tier_that_named_them() -> None:
    text = "Demande de RQTH, rendez-vous à l'hôpital, carte mobilité inclusion."

    assert {level for _, level, _ in heard(text, NAMED)} <= {Level.A_VERIFIER}


def test_what_a_configured_detector_finds_belongs_to_no_tier() -> None:
    configured = Finding(0, 6, Category.SANTE, Level.BLOQUANT, "ajout.maison", "Trouvé par un détecteur ajouté.")

    assert OwnWords.of([], [NAMED]).heard("cancer", [configured]) == [configured]


@pytest.mark.parametrize(
    ("word", "tier"),
    [
        ("mots nommés", Tier.NAMED),
        ("Mots  NOMMES", Tier.NAMED),
        ("mots-probables", Tier.LIKELY),
        ("mots", None),
        ("mot nommé", None),
        ("nommés", None),
    ],
)
def test_the_words_of_a_tier_are_known_however_they_are_typed(word: str, tier: Tier | None) -> None:
    assert tier_named(word) is tier
    assert OwnWords.of([], [word]).off == (frozenset({tier}) if tier else frozenset())


def test_what_the_service_sends_is_read_with_every_tier() -> None:
    own = OwnWords.of([("zonzonite", Level.BLOQUANT)], [NAMED, "Berck"])

    whole = own.with_every_tier()

    assert (whole.off, whole.added, whole.silenced) == (frozenset(), own.added, own.silenced)
    assert [one.level for one in Scanner().scan("Elle a un cancer.", whole)] == [Level.BLOQUANT]


@pytest.mark.parametrize(
    ("off", "on", "said"),
    [
        (set(), ["nomme", "probable"], None),
        ({Tier.LIKELY}, ["nomme"], None),
        ({Tier.NAMED}, ["probable"], "nommées"),
        ({Tier.NAMED, Tier.LIKELY}, [], "Les données de santé ne sont pas cherchées"),
    ],
)
def test_what_is_not_looked_for_is_told(off: set[Tier], on: list[str], said: str | None) -> None:
    told = unlooked(off)

    assert in_force(off) == on
    assert (told is None) == (said is None)
    assert (said or "") in (told or "")
