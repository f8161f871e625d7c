"""What a word of the vocabulary says of no patient, by the words around it, and what it still says of one."""

import pytest

from scanners.engine import scan
from scanners.findings import Level
from scanners.traps import read


def alarms(text: str) -> list[Level]:
    return [f.level for f in scan(text) if f.level is not Level.INFO]


@pytest.mark.parametrize(
    "text",
    [
        "Le chat est épileptique et prend du Gardénal, budget serré.",  # a beast for subject
        "Sevrage des agneaux en mai, pas de revenus avant l'été.",  # a beast for patient
        "Brancardier en dialyse à Lens, ses horaires changent.",  # a job in a ward
        "Étudiante en orthophonie à Tours, quelle caisse pour elle ?",  # studies
        "La sage-femme du troisième a quitté la résidence.",  # a neighbour
        "La MDPH recrute deux agents d'accueil.",  # what any office does
        "Le taux de grossesses précoces recule dans le canton.",  # figures of a territory
        "L'invalidité se coche, elle ne s'écrit pas.",  # an instruction
        "Exemple à éviter : « est dépressif, à rappeler ».",  # quoted as what must not be written
        "Le scanner avale les feuilles, il faudra renvoyer.",  # an object
        "Dépression au large, ferry reporté à mardi.",  # the weather
        "PCH dans le salon = plancher chauffant.",  # a sigle that is spelled out
        "Serveur au bar Le Valium, établissement fermé.",  # a sign, a title
        "Nom d'usage Peste, nom de naissance Lambert.",  # a surname
        "Le bail souffre d'une malformation congénitale : aucune date de signature.",  # a thing for subject
        "Notre club de lecture vieillit et perd ses dents.",  # the same, one verb further
        "Toiture lépreuse et murs moisis : demande de relogement.",  # the same, without a verb
        "Autopsie de la photocopieuse prévue mardi.",  # a thing for complement
        "Le bras du fauteuil est cassé, à réparer.",  # the limb of a piece of furniture
        "La réforme, c'est une greffe qui ne prend pas.",  # a thing taken up by « c'est »
        "Il fait le ménage de nuit au bloc opératoire, payé avec retard.",  # a job said by its verb
        "Bac pro AVC, deuxième année, bourse demandée.",  # a diploma
        "Elle a trié ses bulletins, il lui en manque trois.",  # what is missing
        "Nouvelle adresse : 14 imp. du Sanatorium, Vannes.",  # a street in short
    ],
)
def test_a_homonym_raises_no_alarm(text: str) -> None:
    assert not alarms(text)


@pytest.mark.parametrize(
    "text",
    [
        "Son chien a été placé car elle est hospitalisée.",
        "Les chats sont à nourrir pendant son hospitalisation.",
        "Vit avec quatre chiens, schizophrène.",
        "Cuisinière en dialyse trois fois par semaine.",
        "Étudiante en dépression, elle abandonne.",
        "Merci de supprimer la mention de son cancer.",
        "Ne pas écrire à Madame, elle est hospitalisée.",
        "Elle fait une dépression et part en Bretagne.",
        "Il a La Grippe, il viendra jeudi.",
        "Après une TS, il vit chez son frère.",
        "Il est au Vinatier depuis un mois.",
        "A fait un malaise chez les voisins.",
        "Le bail est au nom d'une femme en dépression.",
        "Le projet est abandonné, elle a fait une rechute.",
        "Le dossier, c'est un cancer du sein, traiter vite.",
        "Route coupée, une plaie au front, les pompiers l'ont pris.",
        "Accouchement au forceps le 3, madame attend l'attestation.",
        "Il nettoie son logement après la réanimation de sa femme.",
        "Elle est en manque de cocaïne.",
        "Infiltrations dans l'épaule, chantier arrêté.",
    ],
)
def test_the_same_company_hides_nobody(text: str) -> None:
    assert Level.BLOQUANT in alarms(text)


@pytest.mark.parametrize(
    "text",
    [
        "L'éducatrice du CMP demande qu'on la rappelle.",
        "Maison vendue pour payer l'EHPAD de sa mère.",
        "La MDPH lui a refusé sa demande.",
        "Contestation de l'AT envoyée en recommandé.",
        "Demande d'entrée en USLD déposée.",
        "Attend une place en CAMSP pour le petit.",
        "Passé aux urgences sans sa carte, facture de 58 € reçue.",
        "L'opération est fixée au 3 mai.",
        "A quitté son poste pour s'occuper de son frère dépendant.",
    ],
)
def test_a_place_of_care_met_as_a_patient_is_still_asked_about(text: str) -> None:
    assert alarms(text) == [Level.A_VERIFIER]


def test_a_trap_that_asks_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="asks for nothing"):
        read({"patterns": {}, "trap": [{"why": "rien", "forms": "cancer"}]})


def test_a_trap_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown keys"):
        read({"patterns": {}, "trap": [{"why": "rien", "before": "le", "avant": "la"}]})
