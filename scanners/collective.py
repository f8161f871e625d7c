"""Whether an action, an instruction or everybody is spoken of, and no person (annotation guide, rule 1)."""

import re
from functools import cache

from scanners.contexts import Context, Side

# What leads to the island: « vit à La Réunion » tells of somebody, « à la réunion de service » of everybody.
_TO_THE_ISLAND = (
    "vit a,vivre a,vecu a,vivait a,habite a,ne a,nee a,rentre a,rentree a,installe a,installee a,reste a,parti a,"
    "partie a,part a,part pour,vient de,arrive de,arrivee de,revient de,rentre de,originaire de,quitte,ile de"
).split(",")
_NO_ISLAND = "".join(f"(?<!{lead} la )" for lead in _TO_THE_ISLAND)
_COLLECTIVE = Context(
    r"plan (?:cancer|canicule|alzheimer|autisme|national|regional|local|sante|grand froid)|"
    r"actions? (?:collective|de|du|mois|sante|#)|"
    r"ateliers?|"
    + _NO_ISLAND
    + r"reunions?|campagne|forum|semaine (?:bleue|nationale|europeenne|de la|de l|du|des|d information)|"
    r"journee (?:mondiale|nationale|europeenne|d information|de sensibilisation|portes ouvertes|prevention|"
    r"de la|du)|"
    r"mois sans|octobre rose|mars bleu|movember|sensibilisation|"
    r"depliants?|flyers?|affiches?|brochures?|webinaire|colloque|"
    r"epidemie|projet (?:social|#|de service|d etablissement|territorial|regional)|axes?|ordre du jour|"
    r"stand|plaquettes?|comite(?! (?:regional|medical|de reconnaissance))|copil|partenariat|"
    r"diagnostic (?:local|territorial|partage|social|de territoire|de quartier)|contrat local|"
    r"groupes? (?:de (?:travail|parole)|d (?:echanges?|entraide))|"
    r"don du sang|collecte|merci de ne (?:pas|plus|jamais)|"
    r"ne (?:pas|plus|jamais|rien) (?:saisir|ecrire|mentionner|indiquer|mettre|noter|"
    r"(?:inscrire|consigner|copier|citer|reproduire) (?:de|d|aucune?|#|le (?:nom|motif)|la nature)|"
    r"photocopier (?:de|d|les|l|aucune?)|cocher #|nommer (?:le |les )?(?:fichiers?|pieces?))|"
    r"ne (?:pas|plus|jamais) (?:joindre|envoyer|transmettre|deposer) (?:de|d|des|les|vos|aucune?)|"
    r"(?:objet|messages?|commentaires?|zones?|champs?|textes?|signalements?|saisines?|fichiers?|courriels?|mails?)"
    r"(?: (?:du|de la|de l|des|libres?)(?: \w+)?)? ne (?:doi|peu|devr)\w+ (?:pas |jamais )?"
    r"(?:comporter|contenir|mentionner|citer|reveler)|"
    r"rappel (?:aux|a tous|saisonnier|general|"
    r"de(?! (?:vaccin|tetanos|dtp|l hopital|la clinique|l assuree?|l usagere?|la famille)))|"
    r"rappel (?:(?:du|de la|de l|des) (?:\w+ ){1,3})?(?:a tous les|a toutes les|a l ensemble d|"
    r"aux (?:referente?s?|agents|partenaires|equipes|services|structures|collegues|utilisateurs|gestionnaires))|"
    r"nous rappelons|consignes?|"
    r"formations? (?:(?:# )?\w+er|sur|aux?|a la|des agents|premiers secours|du personnel)|"
    r"ne (?:mentionnez|saisissez|notez|indiquez|precisez|ecrivez|inscrivez)|"
    r"ne (?:mettez|joignez|portez) (?:pas |jamais |rien |plus )?(?:\w+ ){0,8}"
    r"(?:commentaires?|champs?|zones?|messages?|cases?)|"
    r"n y (?:inscrivez|notez|ecrivez|mentionnez|indiquez) (?:ni|aucune?|jamais|pas (?:de|d))|"
    r"intervention (?:d une? \w+ )?(?:sur|aupres)|"
    r"reperage|prevention aupres|"
    r"(?:bus|camion|caravane|minibus) (?:dentaire|sante|(?:de )?depistage|prevention)|marche (?:rose|"
    r"bleue)|exposition|conferences?|"
    r"projet d habitat|enquetes? sur|taux de renoncements?|convention (?:sur|entre)|inauguration|places reservees",
    Side.NEAR,
)
# What is told of all where the sentence opens on it: further on, it may be what somebody was handed.
_HEADING = Context(
    r" ?(?:les? |la |l |une? |nos |notre |nouve(?:au|aux|lle) |projet |theme |# ){0,2}"
    r"(?:statistiques?|modules? (?:en ligne|sur|\d+)|newsletters?|note de service|affichettes?|"
    r"sessions? (?:sur|#|de prevention)|"
    r"fiches? pratiques?|(?:informations?|infos?) (?:a diffuser|generales?)|temps d echanges?|lexique|"
    r"petits? dejeuners?|guides? (?:# )?(?:du|de la|des|ma|mes)|programme|prevention (?:des?|du)|"
    r"rapport annuel|livrets? #|bilan chiffre|presentation d(?:u|e)|mise en accessibilite|annuaire d|"
    r"liste des (?:medecins|dentistes|professionnels)|quinzaine|theme|bien vieillir)",
    Side.AFTER,
)
_TOLD_OF_ALL = Context(
    r"convention avec|l ars (?:signale|alerte|informe|lance)|soirees? (?:sur|debat|d information)|"
    r"podcast sur|rappel du protocole|chez les (?:nourrissons|enfants|jeunes|seniors|ados|adolescents|femmes|hommes)|"
    r"selon l etude|d apres l (?:etude|enquete)|flash info|note d information|ligue contre|analyse des pratiques|"
    r"question (?:generale|de fond|de l equipe|pour (?:le referent|toute l equipe)|posee en)|a t on le droit|"
    r"(?:peut|doit) on (?:ecrire|noter|mentionner|indiquer)|(?:bus|camion|stand|barnum) (?:\w+ )?propose|"
    r"aucune? (?:\w+ ){1,3}ne (?:doit|doivent|peut|devra)|"
    r"(?:bus|camion) covid|journees? d etude|portes ouvertes|quiz|questionnaire anonyme|"
    r"appel a (?:projets|candidatures)|cine debat|selon la (?:voix|presse)|"
    r"revient dans (?:le departement|la region|les foyers|le secteur|les ecoles)|"
    r"tables? rondes?|circulaires?|(?:ont|a|avons) debattu|debats? (?:sur|public|autour)|ludotheque|mediatheque|"
    r"jeux? (?:de societe |video )?sur|spectacle|cine club|festival|kit (?:de communication|pedagogique)|"
    r"note aux familles|deserts? medica(?:l|ux)|centre de loisirs|"
    r"(?:donnee?|proposee?|offerte?|destinee?|distribuee?)s? aux? (?:lyceens|collegiens|eleves|jeunes|"
    r"habitants|seniors|etudiants|familles|parents|usagers)|"
    r"seances? (?:publiques?|ouvertes?|d information|de sensibilisation|collectives?)|tout public|"
    r"(?:pour memoire|rappele?e?|rappel) a tous|a tous les partenaires|la loi (?:supprime|prevoit|impose|interdit)",
    Side.NEAR,
)
_GROUP = Context(
    r"le public|"
    r"(?:les|des|aux|ces|nos|vos|certains|certaines|beaucoup (?:de|d)|trop de|tous les|toutes les|quelques) "
    r"(?:(?!deux|trois|quatre)\w+ )?"
    r"(?:usagers|usageres|locataires|habitants|personnes|gens|publics?|menages|foyers|agents|collegues|familles|"
    r"seniors|aines|retraites|aidants|"
    r"beneficiaires|assures|patients|malades|benevoles|elus|salaries|etudiants|residents|adultes|"
    r"administres|professionnels|"
    r"equipes|femmes enceintes|jeunes|travailleurs|hommes|"
    r"sourds|malentendants|aveugles|malvoyants|handicapes|diabetiques|asthmatiques|autistes|alcooliques|toxicomanes|"
    r"fumeurs|epileptiques|allergiques|cardiaques|depressifs|bipolaires|schizophrenes|dyslexiques)",
    Side.NEAR,
)
_PAUSES = re.compile(r" ?[,;(](?= |$)")
_THEMES = Context(
    r"(?:themes?|sujets?|programme|au menu|thematiques?) (?:de|du|des|d|abordes?) (?:\w+ ){0,2}?"
    r"(?:ateliers?|reunions?|seances?|journees?|forum|conferences?|permanences?|formations?|stage)",
    Side.NEAR,
)
_PERSON = Context(
    r"mme|mr|monsieur|madame|m \.|usager|usagere|il|elle|ils|elles|son|sa|ses|lui|leur|fils|fille|mari|"
    r"femme|epouse|conjoint|conjointe|mere|pere|soeur|frere|enfant|bebe|patient|patiente|assure|assuree|"
    r"absences? justifiee?s?|absente?|assidue?|"
    r"locataire|suivie?(?! (?:une? |la |le )?(?:formation|stage|module|cours|webinaire))|souffre|atteinte?",
    Side.NEAR,
)
# Of whom what follows is told (« Atelier : une participante a fait un malaise »).
_SUFFERER = Context(
    r"(?<!\bsi )(?<!quand )(?<!lorsque )(?<!lorsqu )(?:une?|l|le|la|notre|mon|ma|cet|cette|ce|votre) "
    r"(?:jeune |vieille |vieux |petite? )?"
    r"(?:agente?|collegue|stagiaire|benevole|animateur|animatrice|directeur|directrice|participante?|intervenante?|"
    r"formateur|formatrice|voisine?|dame|homme|garcon|residente?|beneficiaire|habitante?|gardienne?|eleve|jeune|"
    r"(?<!qu une )personne|salariee?|allocataire|etudiante?|apprentie?)"
    r"(?: (?:du|de la|de l|d|agee?) \w+)?"
    r" (?:a|a (?:fait|refait|eu)|vient (?:de|d) (?:etre|faire|avoir)|fait|s|s est|est|est (?:en|tombee?|sous)|souffre)"
    r"(?: (?:une?|son|sa|encore|deja|d|de))?",
    Side.BEFORE,
)
# A share of everybody: whoever reads it learns of no one.
_SHARE = Context(
    r"une? (?:adulte|personne|jeune|femme|homme|assuree?|menage|foyer|enfant|habitant|salariee?|allocataire|senior) "
    r"sur (?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|vingt|cent|\d+)|"
    r"\d+ % des? (?:menages|foyers|jeunes|habitants|assures|personnes|seniors|femmes|hommes|allocataires|salaries|"
    r"etudiants)",
    Side.NEAR,
)


def is_collective(before: str, rest: str, own: str, sentence: str, marks: set[str]) -> bool:
    """Tell whether an action, an instruction or a group is spoken of and no person.

    `before` and `rest` are the sentence up to the end of the form's clause: an action named afterwards, past a comma,
    is another matter (« Diabétique, inscrit à l'atelier »). `own` is that clause: a group must stand in it. `marks` are
    those of the sentence's words.
    """
    if not may_be_collective(marks):
        return False
    so_far, breath = f"{before} {rest}", f"{_PAUSES.split(before)[-1]} {rest}"
    spoken = (
        _COLLECTIVE.is_among(so_far, marks)
        or _HEADING.is_among(breath, marks)
        or _TOLD_OF_ALL.is_among(breath, marks)
        or _GROUP.is_among(own, marks)
        or _THEMES.is_among(sentence, marks)
    )
    of_nobody = spoken and not _PERSON.is_among(sentence, marks) and not _is_of_somebody(before, rest)
    return of_nobody or _SHARE.is_among(breath, marks)


def _is_of_somebody(before: str, rest: str) -> bool:
    """Tell whether the form, which `rest` opens with, is told of one person; its own verb may lead to it."""
    return any(_SUFFERER.match(led) for led in (before, f"{before} {rest.partition(' ')[0]}"))


def may_be_collective(marks: set[str]) -> bool:
    """Tell whether a sentence whose words bear these marks may speak of an action, of an instruction or of a group."""
    told = _told()
    return told is None or not told.isdisjoint(marks)


@cache
def _told() -> frozenset[str] | None:
    marks = [one.anywhere for one in (_COLLECTIVE, _HEADING, _TOLD_OF_ALL, _GROUP, _THEMES, _SHARE)]
    known = [some for some in marks if some is not None]
    return frozenset().union(*known) if len(known) == len(marks) else None
