"""One word, said of nobody and said of somebody: silence for the first, a refusal for the second."""

import pytest

from scanners.engine import scan
from scanners.findings import Level

# Class: what means nobody, then what means somebody with the words that make the first harmless.
SAID = {
    "a plan, of money or of death": ("Plan de remboursement suicidaire.", "Elle a un plan suicidaire précis."),
    "a reply, a person": ("Réponse stérile du centre de formation.", "Elle est stérile, le centre l'a confirmé."),
    "the name of a box": (
        "Je trouve « ALD » et « Autre » dans le menu.",
        "Rubrique santé : « cancer de la prostate ».",
    ),
    "the name of a form's box": (
        "On lui propose « déclaration de grossesse » sur le formulaire, à tort.",
        "Le médecin a écrit « sclérose en plaques » sur le formulaire.",
    ),
    "what must not be written, or told": (
        "Projet de charte : chacun s'interdit de mentionner une hospitalisation.",
        "Éviter de citer le cancer devant la fille.",
    ),
    "what is not put": (
        "On n'a plus le droit de mettre handicap dans les messages.",
        "Évitez de mettre du sucre, diabétique.",
    ),
    "a share of all": (
        "Enquête : 9 % de diabète dans le canton.",
        "100 % pour un cancer, bilan au prochain trimestre.",
    ),
    "a car": ("La clio de ma collègue tousse à chaque feu.", "Dort dans sa voiture, tousse depuis trois semaines."),
    "a telephone": ("Mon tel a chopé un virus, photos perdues.", "Elle a répondu par mail, a attrapé la crève."),
    "a printer": ("Imprimante en fin de vie, copies illisibles.", "En fin de vie, copie du jugement jointe."),
    "a herd": ("Le troupeau est bloqué pour brucellose.", "Ouvrier en élevage, brucellose reconnue."),
    "stray beasts": ("Chats errants au local, plusieurs ont la gale.", "Mme a la gale, chats errants dans l'immeuble."),
    "one's cat": ("Absente demain, elle fait opérer sa chatte.", "Absente demain, elle se fait opérer du sein."),
    "a meal, a message": (
        "L'objet du message ne doit contenir ni diagnostic ni traitement.",
        "Le repas ne doit pas contenir de sucre, diabétique.",
    ),
    "what is not entered": (
        "Ne pas inscrire de maladie dans le champ libre.",
        "Ne pas inscrire Paul à la cantine, allergie arachide.",
    ),
    "what must not appear": (
        "Le mot cancer ne doit pas figurer dans le commentaire.",
        "Son nom ne doit pas figurer sur la porte, schizophrène délirant.",
    ),
    "breath": ("En apnée jusqu'à la paie du 5.", "Apnées jusqu'à 40 par heure, appareillé."),
    "a wart": ("Une verrue de préfabriqués au milieu du parking.", "Cicatrice au milieu du ventre."),
    "an intensity": ("Enedis : chute de tension sur la colonne montante.", "Il fait de la tension, cachets à vie."),
    "an illness of concrete": ("L'expert parle de pathologie du béton.", "Pathologie du sol pelvien."),
    "a shop": ("Local repris par « La Clinique du Portable ».", "Opérée à la clinique, portable éteint."),
    "what a voucher does not pay": (
        "Bon d'achat remis. Pas d'alcool ni tabac avec.",
        "Pas d'alcool depuis deux mois, colis alimentaire donné, sevré.",
    ),
    "a gesture that is learned": (
        "Salle prise par la formation massage cardiaque.",
        "Les pompiers ont pratiqué un massage cardiaque sur lui.",
    ),
    "an office's machine": ("Le scanner est paralysé depuis la mise à jour.", "Le bras est paralysé depuis son AVC."),
    "a butcher": ("Valable chez Vival et à la boucherie Cardiac.", "Boucher, cardiaque, il cherche un poste assis."),
    "letters of a name": ("C'est bien MALADRY avec un Y pas MALADRIE.", "Kylian avec un K, Ritaline le matin."),
    "the walls": ("SCI propriétaire des murs du cabinet dentaire.", "Propriétaire, hospitalisé depuis mai."),
    "to come back to oneself": ("Le budget se rétablit peu à peu.", "Budget à revoir, il se remet d'un infarctus."),
    "many workers": ("Planning : 2 TS absentes en juillet.", "Il a fait 2 TS cet été."),
    "a service level": ("Le SLA du logiciel prévoit 48 h.", "La SLA progresse, il ne marche plus."),
    "the name of a house": ("Résidence « La Clinique », loyer 412 €.", "Opérée à la clinique « La Roseraie »."),
    "a clutch": ("Minibus : embrayage malade, devis du garage.", "Malade du foie, le moteur est cassé."),
    "forty head": ("Abattage de 40 bovins pour tuberculose.", "Éleveur de bovins, il a une tuberculose."),
    "what one writes no more": (
        "Je mets plus « malade » ni « enceinte » ds les messages.",
        "Je mets un message : elle est enceinte.",
    ),
    "what is asked of anybody": (
        "Quand une personne nous parle d'une hospitalisation, doit-on l'indiquer ?",
        "Madame nous parle de son hospitalisation, doit-on relancer ?",
    ),
    "surnames in a row": (
        "Signatures en attente : Sourdeau, Bègue, Cancelier, Manchon.",
        "Trois soucis : Diabète, Dépression, Alcoolisme.",
    ),
    "a nickname": ("Chasubles de l'équipe des Éclopés (nom du club).", "Éclopé, amputé d'un pied, il marche mal."),
    "what we are told": (
        "« Vous avez des trous de mémoire ici », dit-on.",
        "Elle a des trous de mémoire, médecin alerté.",
    ),
    "to nearly have": (
        "J'ai failli faire une crise de nerfs devant votre serveur vocal.",
        "Elle a failli mourir d'un infarctus, dossier en attente.",
    ),
}


def levels(text: str) -> list[Level]:
    return [found.level for found in scan(text) if found.level is not Level.INFO]


@pytest.mark.parametrize(("nobody", "somebody"), SAID.values(), ids=SAID)
def test_a_word_is_silent_of_nobody_and_refused_of_somebody(nobody: str, somebody: str) -> None:
    assert levels(nobody) == []
    assert Level.BLOQUANT in levels(somebody)


@pytest.mark.parametrize(
    "text",
    [
        "Le colocataire est muet, passer par mail.",
        "Syndrome de la Tourette, le collège l'exclut.",
        "Contrat non renouvelé après les croisés du genou.",
        "Elle est ds son 4e mois, rdv à prévoir.",
        "Mr boite de plus en plus, 2e étage.",
        "Il reboit depuis trois semaines.",
        "Le bb enchaine les bronchiolites.",
        "ts aux medocs dimanche",
    ],
)
def test_these_are_refused_too(text: str) -> None:
    assert Level.BLOQUANT in levels(text)
