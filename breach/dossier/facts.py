"""The facts of the base: to add one, add a line; every output that tells it follows.

Sections and boxes: the CNIL's téléservice and RGPD, art. 33(3); what the persons are told: art. 34(2).
"""

from collections.abc import Mapping

from breach.dossier.rules import Fact, Kind, Need, Output, Section

TITLES: Mapping[Section, str] = {
    Section.NOTIFICATION: "Type de notification",
    Section.ORGANISATION: "Organisme et délégué à la protection des données",
    Section.PARTIES: "Autres parties",
    Section.DATES: "Dates",
    Section.CIRCUMSTANCES: "Circonstances",
    Section.NATURE: "Nature de la violation",
    Section.ORIGIN: "Origine et cause",
    Section.DATA: "Données concernées",
    Section.PERSONS: "Personnes concernées",
    Section.BEFORE: "Mesures en place avant la violation",
    Section.CONSEQUENCES: "Conséquences probables",
    Section.SEVERITY: "Niveau de gravité",
    Section.MEASURES: "Mesures prises ou envisagées",
    Section.INFORMATION: "Information des personnes",
    Section.BORDERS: "Dimension transfrontalière",
    Section.ATTACHED: "Pièces jointes",
}

OUTPUTS: Mapping[Output, str] = {
    Output.CAISSE: "DPO de la caisse",
    Output.CNIL: "CNIL",
    Output.PERSONS: "Personnes concernées",
    Output.REGISTER: "Registre interne",
}

_YES_NO = {"yes": "oui", "no": "non"}
_CAISSE_CNIL = frozenset({Output.CAISSE, Output.CNIL, Output.REGISTER})
_CNIL = frozenset({Output.CNIL, Output.REGISTER})

FACTS: tuple[Fact, ...] = (
    Fact("organisation", "Organisme", Section.ORGANISATION, need=Need.FIRST, typed=False),
    Fact("siren", "SIREN", Section.ORGANISATION, told=_CNIL, need=Need.FIRST, help="Neuf chiffres."),
    Fact("sector", "Secteur d'activité", Section.ORGANISATION, told=_CNIL, need=Need.FIRST),
    Fact(
        "dpo", "DPO ou point de contact", Section.ORGANISATION, need=Need.FIRST,
        article="RGPD, art. 33(3)(b)", help="Nom, téléphone et adresse : ceux que chaque destinataire pourra appeler.",
    ),
    Fact(
        "role", "Rôle de l'organisme", Section.PARTIES, Kind.ONE, _CAISSE_CNIL, Need.FIRST,
        {"controller": "responsable du traitement", "processor": "sous-traitant", "joint": "responsable conjoint"},
        article="RGPD, art. 33(1) et 33(2)",
    ),
    Fact("caisses", "Caisses concernées", Section.PARTIES, told=_CAISSE_CNIL, typed=False),
    Fact("others", "Autres organismes et autorités informés", Section.PARTIES, told=_CNIL,
         help="Sous-traitant, co-responsable, police, gendarmerie, ANSSI…"),
    Fact("started", "Début de la violation", Section.DATES, need=Need.FIRST, typed=False),
    Fact("ended", "Fin de la violation", Section.DATES, need=Need.END, typed=False),
    Fact("suspected", "Premier soupçon", Section.DATES, told=_CAISSE_CNIL, need=Need.FIRST, typed=False),
    Fact("aware", "Prise de connaissance", Section.DATES, told=_CNIL, need=Need.FIRST, typed=False,
         article="RGPD, art. 33(1)"),
    Fact("discovery", "Comment elle a été découverte", Section.DATES, told=_CAISSE_CNIL, need=Need.FIRST),
    Fact("late_reasons", "Motifs du retard", Section.DATES, Kind.TEXT, _CNIL, typed=False,
         article="RGPD, art. 33(1)"),
    Fact("circumstances", "Ce qui s'est passé", Section.CIRCUMSTANCES, Kind.TEXT, need=Need.FIRST,
         help="Sans nommer ni désigner un assuré."),
    Fact(
        "nature", "Atteinte", Section.NATURE, Kind.SEVERAL, need=Need.FIRST,
        choices={
            "confidentiality": "perte de confidentialité", "integrity": "perte d'intégrité",
            "availability": "perte de disponibilité",
        },
        article="RGPD, art. 4(12)",
    ),
    Fact(
        "origin", "Origine", Section.ORIGIN, Kind.SEVERAL, _CAISSE_CNIL, Need.FIRST,
        {
            "inside_accident": "de l'intérieur, sans malveillance",
            "inside_malice": "de l'intérieur, avec malveillance",
            "outside_accident": "de l'extérieur, sans malveillance",
            "outside_malice": "de l'extérieur, avec malveillance",
            "unknown": "pas encore connue",
        },
    ),
    Fact(
        "cause", "Cause", Section.ORIGIN, Kind.SEVERAL, _CAISSE_CNIL, Need.END,
        {
            "loss": "équipement ou papier perdu", "theft": "équipement ou papier volé",
            "publication": "publication non volontaire", "wrong_recipient": "envoi à un mauvais destinataire",
            "hacking": "piratage", "malware": "logiciel malveillant", "phishing": "hameçonnage",
            "credentials": "identifiants volés ou utilisés par un autre", "access": "accès non autorisé",
            "disposal": "rebut sans effacement", "failure": "panne ou sinistre", "other": "autre",
        },
    ),
    Fact(
        "kinds", "Catégories de données", Section.DATA, Kind.SEVERAL, need=Need.FIRST,
        choices={
            "identity": "état civil", "contact": "coordonnées", "nir": "NIR (numéro de sécurité sociale)",
            "health": "données de santé", "social": "situation sociale et familiale",
            "financial": "ressources et données bancaires", "documents": "pièces d'identité et justificatifs",
            "credentials": "identifiants de connexion", "rights": "droits à l'assurance maladie",
            "offences": "condamnations et infractions", "other": "autres", "unknown": "pas encore connues",
        },
        article="RGPD, art. 33(3)(a)",
    ),
    Fact("records", "Nombre d'enregistrements", Section.DATA, Kind.AMOUNT, _CAISSE_CNIL, Need.FIRST,
         article="RGPD, art. 33(3)(a)", help="Un nombre, ou « 10 à 50 » : l'approximation est permise."),
    Fact("unintelligible", "Données illisibles pour qui les détient", Section.DATA, Kind.ONE, _CAISSE_CNIL,
         choices=_YES_NO, article="RGPD, art. 34(3)(a)"),
    Fact(
        "persons", "Catégories de personnes", Section.PERSONS, Kind.SEVERAL, _CAISSE_CNIL, Need.FIRST,
        {
            "insured": "assurés accompagnés", "minors": "mineurs", "vulnerable": "personnes vulnérables",
            "relatives": "proches", "staff": "agents de l'organisme", "other": "autres",
            "unknown": "pas encore connues",
        },
        article="RGPD, art. 33(3)(a)",
    ),
    Fact("count", "Nombre de personnes", Section.PERSONS, Kind.AMOUNT, _CAISSE_CNIL, Need.FIRST,
         article="RGPD, art. 33(3)(a)", help="Un nombre, ou « 10 à 50 » : l'approximation est permise."),
    Fact("before", "Mesures en place", Section.BEFORE, Kind.TEXT, _CNIL, Need.END,
         help="Chiffrement, droits d'accès, sauvegardes, formation…"),
    Fact(
        "harm", "Conséquences", Section.CONSEQUENCES, Kind.SEVERAL, need=Need.FIRST,
        choices={
            "control": "perte de contrôle sur ses données", "disclosure": "divulgation à des tiers",
            "identity_theft": "usurpation d'identité", "fraud": "fraude ou perte d'argent",
            "discrimination": "discrimination ou atteinte à la réputation",
            "rights": "retard ou perte d'un droit, d'un soin", "secrecy": "levée du secret professionnel",
            "phishing": "hameçonnage", "unknown": "pas encore connues",
        },
        article="RGPD, art. 33(3)(c)",
    ),
    Fact("harm_more", "Conséquences, précisions", Section.CONSEQUENCES, Kind.TEXT),
    Fact("severity", "Gravité estimée", Section.SEVERITY, told=_CNIL, need=Need.END, typed=False),
    Fact("risk", "Risque pour les personnes", Section.SEVERITY, told=_CAISSE_CNIL, need=Need.FIRST, typed=False,
         article="RGPD, art. 33(1) et 34(1)"),
    Fact("taken", "Mesures prises", Section.MEASURES, Kind.TEXT, need=Need.FIRST, article="RGPD, art. 33(3)(d)"),
    Fact("planned", "Mesures envisagées", Section.MEASURES, Kind.TEXT, need=Need.END, article="RGPD, art. 33(3)(d)"),
    Fact("advice", "Ce que les personnes peuvent faire", Section.INFORMATION, Kind.TEXT,
         frozenset({Output.PERSONS, Output.REGISTER}), article="RGPD, art. 34(2)"),
    Fact("informed", "Information des personnes", Section.INFORMATION, Kind.TEXT, _CNIL, Need.END, typed=False,
         article="RGPD, art. 34"),
    Fact("borders", "Personnes dans un autre État de l'Union", Section.BORDERS, Kind.ONE, _CNIL, Need.FIRST, _YES_NO,
         article="RGPD, art. 33(1) et 56"),
    Fact("borders_more", "Autorités des autres États saisies", Section.BORDERS, told=_CNIL),
    Fact("attached", "Pièces", Section.ATTACHED, told=_CAISSE_CNIL, typed=False),
)  # fmt: skip

BY_ID: Mapping[str, Fact] = {one.id: one for one in FACTS}
TYPED: tuple[Fact, ...] = tuple(one for one in FACTS if one.typed)


def in_section(section: Section) -> tuple[Fact, ...]:
    """Return the facts of a section, in its order."""
    return tuple(one for one in FACTS if one.section is section)
