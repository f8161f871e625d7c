"""Roles, permissions, and the one table that says who holds what; `rules` says what may be done with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What someone is in a structure; a role is always in a structure."""

    DPO = "dpo"
    GESTIONNAIRE = "gestionnaire"
    TECHNICIEN = "technicien"
    REFERENT = "referent"
    AGENT_CAISSE = "agent_caisse"
    DPO_CAISSE = "dpo_caisse"
    ADMINISTRATEUR = "administrateur"
    MACHINE = "machine"


class Permission(StrEnum):
    """What may be asked of the service."""

    SCAN = "scan"
    READ_RECEIPT = "read_receipt"
    READ_CONVENTIONS = "read_conventions"
    READ_AGENDA = "read_agenda"
    READ_PARTNER = "read_partner"
    READ_CONTACTS = "read_contacts"
    KEEP_CONTACTS = "keep_contacts"
    READ_ACCOUNTS = "read_accounts"
    MANAGE_ACCOUNTS = "manage_accounts"
    GRANT_ACCOUNTS = "grant_accounts"
    CUT_ACCESS = "cut_access"
    ASK_ROSTER = "ask_roster"
    IMPORT_CONVENTION = "import_convention"
    ADOPT_CONVENTION = "adopt_convention"
    READ_LIFE = "read_life"
    RECORD_LIFE = "record_life"
    EDIT_LEXICON = "edit_lexicon"
    MANAGE_API_KEYS = "manage_api_keys"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_STRUCTURES = "manage_structures"
    READ_TRAIL = "read_trail"
    READ_OUTBOX = "read_outbox"
    READ_MAIL = "read_mail"
    RESEND_MAIL = "resend_mail"
    MANAGE_CERTIFICATES = "manage_certificates"
    WATCH_SERVICE = "watch_service"
    READ_DESTRUCTION = "read_destruction"
    PREPARE_DESTRUCTION = "prepare_destruction"
    DESTROY_DATA = "destroy_data"
    DECLARE_BREACH = "declare_breach"
    FOLLOW_OWN_BREACH = "follow_own_breach"
    READ_BREACH = "read_breach"
    HANDLE_BREACH = "handle_breach"
    ANSWER_BREACH = "answer_breach"
    READ_REVIEW = "read_review"
    REVIEW_ACCOUNTS = "review_accounts"
    OPEN_REVIEW = "open_review"
    CLOSE_REVIEW = "close_review"
    SET_REVIEWS = "set_reviews"
    ASK_REVIEW = "ask_review"


class StructureKind(StrEnum):
    """Which side of the convention a structure stands on."""

    PARTENAIRE = "partenaire"
    CAISSE = "caisse"


@dataclass(frozen=True, slots=True)
class Grant:
    """Who holds a permission, under which condition, and what it lets do, as it is told on a page.

    `here`: the roles that hold it in their own structure. `signed`: the roles of a caisse that hold it in a partner
    structure too, for a convention which that structure applies and which names their caisse. `not_self`: never upon
    oneself.
    """

    lets: str
    here: frozenset[Role]
    signed: frozenset[Role] = frozenset()
    not_self: bool = False


# Each side of the convention has its roles; whoever runs the service may stand on either.
ROLES_OF: Mapping[StructureKind, frozenset[Role]] = {
    StructureKind.PARTENAIRE: frozenset(
        {Role.DPO, Role.GESTIONNAIRE, Role.TECHNICIEN, Role.REFERENT, Role.ADMINISTRATEUR}
    ),
    StructureKind.CAISSE: frozenset({Role.AGENT_CAISSE, Role.DPO_CAISSE, Role.ADMINISTRATEUR}),
}
HUMANS = frozenset[Role]().union(*ROLES_OF.values())
DPOS = frozenset({Role.DPO, Role.DPO_CAISSE})
OF_CAISSE = frozenset({Role.AGENT_CAISSE, Role.DPO_CAISSE})
MACHINE = frozenset({Role.MACHINE})
ADMINISTRATEUR = frozenset({Role.ADMINISTRATEUR})  # never what shows somebody's data: that is said by a test
WRITERS = HUMANS - ADMINISTRATEUR
TO_DESTROY = frozenset({Role.DPO, Role.REFERENT, Role.ADMINISTRATEUR})  # nobody's data are shown there
OF_PARTNER = ROLES_OF[StructureKind.PARTENAIRE]
REVIEWERS = frozenset({Role.GESTIONNAIRE, Role.DPO})

# The one table. To add a permission: name it above, say here who holds it; « Qui peut faire quoi » shows the rest.
PERMITTED: Mapping[Permission, Grant] = {
    Permission.SCAN: Grant("Vérifier un signalement et en garder un reçu", WRITERS | MACHINE),
    Permission.READ_RECEIPT: Grant("Relire un reçu de contrôle", WRITERS | MACHINE),
    Permission.READ_CONVENTIONS: Grant("Lire ce que les conventions exigent", HUMANS | MACHINE),
    Permission.READ_AGENDA: Grant("Voir ce qui l'attend et les dates de la structure", WRITERS),
    Permission.READ_PARTNER: Grant(
        "Voir qu'un partenaire applique une convention, et depuis quand", frozenset(), signed=OF_CAISSE
    ),
    Permission.READ_CONTACTS: Grant(
        "Voir à qui écrire, à la caisse et chez le partenaire",
        frozenset({Role.DPO, Role.GESTIONNAIRE, Role.REFERENT}),
        signed=OF_CAISSE,
    ),
    Permission.KEEP_CONTACTS: Grant(
        "Tenir à jour les contacts ; une caisse, les siens seulement", frozenset({Role.DPO}), signed=OF_CAISSE
    ),
    Permission.READ_ACCOUNTS: Grant(
        "Voir les comptes du portail et leur histoire",
        frozenset({Role.DPO, Role.GESTIONNAIRE, Role.REFERENT}) | MACHINE,
        signed=OF_CAISSE,
    ),
    Permission.MANAGE_ACCOUNTS: Grant(
        "Déclarer les agents, demander, ouvrir et fermer les comptes du portail",
        frozenset({Role.DPO, Role.GESTIONNAIRE}),
    ),
    Permission.GRANT_ACCOUNTS: Grant(
        "Accorder ou refuser, à la caisse, ce qu'un partenaire demande pour ses comptes",
        frozenset(),
        signed=frozenset({Role.AGENT_CAISSE}),
    ),
    Permission.CUT_ACCESS: Grant(
        "Couper un accès au portail, tout de suite",
        frozenset({Role.DPO, Role.GESTIONNAIRE}),
        signed=OF_CAISSE,
    ),
    Permission.ASK_ROSTER: Grant("Demander à un partenaire son tableau d'habilitations", frozenset(), signed=OF_CAISSE),
    Permission.IMPORT_CONVENTION: Grant("Enregistrer le texte d'une convention", DPOS),
    Permission.ADOPT_CONVENTION: Grant("Dire depuis quand la structure applique une convention", DPOS),
    Permission.READ_LIFE: Grant(
        "Suivre les dates d'une convention : échéance, dénonciation, fin", HUMANS, signed=OF_CAISSE
    ),
    Permission.RECORD_LIFE: Grant("Saisir ce qui arrive à une convention : signature, avenant, fin", DPOS),
    Permission.EDIT_LEXICON: Grant("Ajouter ou taire un mot du vocabulaire de la structure", DPOS),
    Permission.MANAGE_API_KEYS: Grant("Créer, renouveler et révoquer les clés des logiciels", DPOS | ADMINISTRATEUR),
    Permission.MANAGE_PEOPLE: Grant("Inviter des personnes, donner et retirer leurs rôles", DPOS, not_self=True),
    Permission.READ_OUTBOX: Grant("Suivre les envois : leur état, leurs tentatives", DPOS | ADMINISTRATEUR),
    Permission.READ_MAIL: Grant("Lire à qui les messages sont envoyés, et ce qu'ils disent", DPOS),
    Permission.RESEND_MAIL: Grant("Renvoyer un message qui n'est pas arrivé", DPOS | ADMINISTRATEUR),
    Permission.MANAGE_CERTIFICATES: Grant("Enregistrer le certificat d'un destinataire", DPOS),
    Permission.MANAGE_STRUCTURES: Grant("Ajouter une structure au service", frozenset()),  # at the terminal only
    Permission.READ_TRAIL: Grant("Lire le journal de la structure, l'exporter et le vérifier", DPOS),
    Permission.WATCH_SERVICE: Grant("Voir comment vont les tâches du service", DPOS | ADMINISTRATEUR),
    Permission.READ_DESTRUCTION: Grant(
        "Suivre la destruction des données d'une convention, en lire l'attestation", TO_DESTROY, signed=OF_CAISSE
    ),
    Permission.PREPARE_DESTRUCTION: Grant(
        "Préparer une destruction : archives, autres lieux, mesures de conservation", frozenset({Role.DPO})
    ),
    Permission.DESTROY_DATA: Grant("Donner son accord à une destruction, à deux et dans deux rôles", TO_DESTROY),
    Permission.DECLARE_BREACH: Grant("Déclarer une violation, même sur un simple soupçon", OF_PARTNER),
    Permission.FOLLOW_OWN_BREACH: Grant(
        "Suivre la violation qu'on a déclarée, faire la tâche qu'on y a reçue", OF_PARTNER - ADMINISTRATEUR
    ),
    Permission.READ_BREACH: Grant(
        "Suivre les violations de la structure et leurs échéances", frozenset({Role.DPO, Role.REFERENT})
    ),
    Permission.HANDLE_BREACH: Grant(
        "Qualifier une violation, tenir son dossier, prouver ce qui est fait", frozenset({Role.DPO})
    ),
    Permission.ANSWER_BREACH: Grant(
        "Lire les violations transmises à la caisse, en accuser réception, questionner",
        frozenset(),
        signed=frozenset({Role.DPO_CAISSE}),
    ),
    Permission.READ_REVIEW: Grant(
        "Suivre les revues d'habilitations et lire leurs attestations", REVIEWERS | MACHINE, signed=OF_CAISSE
    ),
    Permission.REVIEW_ACCOUNTS: Grant(
        "Répondre, compte par compte, dans une revue d'habilitations", REVIEWERS, signed=frozenset({Role.AGENT_CAISSE})
    ),
    Permission.OPEN_REVIEW: Grant("Ouvrir une revue d'habilitations, confier des comptes à revoir", REVIEWERS),
    Permission.CLOSE_REVIEW: Grant("Signer une revue d'habilitations : ses décisions s'appliquent", REVIEWERS),
    Permission.SET_REVIEWS: Grant(
        "Régler les revues d'habilitations : période, suppléance, silence, échéance", frozenset({Role.DPO})
    ),
    Permission.ASK_REVIEW: Grant("Demander une revue d'habilitations à un partenaire", frozenset(), signed=OF_CAISSE),
}
MACHINE_SCOPES = frozenset(permission for permission, grant in PERMITTED.items() if Role.MACHINE in grant.here)
