"""Frames in which a medical word tells nothing of anybody's health: causes, trades, landmarks, practices."""

from collections.abc import Sequence

from scanners.contexts import Context, Side
from scanners.senses import senses

_TRADE = Context(
    r"travaill\w+ (?:a|au|aux|chez|comme|en|de nuit|dans|pour)|embauchee?|employee? (?:a|au|par|"
    r"comme|dans|en)|recrutee?|"
    r"cdd|cdi|interim|vacataire|stage|stagiaire|apprentie?s?|apprentissage|alternance|"
    r"contrat (?:a(?! (?:signer|recevoir|renvoyer|relire))|au|chez|de(?! sejour)|en)|"
    r"agent d|agente d|agente? (?:de (?:securite|service|nettoyage|proprete|surveillance)|hospitalier)|vigile|"
    r"veilleur|standardiste|lingere|aide soignante?|ash|cuisinier|cuisiniere|secretaire|benevole (?:a|au|chez|dans)|"
    r"femme de menage|"
    r"concours|diplome|formation d|prepare|etudie|bts|cap|licenciee? d|fiches? de paie|bulletins? de salaire|boutique|"
    r"magasin|vend|vendait|vente|vendeuse?|pointe a|usine|entreprise|societe|autoentrepreneur|"
    r"micro entreprise|commerce|"
    r"employeurs?|salariee?|cesu|poste d|candidature|livreur|chauffeur|metier|a vendre|retraitee? d|"
    r"tient (?:un|une|le|la)|chorale|chante|anime (?:un|une|des)|badge|hall (?:de|du)|borne|cousu|coud|"
    r"(?:assistante?|aide|agent|adjointe?) (?:dentaire|medicale?|soignante?)|"
    r"reconversion|pour un loueur|livre (?:du|des|de)|"
    r"prud hommes|prudhommes|rappel de salaire|clients? reguliers?|clientele|"
    r"menage (?:a|au|chez|dans)|prime segur|gardiennage|vitrine|representante?s? (?:en|de|chez)|"
    r"(?:a ete|fut|etait) (?:\w+ ){1,2}ans",
    Side.NEAR,
)
# What stands just before the name of a place where one goes by it, not to it.
_LANDMARK = Context(
    r"(?:en face|face|au coin|a l angle|arret|arrets|station|a cote|pres|proche|au dessus|en dessous|derriere|"
    r"devant|a deux pas|non loin)(?: (?:de|du|d|des|le|la|l|les|a|au|aux|un|une|bus|tram|metro|ancien|ancienne|#|"
    r"dit|nomme|appele)){1,5}",
    Side.BEFORE,
)
# What is fought for the good of all, by a race or a raffle, even where somebody runs it, and what is written on it.
CAUSE = Context(
    r"(?:marathon|semi marathon|course|courses|marche|marches|gala|loto|tombola|concert|don|dons|ligue|"
    r"association|lutte|combat|defi|velo|randonnee|kermesse|vente|collecte|benefices?|profit|recherche|campagne|fondation)"
    r"(?: \w+){0,3} contre(?: (?:le|la|l|les))?|"
    r"(?:these|memoire|expose|article|doctorat|recherches?|livre|film|documentaire|documentation|podcast|"
    r"emission|reportage|mooc|module)(?: \w+){0,2} sur(?: (?:le|la|l|les))?",
    Side.BEFORE,
)
# A professional of whom the writer tells what any trader may do: it says nothing of a patient.
PRACTICE = Context(
    r"(?:\w+ ){0,4}?(?:(?:est|sera|etait) (?:absente?|ferme|fermee|remplacee?|en conges?|parti|partie)|"
    r"(?:a pris|prend|part a|part en|prendra) (?:sa |la )?retraite|a ferme|ferme (?:son|le|la|ses|en|a|au|pour)|"
    r"a demenage|demenage|n accepte (?:pas|plus) (?:de|d|les|que|la c2s|la css|la cmu)|"
    r"ne prend (?:pas|plus) (?:la (?:c2s|css|cmu)|de nouveaux|les nouveaux|la carte)|"
    r"organisent? (?:ses|leurs|des|une (?:journee|reunion|matinee)|un (?:forum|atelier|stand))|"
    r"se reuni(?:t|ssent)|a ete renovee?|visite nos|"
    r"refuse (?:la|les) (?:c2s|css|cmu|carte|beneficiaires)|pratique (?:le|des)|propose le tiers payant|recrute|"
    r"(?:ne vient|n intervient) (?:pas|plus) (?:dans|en|a|au|aux)|"
    r"tient (?:une|sa) permanence|ferme ses|change d adresse|"
    r"n a pas (?:transmis|envoye) (?:l acte|la declaration) de naissance)",
    Side.AFTER,
)
# Of whom the sentence goes on to speak: the place that is closed is theirs.
THEIRS = Context(
    r"(?:son|sa|ses|leurs?|mon|ma|mes) (?:\w+ )??(?:fils|filles?|enfants?|ados?|freres?|soeurs?|mari|femme|epouse?|"
    r"epoux|conjointe?|compagn(?:on|e)|mere|pere|parents?)",
    Side.NEAR,
)
_CARED_FOR = Context(
    r"suivie?s?|soignee?s?|hospitalis\w+|operee?|traitee?|rdv|consult\w*|patiente?|malade|"
    r"(?<!a l )arret(?! (?:de (?:bus|tram|metro)|#))|ij|accident|devis|"
    r"rembours\w*|factur\w*|ordonnance|seances?|souffre|sous|prend|attend|impayee?s?|frais|invalidite|aah|rqth|inapte|"
    r"conge|contrat de sejour|vit|reside|resident|residente|admise?|entree?|"
    r"placee?(?! (?:du|de|des) )|orientee?|adressee?",
    Side.NEAR,
)
PRACTISED = frozenset("specialite soins_courants structure hospitalisation".split())
TRADED = frozenset(
    "structure specialite soins_courants appareillage transport examen medicament soins hospitalisation".split()
)


def clause(words: Sequence[str]) -> Sequence[str]:
    """Return the words up to the first that ends a clause.

    >>> clause(["a", "l", "usine", ",", "malade"])
    ['a', 'l', 'usine']
    """
    for at, word in enumerate(words):
        if word in _BREAKS:
            return words[:at]
    return words


def is_apposition(words: Sequence[str], first: int, last: int) -> bool:
    """Tell whether a profession is that of somebody just named (« sa sœur, sage-femme, », « le gardien, ancien kiné »).

    >>> is_apposition(["sa", "soeur", ",", "kine", ",", "paie"], 3, 3)
    True
    """
    before = first - 1
    while before > 0 and words[before] in _APPOSED:
        before -= 1
    ends = words[last + 1 : last + 2] in ([","], ["."], [")"])
    return ends and before > 0 and words[before] in (",", "(") and senses().class_of(words[before - 1]) in _SOMEBODY


def may_be_traded(marks: set[str]) -> bool:
    """Tell whether a sentence whose words bear these marks may hold a trade or a landmark."""
    return _TRADE.may_be_among(marks) or _LANDMARK.may_be_among(marks)


def is_landmark(before: str, own: str, marks: set[str]) -> bool:
    """Tell whether the words before a place make a landmark of it, and its clause speaks of nobody cared for.

    `marks` are those of the sentence's words.
    """
    return _LANDMARK.is_among(before, marks) and not _CARED_FOR.is_among(own, marks)


def is_trade(near: str, sentence: str, marks: set[str]) -> bool:
    """Tell whether words near make care a job or a shop, and the sentence speaks of nobody cared for.

    `marks` are those of the sentence's words.
    """
    return _TRADE.is_among(near, marks) and not _CARED_FOR.is_among(sentence, marks)


_APPOSED = frozenset("un une ancien ancienne jeune".split())
_SOMEBODY = frozenset({"personne", "institution"})  # « son patron », « le gardien »: what employs, lets or guards
_BREAKS = frozenset(", ; : ( ) que qu car mais donc parce".split())
