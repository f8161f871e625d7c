"""Frames in which a medical word tells nothing of anybody's health: names, streets, collective actions."""

import re
from collections.abc import Sequence

from scanners.text import Text

CIVILITIES = frozenset(
    (
        "m mr mrs mme mmes mlle monsieur madame mesdames messieurs mademoiselle dr docteur pr professeur "
        "maitre me famille consorts epoux veuve prenom nom dit melle nee"
    ).split()
)
STREETS = frozenset(
    (
        "rue rues avenue av ave boulevard bd bld place pl allee allees chemin impasse quai square residence "
        "cours route rte lotissement faubourg fbg passage esplanade hameau cite villa sentier ruelle lieu "
        "lieudit venelle rond"
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
# What a person does at a desk: after « mr sourd », it makes a surname even in lower case.
_DOES = re.compile(
    r"(?:nee?|epouse|veuve|rappelle\w*|a rappele|appelle|a appele|passe|repasse|viendra|est (?:venue?|passee?|"
    r"revenue?)|"
    r"(?:a|aura) (?:un |une )?(?:nouvelle? adresse|adresse|rdv|rendez|rendu|change|demenage|depose|signe|laisse|"
    r"envoye|"
    r"carte|mutuelle|banque)|n a (?:pas|plus) (?:recu|de (?:mail|carte|compte|mutuelle))|et (?:mme|mr|m)|prenom|"
    r"bat|batiment|appt|apt|hall)(?= |$)"
)
_PARTICIPLE = re.compile(r"(?:ees?|iques?|euses?|antes?|entes?|ives?|intes?|aires?|istes?)$")
_COMMON_GIVEN = frozenset(
    (
        "jean pierre michel andre philippe alain bernard jacques daniel christian patrick claude gerard rene "
        "louis marcel "
        "paul roger henri robert serge didier eric laurent thierry pascal bruno frederic christophe stephane "
        "olivier "
        "david nicolas sebastien julien kevin thomas alexandre maxime antoine lucas hugo leo jules adam mohamed "
        "ahmed "
        "ali karim rachid kader omar youssef ibrahim mamadou moussa abdou jose antonio manuel carlos luc marc "
        "eric yves "
        "guy joel gilles francis raymond maurice marie nathalie isabelle sylvie catherine martine christine "
        "valerie "
        "sandrine stephanie celine julie laura lea camille manon emma chloe sarah ines lina fatima fatou "
        "fatoumata khadija "
        "aicha samira nadia malika zohra yamina amina aissata mariam aminata awa sonia leila karima monique "
        "francoise "
        "jacqueline jeanne anne helene brigitte veronique chantal michele nicole danielle annie josette josiane "
        "yvette "
        "simone paulette ginette odile agnes sophie virginie karine laetitia emilie aurelie elodie audrey lucie "
        "pauline "
        "marion justine annick solange huguette colette renee denise therese suzanne louise georges fernand lucien "
        "bernadette evelyne corinne patricia laurence severine delphine caroline claire alice rosa jules theo "
        "nathan"
    ).split()
)
_SURNAMES = frozenset("lhopital lafolie verrue grippe fievre folie peste rage gale epilepsie medecin".split())
_SMALL_WORD = re.compile(r"\b[a-zà-ÿ]{3,}\b")
_LADY = frozenset("mme mlle melle madame mademoiselle".split())
_MASCULINE = frozenset(
    "sourd muet bossu boiteux gros gras fou blesse manchot bancal nain begaye aveugle borgne".split()
)
_STREET_LINKS = frozenset(
    ("de du des la le les l d dr docteur pr professeur st saint sainte general marechal dit").split()
)
_INSIDE_NAMES = frozenset((".", ":", "l"))
_ADJECTIVE = re.compile(r"(?:(?<!gn)(?<!gu)(?<!pp)es?|ifs?|eux|al|ants?|ents?|o|i)$")
# Words of rights stay what they are beside a file or a letter: « ordonnance du dossier ».
_OF_RIGHTS = frozenset(
    (
        "ald ij ijss aah aeeh pch apa cmi rqth mdph arret arrets pension pensions rente rentes indemnites "
        "indemnite invalidite certificat "
        "certificats ordonnance ordonnances tutelle curatelle conge bulletin hospitalisation mesure bon handicap "
        "en sous "
        "certif facture factures dossier frais hopital"
    ).split()
)
_TOOLS = (
    "logiciels?|sites?|portails?|serveurs?|plateformes?|applis?|applications?|formulaires?|dossiers?|courriers?|"
    "procedures?|demarches?|paperasse|papiers|bureaucratie|administrations?|reglements?|reglementation|systemes?|"
    "reseaux?|connexions?|ordinateurs?|pc|imprimantes?|claviers?|mails?|notifications?|messageries?|standard|"
    "repondeur|fichiers?|tableaux?|codes?|mots? de passe|numerique|informatique|budgets?|tresorerie|finances|"
    "comptes|"
    "subventions?|sms|rumeurs?|arnaques?|micros?|visio|cameras?|listes?(?: d attente)?|factures?|loyers?|dettes?|"
    "tarifs?|prix|delais?|projets?|conventions?|reunions?|dispositifs?|"
    "associations?|entreprises?|economie|marche|societe|services?|republique|democratie|colis|stocks?|statistiques|"
    "chiffres|bail|baux|toitures?|toits?|facades?|canalisations?|tuyaux?|tuyauterie|plomberie|chaudieres?|"
    "chauffage|"
    "radiateurs?|ascenseurs?|compteurs?|thermostats?|pare feu|antivirus|box|wifi|bornes?|machines?|moteurs?|"
    "lave linge|frigos?|congelateurs?|trafic|quartiers?|communes?|villages?|commerces?|emploi|bois|arbres?|"
    "marronniers?|platanes?|jardins?|copropriete|caisses? des ecoles|amenagements?|guichets?|attestations?|"
    "certificat electronique|jetons?|billets?|badges?|cheques?|inscriptions|soldes"
)
_PLACES = "immeubles?|batiments?|logements?|appartements?|murs?|plafonds?|planchers?|portes?|fenetres?|cages?|"
_PLACES = "locaux"
_VEHICLES = "voitures?|vehicules?|scooters?|camions?|velos?|bus|trains?|motos?"
_WHOSE = "le|la|l|les|un|une|ce|cet|cette|ces|notre|nos|votre|vos|leur|leurs|mon|ma|mes"
_KIND = "vieux|vieil|vieille|nouvel|nouveau|nouvelle|ancien|ancienne|grand|grande|petit|petite|gros|grosse|meme|"
_KIND = "fichu|fichue|sacre|pauvre|faux|fausse|fausses|nombreux|nombreuses"
_ANIMALS = (
    "chiens?|chiennes?|chats?|chattes?|chatons?|chiots?|juments?|cheval|chevaux|poneys?|vaches?|taureaux?|brebis|"
    "moutons?|"
    "troupeaux?|cheptel|elevages?|betail|poules?|volailles?|lapins?|perroquets?|animal|animaux"
)
_OF_A_THING = re.compile(
    rf"(?:(?:de|d|du|des)(?: (?:{_WHOSE}))?(?: (?:{_KIND}))? (?:{_TOOLS})(?! (?:medica\w+|de sante|psy\w*|"
    rf"d imagerie))"
    rf"|, (?:ce|cet|cette|ces)(?: (?:{_KIND}))? (?:{_TOOLS}|{_PLACES}|{_VEHICLES})(?: [a-z]+)?(?:$| [:,;(/!]| et$)"
    rf"|, (?:le|la|l|les|notre|nos|votre|vos)(?: (?:{_KIND}))? (?:{_TOOLS}|{_PLACES}|"
    rf"{_VEHICLES})(?: promise?)?(?:$| [:;(!])"
    rf"|(?:de|du|d|des|chez|pour)(?: (?:son|sa|ses|le|la|les|un|une|mon|ma|leur|leurs|l|"
    rf"notre))? (?:{_ANIMALS}))(?= |$)"
)
_POINTED_AT = re.compile(
    r", (?:ce|cet|cette|ces) (?!(?:monsieur|dame|madame|jeune|homme|femme|enfant|bebe|garcon|fille|usager|"
    r"usagere|locataire|"
    r"patiente?|couple|pere|mere|papi|mamie|matin|soir|jour|mois|midi|hiver|printemps|semaine|annee|derniere?s?|"
    r"qui|que)s?(?: |$))"
    r"(?:(?!(?:est|sont|a|ont|doit|reste|nous|vous|concerne|sera|ne|n|se|va|fait|peut)(?: |$))[a-z0-9]+(?: |"
    r"$)){1,6}(?:$|[:;(!])"
)
_SAID_OF = re.compile(
    rf"(?:^|[,;:(] |(?:^| )(?:et|que|qu|mais|quand|si|donc|comme|"
    rf"puisque) )(?:{_WHOSE}) (?:(?:{_KIND}) )?(?:{_TOOLS}|{_PLACES}|{_VEHICLES})"
    r"(?: (?:collectif|collective|municipale?|departementale?|informatique|central|centrale|administratif|social|"
    r"locale?))?"
    r"(?: (?:est|sont|etait|etaient|a|ont|reste|restent|semble|devient|qui|toujours|encore|deja|tres|completement|"
    r"vraiment|totalement|presque|trop|ne|n|ete|commence|s|se))*$"
)
_ANIMAL_BEFORE = re.compile(
    rf"(?:^| )(?<!par )(?<!par un )(?<!par le )(?<!par son )(?<!aux )(?<!un )(?:{_ANIMALS})"
    r"(?: (?:est|etait|a|ete|sont|tres|toujours|qui|pour|pleine|vieux|vieille|malade|abattus?|operee?|morte?s?|"
    r"soignee?|vaccinee?))*$"
)
_CARE_PLACE = re.compile(
    r"(?:(?:l|la|le|a l|de l|a la) )?(?:hopital|hopitaux|centre hospitalier|foyer de vie|clinique|maternite|chu|"
    r"chr|ch|ehpad|maison de retraite|foyer logement|ime|itep|"
    r"mdph|cmp|cmpp|csapa|caarud|hospice|pmi|cabinet dentaire|cabinet medical|sessad|camsp|savs|samsah|mas|fam)s?"
)
_CARE_WORKER = re.compile(
    r"(?:l |une? |la |le )?(?:infirmi\w+|aides? soignant\w+|auxiliaires? de vie(?: sociale)?|psychologues?|"
    r"osteopathes?|sages? femmes?|"
    r"dentistes?|kines?|kinesitherapeutes?|orthophonistes?|ergotherapeutes?|psychomotricien\w*|dieteticien\w*|"
    r"avs|aesh|"
    r"opticien\w*|podologues?|pedicures?|ambulanci\w+|aides? a domicile|infirmi\w+ (?:a domicile|liberale?)|"
    r"dentaires?|medecin conseil|audioprothesistes?)"
)
_LANDMARK = re.compile(
    r"(?:^| )(?:(?:(?:en )?face|jouxte|longe|cour|derriere|devant|a cote|pres|proche|au dessus|au pied|arret|"
    r"station|gare|rond point|parking|hall|"
    r"cafeteria|quartier|centre commercial|entree|porte|angle|metro|direction|local)(?: (?:de|d|du|"
    r"des))?(?: (?:la|l|le|les))?|"
    r"(?:dans )?(?:l |une? |cette )?(?:ancien|ancienne|ex))$"
)
_JOB = re.compile(
    r"(?:^| )(?:travaill\w+|employee?|salariee?|agents?|cuisini\w+|menage|chauffeurs?|vigile|"
    r"securite(?! sociale)|distribue|plateaux|conduit (?:le|la|les|un|une|des) (?:minibus|bus|camion|navette|"
    r"ambulances?)|livre|livr\w+ des|coiffeu\w+|secretaire|"
    r"comptable|gardien\w*|veilleu\w+|vend|concours|stages?|stagiaire|embauchee?|vacat\w+|interim\w*|ash|animat\w+|"
    r"educat\w+|monit\w+|infirmi\w+|aides? soignant\w+|sages? femmes?|medecin a|poste|emploi|contrat|cdi|cdd|"
    r"remplacements?|"
    r"fonction publique|mutation|mutee? d|recrutee?|apprenti\w*|alternance|brancardi\w+|lingere|blanchisserie|"
    r"assistante(?! sociale)|prothesiste|technicien\w*|candidature|postule|est avs|service civique)(?= |$)"
)
_CARED_FOR = re.compile(
    r"(?:^| )(?:suivie?s?|voit|voir|vue?|consult\w+|va|aller|allee?|retourne|soins?|seances?|transport|dialyse|"
    r"conduite?|emmene\w*|factures?|rdv|rendez|hospitalisee?s?|admise?s?|entree?|entre|vit|vivent|reside|fils|"
    r"fille|mere|pere|"
    r"mari|femme|(?:ses|son|leurs|mes|l) enfants?|en arret|arret|orientation|notification|soignee?|sorti\w*|sort|"
    r"urgences|passage|ouvri\w+|"
    r"(?:agent|secretaire|poste|educatrice|educateur|assistante|infirmiere) (?:de|du|d) (?:la |l )?(?:hopital|"
    r"cmp|csapa|mdph|esat|ime)"
    r" (?:la|le|l|nous|signale|dit|me)|dit que|signale|passe|passent|vient|ses|dossier|droits|demande a)(?= |$)"
)
_INSTITUTION_ACTS = re.compile(
    r"(?:(?:de|d|du) [a-z]+ )?(?:et la (?:caisse|cpam|caf)|demenage|se rencontrent|organise|recrute|ferme|tient|"
    r"signe|prete|agree|"
    r"nous prete|accueille notre|propose (?:une|un|aux)|cherche|change d)(?= |$)"
)
_OPENS = re.compile(r"(?:^|[,:;(]|(?:^| )(?:est|comme|aussi|puis))(?: une?)?$")
_OWN_TRADE = re.compile(
    r"(?:chez (?:des|les|plusieurs) particuliers|(?:en )?liberale? ?(?:$|depuis|, (?:cotis|urssaf|revenus))|"
    r"en (?:micro|auto)|"
    r"scolaires?|installee? (?:depuis|en|a)|a son compte|en (?:suisse|belgique|allemagne|luxembourg)|salariee?|"
    r"depuis \d{4}|a (?:mi temps|temps)|de nuit|de jour|"
    r"en (?:interim|cdi|cdd|ehpad|clinique|milieu)|a la (?:maternite|clinique)|a l (?:hopital|admr)|"
    r"au (?:chu|ch|chr|college|lycee)|dans (?:une|un) (?:ecole|college|lycee|creche|clinique|ehpad)|"
    r", (?:cdi|cdd|contrat|horaires|revenus|bulletins?|fiches?|mutuelle|micro|employeurs?|\w+ employeurs?|"
    r"elle change|il change))"
    r"(?= |$)"
)
_COLLECTIVE = re.compile(
    r"(?:^| )(?:"
    r"plan (?:cancer|canicule|alzheimer|autisme|national|regional|local|sante|grand froid)|"
    r"actions? (?:collective|de|du|mois|sante)|"
    r"ateliers?|reunions?|campagne|forum|semaine (?:bleue|nationale|europeenne|de la|de l|du|des|d information)|"
    r"journee (?:mondiale|nationale|europeenne|d information|de sensibilisation|portes ouvertes|prevention|"
    r"de la|du)|"
    r"mois sans|octobre rose|mars bleu|movember|sensibilisation|"
    r"depliants?|flyers?|affiches?|brochures?|webinaire|colloque|"
    r"stand|plaquettes?|comite|copil|partenariat|diagnostic local|contrat local|groupes? de (?:travail|parole)|"
    r"don du sang|collecte|merci de ne (?:pas|plus|jamais)|"
    r"ne (?:pas|plus|jamais|rien) (?:saisir|ecrire|mentionner|indiquer|mettre|noter)|"
    r"rappel (?:aux|a tous|de)|nous rappelons|consignes?|"
    r"conferences?|marches? (?:rose|contre|blanche)|appels? a projets?|expositions?|spectacles?|theatre|ligue|"
    r"observatoire|assemblee|federation|"
    r"association (?:de|des|du|france|vaincre|francaise|d aide|d usagers)|cafe des aidants|promotions? d[eu]|"
    r"maisons? sport sante|conseil local|"
    r"formations? (?:sur|aux?|a la|au|des|d equipe|premiers secours|du personnel)"
    r")(?= |$)"
)
_PERSON = re.compile(
    r"(?:^| )(?:"
    r"mme|mr|monsieur|madame|m \.|usager|usagere|il|elle|ils|elles|son|sa|ses|lui|leur|fils|fille|mari|"
    r"femme|epouse|conjoint|conjointe|mere|pere|soeur|frere|enfant|bebe|patient|patiente|assure|assuree|"
    r"locataire|je|j|suivie?|souffre|atteinte?|absente?|excusee?|inscrite?|vient|viendra|vu|vue|orientee?|"
    r"hospitalisee?|"
    r"adherente?|dame|homme|venir|venue?|n a pas|n ont pas|malade|participante?"
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


def _is_all_capitals(text: Text) -> bool:
    """Tell whether capitals say nothing: a text mostly in capitals that holds no plain word in small letters."""
    return text.shouted and _SMALL_WORD.search(text.original) is None


def is_name(text: Text, first: int, last: int) -> bool:
    """Tell whether capitals, a civility or a given name make a surname (« M. Cancé », « Jean Boiteux »).

    What is spelled out as something else (« SEP : service d'éducation populaire ») names no illness either.
    """
    if is_plain_surname(text.words, first, last) or _stands_for_a_thing(text, first, last):
        return True
    if _is_where_somebody_works(text, first, last):
        return True
    if _is_all_capitals(text) or not text.is_capitalised(first):
        return False
    words = text.words
    before = first - 1
    while before > 0 and words[before] in _INSIDE_NAMES:
        before -= 1
    if before >= 0 and words[before] in CIVILITIES and (words[before] != "nom" or first - before < 4):
        return True
    if _is_declared_name(words, first):
        return True
    return (
        _follows_a_name(text, first, last)
        or _opens_a_name(text, first, last)
        or (text.is_upper(first) and is_spelled_out(words, first, last))
    )


def _stands_for_a_thing(text: Text, first: int, last: int) -> bool:
    words = text.words
    if (text.is_upper(first) and not text.shouted) or words[first] in _OF_RIGHTS:
        return False
    start, end = text.sentence(first)
    before = " ".join(words[max(start, first - 8) : first])
    after = " ".join(words[last + 1 : min(end, last + 9)])
    return is_thing(before, after) or (not before and _POINTED_AT.match(after) is not None)


def _is_where_somebody_works(text: Text, first: int, last: int) -> bool:
    words = text.words
    start, end = text.sentence(first)
    before, after = " ".join(words[max(start, first - 12) : first]), " ".join(words[last + 1 : min(end, last + 13)])
    return is_workplace(" ".join(words[first : last + 1]), before, after)


def _is_declared_name(words: Sequence[str], first: int) -> bool:
    """Tell whether the words before announce a surname (« nom d'usage », « nom de naissance : »).

    >>> _is_declared_name(["nom", "de", "naissance", ":", "sourd"], 4)
    True
    """
    before = first - 1
    while before > 0 and words[before] in ":(":
        before -= 1
    kinds = ("usage", "naissance", "fille", "marital", "famille")
    return before >= 1 and words[before] in kinds and "nom" in words[max(0, before - 3) : before]


def is_plain_surname(words: Sequence[str], first: int, last: int) -> bool:
    """Tell whether a civility before and a given name or a desk verb after make a surname, in any letters.

    >>> is_plain_surname("mme angoisse lucie rappelle".split(), 1, 1)
    True
    >>> is_plain_surname("mme diabetique rappelle".split(), 1, 1)
    False
    """
    before = first - 2 if first and words[first - 1] == "." else first - 1
    if before < 0 or first != last or words[before] not in CIVILITIES:
        return False
    word, after = words[first], words[last + 1 : last + 6]
    if word in _MASCULINE and words[before] in _LADY:
        return True
    if after and (after[0] in _COMMON_GIVEN or after[:2] == [",", "nee"]) and not _PARTICIPLE.search(word):
        return True
    return (word in _SURNAMES or not _ADJECTIVE.search(word)) and _DOES.match(" ".join(after)) is not None


def is_spelled_out(words: Sequence[str], first: int, last: int) -> bool:
    """Tell whether an abbreviation is explained as other words (« TOC : table d'orientation et de coordination »).

    >>> is_spelled_out("toc : table d orientation et de coordination".split(), 0, 0)
    True
    """
    letters = "".join(words[first : last + 1])
    if not 2 <= len(letters) <= 5 or last + 2 >= len(words) or words[last + 1] not in ":=(,":
        return False
    initials = "".join(word[0] for word in words[last + 2 : last + 12] if len(word) > 3 and word.isalpha())
    return initials.startswith(letters)


def _follows_a_name(text: Text, first: int, last: int) -> bool:
    before = first - 1
    in_sentence = before >= text.sentence(first)[0]
    return in_sentence and _is_title(text, before) and (_is_title(text, last) or text.words[before] in GIVEN)


def _opens_a_name(text: Text, first: int, last: int) -> bool:
    return text.words[first] in GIVEN and (last + 1 >= len(text.words) or text.words[last + 1].isalpha())


def _is_title(text: Text, index: int) -> bool:
    word = text.words[index]
    return len(word) > 2 and word.isalpha() and text.is_capitalised(index) and not text.is_upper(index)


def is_thing(before: str, after: str) -> bool:
    """Tell whether a word of illness is said of a thing or of an animal by what stands before and after it.

    >>> is_thing("le chauffage", ""), is_thing("", "du logiciel"), is_thing("", ", ce formulaire"), is_thing("mme", "")
    (True, True, True, False)
    """
    return bool(_OF_A_THING.match(after) or _SAID_OF.search(before) or _ANIMAL_BEFORE.search(before))


def _clause(before: str) -> str:
    """Return what stands between the last punctuation mark and the word."""
    return re.split(r" [,;:(] ", f" {before}")[-1]


def is_workplace(form: str, before: str, after: str) -> bool:
    """Tell whether a place or a profession of care is a landmark, a job or an institution at work, not somebody's care.

    >>> is_workplace("hopital", "en face de l", ""), is_workplace("clinique", "agent d entretien a la", "")
    (True, True)
    >>> is_workplace("hopital", "il est a l", "depuis lundi")
    False
    """
    if _CARE_PLACE.fullmatch(form):
        if _LANDMARK.search(before) or _INSTITUTION_ACTS.match(after):
            return True
        return bool(_JOB.search(_clause(before))) and not _CARED_FOR.search(f"{before} {after}")
    if not _CARE_WORKER.fullmatch(form):
        return False
    if _JOB.search(_clause(before)) and not _CARED_FOR.search(f"{before} {after}"):
        return True
    return bool(_OPENS.search(before) and _OWN_TRADE.match(after))


def is_collective(sentence: str) -> bool:
    """Tell whether a sentence speaks of an action or an instruction and of no person (annotation guide, rule 1)."""
    return _COLLECTIVE.search(sentence) is not None and _PERSON.search(sentence) is None
