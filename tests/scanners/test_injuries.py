"""Rules of bodies: who is hurt makes no image of it, whatever the sentence names next."""

import pytest

from scanners.engine import scan
from scanners.findings import Level


@pytest.mark.parametrize(
    "said", ["Madame s'est cassé le bras en descendant du bus.", "Elle s'est coincé le dos sur le trajet."]
)
def test_a_body_hurt_near_a_thing_is_no_image(said: str) -> None:
    assert [finding.level for finding in scan(said)] == [Level.BLOQUANT]


@pytest.mark.parametrize(
    "said", ["Il s'est cassé les pieds pour rien à la préfecture.", "Il s'y est cassé la tête, ce formulaire."]
)
def test_an_idiom_of_the_body_stays_one(said: str) -> None:
    assert not scan(said)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("Attend une place en SSR.", Level.A_VERIFIER),
        ("Il sort de SSR lundi.", Level.BLOQUANT),
        ("Passé aux urgences dimanche, facture de 58 € reçue.", Level.A_VERIFIER),
        ("La podologue n'accepte pas le tiers payant.", Level.A_VERIFIER),
        ("Le frottis n'a pas été remboursé.", Level.BLOQUANT),
    ],
)
def test_what_is_awaited_paid_or_done_has_the_level_of_the_guide(said: str, level: Level) -> None:
    assert [finding.level for finding in scan(said)] == [level]


@pytest.mark.parametrize("said", ["Invitation à la mammographie de dépistage non reçue.", "Le 100 % Santé expliqué."])
def test_what_is_offered_to_all_says_nothing(said: str) -> None:
    assert not scan(said)


@pytest.mark.parametrize(
    "said",
    [
        "Il y a du sang dans ses urines.",
        "Main droite ne se referme plus, signature impossible.",
        "Il a eu le bras happé par une machine.",
        "Brûlé aux deux mains dans l'incendie.",
        "Le petit a été implanté des deux côtés.",
        "Le médecin lui a donné six mois.",
        "Il a avalé toutes les boîtes du placard.",
        "Contrôlé positif à la coke sur la route.",
        "Elle ne supporte plus son bébé.",
        "Il met dix minutes pour aller de son lit à la fenêtre.",
        "Elle n'entend la sonnette que si on tambourine.",
        "La petite a une bronkiolite.",
    ],
)
def test_what_befell_a_body_is_told_without_the_name_of_an_illness(said: str) -> None:
    assert [finding.level for finding in scan(said)] == [Level.BLOQUANT]


@pytest.mark.parametrize(
    "said", ["La caisse lui a donné deux mois pour répondre.", "La mâchoire du portail ne se ferme plus."]
)
def test_a_delay_or_a_device_is_no_body(said: str) -> None:
    assert not scan(said)
