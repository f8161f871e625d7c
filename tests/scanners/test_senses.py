"""What an image of illness is, and what it is not."""

import pytest

from scanners.engine import scan
from scanners.findings import Level


def alarms(text: str) -> list[Level]:
    return [f.level for f in scan(text) if f.level is not Level.INFO]


@pytest.mark.parametrize(
    "text",
    [
        "Une hémorragie d'abonnés à la mutuelle communale.",  # a thing for complement
        "La caisse est atteinte d'une lenteur rare.",  # an institution for subject
        "Prothèse administrative : notre secrétaire remplit tout.",  # a quality of things
        "Ils ont amputé l'aide de moitié.",  # a thing for object
        "Nous sommes aveugles depuis ce matin sur les dossiers.",  # the writer's own team
        "Elle est droguée aux séries.",
        "L'administration est autiste.",
        "La rocade fait un infarctus chaque matin.",  # a thing for subject, though no list knows it
        "Le dossier de M. Tassin est en soins intensifs depuis trois semaines.",  # whosever it is
        "Chaudière atteinte d'incontinence, le bac déborde.",
        "Autopsie d'un rejet : pas de date, pas de cachet.",  # papers for complement
    ],
)
def test_an_image_of_illness_raises_no_alarm(text: str) -> None:
    assert not alarms(text)


@pytest.mark.parametrize(
    "text",
    [
        "Chevilles enflées dès midi, RDV le matin uniquement.",
        "Crises d'angoisse au guichet, recevoir bureau fermé.",
        "Droits coupés, hémorragie interne.",
        "Blessé par une machine à l'usine.",
        "Le dossier est complet. Il est aveugle.",
        "Amputé d'une jambe, le logement n'est pas adapté.",
        "La petite dernière a la gastro.",
        "Le titulaire du compte a un cancer.",
        "Le carnet mentionne une épilepsie.",
        "Placé en sevrage alcoolique depuis lundi.",
        "Toute la maison a la gale.",
        "Il a la phobie des chiens, ne pas fixer le rendez-vous au refuge.",  # what one is really sick of
        "Le contrat est suspendu depuis son cancer.",
        "N'a pas dormi de la nuit, il s'endort au milieu de l'entretien.",
        "Allergique aux chats, le logement n'est pas adapté.",
    ],
)
def test_the_same_words_said_of_a_body_still_refuse(text: str) -> None:
    assert Level.BLOQUANT in alarms(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cuisinière à l'EHPAD, contrat de 20 h.",
        "Secrétaire du cabinet dentaire licenciée, C2S à étudier.",
        "Les personnes handicapées peuvent utiliser l'entrée rue Basse.",
    ],
)
def test_care_as_a_trade_and_people_in_general_raise_no_alarm(text: str) -> None:
    assert not alarms(text)


@pytest.mark.parametrize(
    "text",
    [
        "Journée d'étude sur la précarité et la santé mentale, inscription avant le 10.",
        "Le public sourd et malentendant dispose d'un service en ligne.",
        "Une personne sur cinq est atteinte d'une maladie chronique.",
        "Petit-déjeuner partenaires sur l'autisme, CCAS, 9 h.",
        "Rappel : aucun certificat médical ne doit être joint au formulaire.",
    ],
)
def test_what_is_told_of_everybody_raises_no_alarm(text: str) -> None:
    assert not alarms(text)


@pytest.mark.parametrize(
    "text",
    [
        "Présentation du dispositif faite ; chevilles enflées dès midi.",
        "Convention avec le bailleur signée, diabète à surveiller.",
        "Guide des droits remis, cancer du sein.",
        "Il plaisante à l'accueil, dépression ancienne.",
        "Le dossier mentionne une infection.",
    ],
)
def test_an_action_told_before_hides_nobodys_health(text: str) -> None:
    assert Level.BLOQUANT in alarms(text)
