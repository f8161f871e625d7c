"""What is a name: a street, a surname, a title, a town; what a sigle is spelled out to be."""

import re
from collections.abc import Sequence

from scanners.senses import senses
from scanners.spelling import common_words
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
        "lieudit venelle rond parking terminus bat batiment imp all sq bvd"
    ).split()
)
FAR = 50  # words on either side of a surname where the text may say that it is one
_SHORT_STREETS = frozenset("av ave bd bld pl imp".split())  # « 2 imp. du Sanatorium »
# Those that a given name may follow, surname first, in whatever letters (« M AVEUGLE JEAN », « mr parkinson john »).
_TITLES = CIVILITIES - frozenset("famille consorts epoux veuve nee prenom nom dit".split())
# What bears a proper name: a firm, a shop, brothers and sisters named together.
NAMED = frozenset(
    (
        "entreprise entreprises societe restaurant hotel garage brasserie boulangerie ets etablissements sarl sas "
        "enfants freres jumeaux jumelles soeurs nomme nommee appele appelee "
        "orchestre troupe compagnie film roman chorale fanfare snack pizzeria auberge camping boutique magasin "
        "boucherie charcuterie epicerie superette supermarche patisserie poissonnerie fromagerie librairie menuiserie "
        "plomberie serrurerie"
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
_OPENS_A_NAME = frozenset("# le la les l au aux".split())
_SAID = frozenset("# est : = ecrit usage naissance marital patronymique".split())
_SPELT = frozenset("orthographe orthographie orthographiee homonyme homonymie".split())
_HOW_MANY = frozenset("un une deux".split())
_NOUNS_OF_NAMES = frozenset("nom noms patronyme prenom".split())
_SPELLS = frozenset(": = ( dire signifie".split())  # « IVG veut dire … »
_WITH_COMMA = _SPELLS | {","}
_ARTICLES = frozenset("le la l un une notre ce cette du au".split())
_NAMING = frozenset("le la les l".split())
_HAS = frozenset("a ai ont avait avaient eu attrape attraper fait".split())  # « il a La Grippe »
_PLACES = frozenset("hopital clinique maternite urgences ehpad".split())  # who goes « à L'Hôpital » may be ill
_LIVES = frozenset("habite habitait habitent habiter".split())
_IN_TOWNS = frozenset("et les le la sur en sous aux".split())
_POSTCODE = 5
_LONG = 6  # letters of a word of which a sigle may take two (« PCH : plancher chauffant »)
_SURE = 3  # letters of a sigle above which a comma is enough: the words after it hardly spell it by chance
# No French surname begins so: « Mr BPCO, seul » is a sigle, « M. SPASME » is not.
_UNSAID = re.compile(
    r"(?!s[ckmnpt]|p[nst]|[gk]n|ts)[bcdfghjklmnpqrstvwxz](?![aeiouyhlr])[^aeiouy]|[aeiou][bcdfghjklmnpqrstvwxz]{2}$"
)
_FAR = 6  # words between a sigle and what spells it
_SMALL = frozenset("de du des d la le les l et a au aux en pour par sur ici".split())


def is_street(words: Sequence[str], first: int) -> bool:
    """Tell whether a word stands in the name of a street.

    >>> is_street(["rue", "de", "la", "sante"], 3)
    True
    """
    for at in range(first - 1, max(-1, first - 5), -1):
        if words[at] in STREETS:
            return True
        if words[at] not in _STREET_LINKS and not (words[at] == "." and words[at - 1] in _SHORT_STREETS):
            return False
    return False


def is_name(text: Text, first: int, last: int) -> bool:
    """Tell whether capitals, a civility or a given name make a surname (« M. Cancé », « Jean Boiteux »)."""
    words = text.words
    before = first - 2 if first and words[first - 1] == "." else first - 1
    if "vrai" in text.distinct and _is_vouched_for(words, before, last):
        return True
    if before >= 0 and words[before] in _TITLES and last + 1 < len(words):
        joined = text.folded.text[text.span(last)[1]] == "-"  # « mme cardiaque-dubois »
        if _is_given(words[last + 1]) or (joined and words[last + 1].isalpha()):
            return True
    if not text.is_capitalised(first) or _is_shouted(text, first, last):
        return False
    while before > 0 and words[before] in _OPENS_A_NAME:  # « restaurant « La Grosse Fatigue » »
        before -= 1
    if before >= 0 and (words[before] in NAMED or (before >= first - 2 and words[before] in CIVILITIES)):
        return not (first == last and text.is_upper(first) and _UNSAID.match(words[first]) is not None)
    return (
        _is_said_a_name(text, first)
        or _follows_a_name(text, first, last)
        or _opens_a_name(text, first, last)
        or _is_among_names(text, first, last)
        or _is_married_name(text, first)
        or _is_title_or_town(text, first)
        or _is_town(text, first, last)
    )


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
    if first > start and (not _SPELT.isdisjoint(text.distinct) or _is_spelt(text.words, first)):
        return True
    before, after = text.words[max(start, first - 8) : first], text.words[first + 1 : min(end, first + 7)]
    if "est" in after[:3] and not _NOUNS_OF_NAMES.isdisjoint(after):
        return True
    return bool(before) and before[-1] in _SAID and not _NOUNS_OF_NAMES.isdisjoint(before)


def _is_spelt(words: Sequence[str], at: int) -> bool:
    """Tell whether letters of a name are told at once (« Cancé, avec un É », « … avec un Y, pas Maladrie »).

    >>> _is_spelt(["c", "est", "grippon", "avec", "deux", "p"], 2), _is_spelt(["il", "a", "un", "cancer"], 3)
    (True, False)
    """
    after = words[at + 1 : at + 5]
    told = after[1:] if after[:1] == [","] else after
    if words[max(0, at - 1)] in ("pas", "non"):
        told = words[max(0, at - 4) : at - 1]
    return len(told) > 2 and told[0] == "avec" and told[1] in _HOW_MANY and len(told[2]) == 1 and told[2].isalpha()


def _is_vouched_for(words: Sequence[str], before: int, last: int) -> bool:
    """Tell whether the text says of an odd surname that it is one (« mr malade, oui c'est son vrai nom »)."""
    if "vrai nom" not in " ".join(words[max(0, before - FAR) : last + FAR]):
        return False
    return (before >= 0 and words[before] in _TITLES) or (last + 1 < len(words) and _is_given(words[last + 1]))


def _is_married_name(text: Text, first: int) -> bool:
    """Tell whether a surname goes before « épouse » and another follows (« Mme Pillet épouse Malade-Roux »)."""
    return first > 1 and text.words[first - 1] == "epouse" and _is_title(text, first - 2)


def _is_title_or_town(text: Text, first: int) -> bool:
    """Tell whether an article bears a capital inside a sentence (« le film Le Malade », « 57490 L'Hôpital »)."""
    words = text.words
    name = first + 1 if words[first] in _NAMING else first
    article, before = name - 1, name - 2
    if before < text.sentence(first)[0] or words[article] not in _NAMING or not text.is_capitalised(article):
        return False
    if (len(words[article]) > 1 and text.is_upper(article)) or text.is_upper(name) or text.is_capitalised(before):
        return False
    joined = text.folded.text[text.span(name)[1] :][:1] == "-"  # « à L'Hôpital-le-Mercier »
    goes = words[name] in _PLACES and words[before] in _SMALL
    has = words[before] in _HAS and text.is_plain(before)
    named = words[before].isalpha() and (joined or not (goes or has)) and text.is_capitalised(name)
    return named or _is_postcode(words[before : before + 1])


def _is_town(text: Text, first: int, last: int) -> bool:
    """Tell whether somebody lives there, or a postcode or the end of a town's name follows (« Seringes-et-Nesles »).

    A sigle is no town (« habite EHPAD »), nor what a small article leads to (« la Clinique (59000) »).
    """
    words, after, before = text.words, last + 1, first - 1
    if text.is_upper(first):
        return False
    if words[after : after + 1] == ["("]:
        led = before >= 0 and words[before] in _NAMING and not text.is_capitalised(before)
        return not led and _is_postcode(words[after + 1 : after + 2])
    if first == last and first > text.sentence(first)[0] and words[before] in _LIVES:
        return True
    joined = after + 1 < len(words) and text.folded.text[text.span(last)[1]] == "-" and words[after] in _IN_TOWNS
    return joined and text.is_capitalised(after + 1)


def _is_postcode(word: Sequence[str]) -> bool:
    return bool(word) and word[0].isdigit() and len(word[0]) == _POSTCODE


def _follows_a_name(text: Text, first: int, last: int) -> bool:
    before = first - 1
    in_sentence = before >= text.sentence(first)[0] and text.words[before] not in RELATIVES
    return in_sentence and _is_title(text, before) and (_is_title(text, last) or text.words[before] in GIVEN)


def _opens_a_name(text: Text, first: int, last: int) -> bool:
    return text.words[first] in GIVEN and (last + 1 >= len(text.words) or text.words[last + 1].isalpha())


def _is_among_names(text: Text, first: int, last: int) -> bool:
    """Tell whether a word stands in a list of words that are no French (« Sourdeau, Bègue, Cancelier »)."""
    words, near = text.words, (first - 2, last + 2)
    if first < 2 or last + 2 >= len(words) or words[first - 1] != "," or words[last + 1] != ",":
        return False
    return all(_is_title(text, at) and words[at] not in common_words() for at in near)


def _is_title(text: Text, index: int) -> bool:
    word = text.words[index]
    return len(word) > 2 and word.isalpha() and text.is_capitalised(index) and not text.is_upper(index)


def is_spelled_out(words: Sequence[str], at: int, end: int) -> bool:
    """Tell whether the words after a sigle spell it (« AVC : avance sur consommation »): they speak for it.

    They begin after a colon, an equals sign or a parenthesis, at once or a few words on; after a comma, with the
    sigle's article before it (« Le TCA du centre, tournoi de cartes annuel, »).

    >>> is_spelled_out(["avc", ":", "a", "perdu", "la", "parole"], 0, 6)
    False
    >>> is_spelled_out(["avc", ":", "avance", "sur", "consommation"], 0, 5)
    True
    >>> is_spelled_out(["fiv", ":", "fonds", "d", "investissement", "vert"], 0, 6)
    True
    """
    sigle = words[at]
    if not 1 < len(sigle) < 7 or (len(sigle) == 2 and words[at + 1 : at + 2] not in ([":"], ["="], ["("])):
        return False
    opens = _WITH_COMMA if len(sigle) > _SURE or (at and words[at - 1] in _ARTICLES) else _SPELLS
    if opens.isdisjoint(words[at + 1 : at + 1 + _FAR]):
        return False
    return any(
        words[i] in opens and _spells(sigle, list(filter(str.isalnum, words[i + 1 : min(end, i + 1 + 2 * len(sigle))])))
        for i in range(at + 1, min(end, at + 1 + _FAR))
    )


def _spells(sigle: str, words: Sequence[str]) -> bool:
    if not sigle or not words:
        return not sigle
    word, most = words[0], 2 if len(words[0]) >= _LONG else 1
    taken = [n for n in range(1, most + 1) if len(sigle) >= n and word.startswith(sigle[:n])]
    return any(_spells(sigle[n:], words[1:]) for n in taken) or (word in _SMALL and _spells(sigle, words[1:]))
