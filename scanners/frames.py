"""Frames in which a medical word tells nothing of anybody's health: names, streets, collective actions."""

import re
from collections.abc import Sequence

from scanners.text import Text

CIVILITIES = frozenset(
    (
        "m mr mrs mme mmes mlle monsieur madame mesdames messieurs mademoiselle dr docteur pr professeur maitre "
        "me famille consorts epoux veuve prenom nom dit"
    ).split()
)
STREETS = frozenset(
    (
        "rue rues avenue av ave boulevard bd bld place pl allee allees chemin impasse quai square residence cours "
        "route rte lotissement faubourg fbg passage esplanade hameau cite villa sentier ruelle lieu lieudit "
        "venelle rond"
    ).split()
)
_STREET_LINKS = frozenset(
    ("de du des la le les l d dr docteur pr professeur st saint sainte general marechal dit").split()
)
_COLLECTIVE = re.compile(
    r"(?:^| )(?:"
    r"plan|action|actions|atelier|ateliers|reunion|reunions|campagne|forum|semaine|journee|mois sans|"
    r"octobre rose|mars bleu|movember|sensibilisation|depliant|depliants|flyer|flyers|affiche|affiches|"
    r"brochure|webinaire|colloque|conference|stand|formation|formations|plaquette|comite|copil|"
    r"partenariat|projet|diagnostic local|contrat local|habitants|groupe de travail|don du sang|collecte|"
    r"merci de ne (?:pas|plus|jamais)|ne (?:pas|plus|jamais) (?:saisir|ecrire|mentionner|indiquer|mettre)|"
    r"rappel (?:aux|a tous)|nous rappelons|consigne"
    r")(?= |$)"
)
_PERSON = re.compile(
    r"(?:^| )(?:"
    r"mme|mr|monsieur|madame|m \.|usager|usagere|il|elle|ils|elles|son|sa|ses|lui|leur|fils|fille|mari|"
    r"femme|epouse|conjoint|conjointe|mere|pere|soeur|frere|enfant|bebe|patient|patiente|assure|assuree|"
    r"locataire|je|j|suivie?|souffre|atteinte?"
    r")(?= |$)"
)


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
    """Tell whether capitals and a civility make a surname of the words."""
    if not text.is_capitalised(first) or text.shouted:
        return False
    words = text.words
    before = first - 1
    if before >= 0 and words[before] == ".":
        before -= 1
    if before < 0:
        return _is_first_name(text, first, last)
    if words[before] in CIVILITIES:
        return True
    own = text.sentence(first)[0]
    after_name = before == first - 1 and words[before].isalpha() and len(words[before]) > 2
    return after_name and before > own - 1 and text.is_capitalised(before) and _looks_like_names(text, before, last)


def _is_first_name(text: Text, first: int, last: int) -> bool:
    """Tell whether a text opens with a first name and a surname (« Diane Martin, née à Lens »)."""
    following = last + 1
    return (
        following < len(text.words)
        and text.words[following].isalpha()
        and text.is_capitalised(following)
        and not text.is_upper(first)
        and not text.is_upper(following)
    )


def _looks_like_names(text: Text, before: int, last: int) -> bool:
    return not text.is_upper(last) or text.is_upper(before)


def is_collective(sentence: str) -> bool:
    """Tell whether a sentence speaks of an action or an instruction and of no person (annotation guide, rule 1)."""
    return _COLLECTIVE.search(sentence) is not None and _PERSON.search(sentence) is None
