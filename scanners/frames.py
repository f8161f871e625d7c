"""Frames in which a medical word tells nothing of anybody's health: names, streets, trades, causes."""

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from scanners.contexts import Context, Side
from scanners.senses import senses
from scanners.text import Text

CIVILITIES = frozenset(
    (
        "m mr mrs mme mmes mlle monsieur madame mesdames messieurs mademoiselle dr docteur pr professeur "
        "maitre me famille consorts epoux veuve nee prenom nom dit"
    ).split()
)
STREETS = frozenset(
    (
        "rue rues avenue av ave boulevard bd bld place pl allee allees chemin impasse quai square residence "
        "cours route rte lotissement faubourg fbg passage esplanade hameau cite villa sentier ruelle lieu "
        "lieudit venelle rond parking terminus bat batiment"
    ).split()
)
# Those that a given name may follow, surname first, in whatever letters (« M AVEUGLE JEAN », « mr parkinson john »).
_TITLES = CIVILITIES - frozenset("famille consorts epoux veuve nee prenom nom dit".split())
# What bears a proper name: a firm, a shop, brothers and sisters named together.
NAMED = frozenset(
    (
        "entreprise entreprises societe restaurant hotel garage brasserie boulangerie ets etablissements sarl sas "
        "enfants freres jumeaux jumelles soeurs nomme nommee appele appelee "
        "orchestre troupe compagnie film roman chorale fanfare snack pizzeria auberge camping boutique magasin"
    ).split()
)
# Given names that are also words of the medical field.
GIVEN = frozenset(
    (
        "diane iris angelica angele melissa rosa rose jasmine camilia eugenia thais veronica veronique viola "
        "violette victoire clemence prudence constance marine aurore celeste florence valentin pascal dolores "
        "barbara"
    ).split()
)
# « Mari Parkinson » begins with a capital as every sentence does: no name is made of it.
RELATIVES = frozenset(
    (
        "mari femme epouse epoux conjoint conjointe compagnon compagne mere pere fils fille soeur frere maman papa "
        "enfant bebe tante oncle neveu niece voisin voisine locataire usager usagere patient patiente"
    ).split()
)
_STREET_LINKS = frozenset(
    ("de du des la le les l d dr docteur pr professeur st saint sainte general marechal dit").split()
)
# Care met at work or in trade is nobody's care.
_TRADE = Context(
    r"travaill\w+ (?:a|au|aux|chez|comme|en|de nuit|dans|pour)|embauchee?|employee? (?:a|au|par|"
    r"comme|dans|en)|recrutee?|"
    r"cdd|cdi|interim|vacataire|stage|stagiaire|apprentie?s?|apprentissage|alternance|contrat (?:a|au|chez|de|en)|"
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
# What is fought for the good of all, by a race or a raffle, even where somebody runs it.
_CAUSE = re.compile(
    r"(?:^| )(?:marathon|semi marathon|course|courses|marche|marches|gala|loto|tombola|concert|don|dons|ligue|"
    r"association|lutte|combat|defi|velo|randonnee|kermesse|vente|collecte|benefices?|profit|recherche|campagne|fondation)"
    r"(?: \w+){0,3} contre (?:le |la |l |les )?$"
)
# What is written or shown on an illness.
_STUDIED = re.compile(
    r"(?:^| )(?:these|memoire|expose|article|doctorat|recherches?|livre|film|documentaire|documentation|podcast|"
    r"emission|reportage|mooc|module)(?: \w+){0,2} sur (?:le |la |l |les )?$"
)
# An animal that has or is something; who is bitten by one is a person.
_BEAST = re.compile(
    r"(?:^| )(?:chiens?|chiennes?|chiots?|chats?|chattes?|chatons?|cheval|chevaux|juments?|vaches?|veaux?|brebis|"
    r"chevres?|moutons?|cochons?|lapins?|poules?|perroquets?|hamsters?|troupeau|betail|betes)"
    r"(?: (?:a|ont|est|sont|avait|etait|ete|eu|qui|fait|souffre|de|d|la|le|l|une?|des|les|tres|encore|pris|attrape|"
    r"doit|va|etre)){1,5}$"
)
_BITTEN = frozenset("mordu mordue morsure griffe griffee allergie allergique poils peur tombe tombee".split())
# A professional of whom the writer tells what any trader may do: it says nothing of a patient.
_PRACTICE = re.compile(
    r"(?:\w+ ){0,4}?(?:(?:est|sera|etait) (?:absente?|ferme|fermee|remplacee?|en conges?|parti|partie)|"
    r"(?:a pris|prend|part a|part en|prendra) (?:sa |la )?retraite|a ferme|ferme (?:son|le|la|ses|en|a|au|pour)|"
    r"a demenage|demenage|n accepte (?:pas|plus)|"
    r"ne prend (?:pas|plus) (?:la (?:c2s|css|cmu)|de nouveaux|les nouveaux|la carte)|"
    r"organisent? (?:ses|leurs|des|une (?:journee|reunion|matinee)|un (?:forum|atelier|stand))|"
    r"se reuni(?:t|ssent)|a ete renovee?|visite nos|"
    r"refuse (?:la|les) (?:c2s|css|cmu|carte|beneficiaires)|pratique (?:le|des)|propose le tiers payant|recrute|"
    r"tient (?:une|sa) permanence|ferme ses|change d adresse|"
    r"n a pas (?:transmis|envoye) (?:l acte|la declaration) de naissance)(?= |$)"
)
_CARED_FOR = Context(
    r"suivie?s?|soignee?s?|hospitalis\w+|operee?|traitee?|rdv|consult\w*|patiente?|malade|"
    r"(?<!a l )arret(?! (?:de (?:bus|tram|metro)|#))|ij|accident|devis|"
    r"rembours\w*|factur\w*|ordonnance|seances?|souffre|sous|prend|attend|impayee?s?|frais|invalidite|aah|rqth|inapte|"
    r"conge|vit|reside|resident|residente|admise?|entree?|placee?(?! (?:du|de|des) )|orientee?|adressee?",
    Side.NEAR,
)
PRACTISED = frozenset("specialite soins_courants structure hospitalisation".split())
TRADED = frozenset(
    "structure specialite soins_courants appareillage transport examen medicament soins hospitalisation".split()
)


def clause(words: Iterable[str]) -> list[str]:
    """Return the words up to the first that ends a clause.

    >>> clause(["a", "l", "usine", ",", "malade"])
    ['a', 'l', 'usine']
    """
    return list(takewhile(lambda word: word not in _BREAKS, words))


def is_cause(before: str) -> bool:
    """Tell whether the words just before an illness make a cause or a study of it (« le marathon contre la … »)."""
    against, on = (before.endswith(tuple(word + end for end in _AN_ARTICLE)) for word in ("contre", "sur"))
    return (against and _CAUSE.search(f"{before} ") is not None) or (on and _STUDIED.search(f"{before} ") is not None)


def is_beast(before: str) -> bool:
    """Tell whether the words just before an illness say that an animal has it (« son chien a la »)."""
    return _BEAST.search(before) is not None and _BITTEN.isdisjoint(before.split())


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


def is_practice(after: str) -> bool:
    """Tell whether the words just after a professional say what befalls the practice, not a patient."""
    return _PRACTICE.match(after) is not None


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


_AN_ARTICLE = ("", " le", " la", " l", " les")
_APPOSED = frozenset("un une ancien ancienne jeune".split())
_SOMEBODY = frozenset({"personne", "institution"})  # « son patron », « le gardien »: what employs, lets or guards
_OPENS_A_NAME = frozenset("# le la les l au aux".split())
_SAID = frozenset("# est : = ecrit".split())
_NOUNS_OF_NAMES = frozenset("nom noms patronyme prenom".split())
_BREAKS = frozenset(", ; : ( ) que qu car mais donc parce".split())
_SPELLS = frozenset(":=(")
_WITH_COMMA = _SPELLS | {","}
_ARTICLES = frozenset("le la l un une notre ce cette du au".split())
_FAR = 6  # words between a sigle and what spells it
_SMALL = frozenset("de du des d la le les l et a au aux en pour par sur".split())


def is_street(words: Sequence[str], first: int) -> bool:
    """Tell whether a word stands in the name of a street.

    >>> is_street(["rue", "de", "la", "sante"], 3)
    True
    """
    for at in range(first - 1, max(-1, first - 5), -1):
        if words[at] in STREETS:
            return True
        if words[at] not in _STREET_LINKS:
            return False
    return False


def is_name(text: Text, first: int, last: int) -> bool:
    """Tell whether capitals, a civility or a given name make a surname (« M. Cancé », « Jean Boiteux »)."""
    words = text.words
    before = first - 2 if first and words[first - 1] == "." else first - 1
    if before >= 0 and words[before] in _TITLES and last + 1 < len(words):
        joined = text.folded.text[text.spans[last][1]] == "-"  # « mme cardiaque-dubois »
        if _is_given(words[last + 1]) or (joined and words[last + 1].isalpha()):
            return True
    if not text.is_capitalised(first) or _is_shouted(text, first, last):
        return False
    while before > 0 and words[before] in _OPENS_A_NAME:  # « restaurant « La Grosse Fatigue » »
        before -= 1
    if before >= 0 and (words[before] in NAMED or (before >= first - 2 and words[before] in CIVILITIES)):
        return True
    return _is_said_a_name(text, first) or _follows_a_name(text, first, last) or _opens_a_name(text, first, last)


def _is_shouted(text: Text, first: int, last: int) -> bool:
    """Tell whether capitals say nothing here: in the whole text, or from this word on (« MR DIABETIQUE, DROITS… »)."""
    if text.shouted or not text.is_upper(first):
        return text.shouted
    following = [i for i in range(last + 1, min(text.sentence(first)[1], last + 5)) if text.words[i].isalpha()]
    return len(following) > 1 and all(text.is_upper(i) for i in following[:2])


def _is_given(word: str) -> bool:
    return word in GIVEN or senses().class_of(word) == "prenom"


def _is_said_a_name(text: Text, first: int) -> bool:
    """Tell whether the sentence says that this is a name (« le nom est « Sida » », « Valium n'est pas son prénom »)."""
    start, end = text.sentence(first)
    before, after = text.words[max(start, first - 8) : first], text.words[first + 1 : min(end, first + 7)]
    if "est" in after[:3] and not _NOUNS_OF_NAMES.isdisjoint(after):
        return True
    return bool(before) and before[-1] in _SAID and not _NOUNS_OF_NAMES.isdisjoint(before)


def _follows_a_name(text: Text, first: int, last: int) -> bool:
    before = first - 1
    in_sentence = before >= text.sentence(first)[0] and text.words[before] not in RELATIVES
    return in_sentence and _is_title(text, before) and (_is_title(text, last) or text.words[before] in GIVEN)


def _opens_a_name(text: Text, first: int, last: int) -> bool:
    return text.words[first] in GIVEN and (last + 1 >= len(text.words) or text.words[last + 1].isalpha())


def _is_title(text: Text, index: int) -> bool:
    word = text.words[index]
    return len(word) > 2 and word.isalpha() and text.is_capitalised(index) and not text.is_upper(index)


def is_spelled_out(words: Sequence[str], at: int, end: int) -> bool:
    """Tell whether the words after a sigle spell it (« AVC : avance sur consommation »): they speak for it.

    They begin after a colon, an equals sign or a parenthesis, at once or a few words on; after a comma, with the
    sigle's article before it (« Le TCA du centre, tournoi de cartes annuel, »).

    >>> is_spelled_out(["avc", ":", "avance", "sur", "consommation"], 0, 5)
    False
    >>> is_spelled_out(["fiv", ":", "fonds", "d", "investissement", "vert"], 0, 6)
    True
    """
    sigle = words[at]
    if not 1 < len(sigle) < 7 or (len(sigle) == 2 and words[at + 1 : at + 2] not in ([":"], ["="], ["("])):
        return False
    opens = _WITH_COMMA if at and words[at - 1] in _ARTICLES else _SPELLS
    if opens.isdisjoint(words[at + 1 : at + 1 + _FAR]):
        return False
    return any(
        words[i] in opens and _spells(sigle, words[i + 1 : min(end, i + 1 + 2 * len(sigle))])
        for i in range(at + 1, min(end, at + 1 + _FAR))
    )


def _spells(sigle: str, words: Sequence[str]) -> bool:
    left = sigle
    for word in words:
        if left and word[0] == left[0]:
            left = left[1:]
        elif word not in _SMALL:
            break
    return not left
