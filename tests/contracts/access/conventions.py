"""Who may call the routes of conventions, their contacts, life, habilitations and mail."""

from collections.abc import Mapping

from governance.people.rules import Permission
from tests.contracts.access.kinds import Access, api, page

ACCESS: Mapping[str, Access] = {
    # governance.people.contacts: S3's caisse is neither of those that ask
    "contacts.index": page("GET", "/contacts", Permission.READ_CONTACTS),
    "contacts.create": page("GET", "/contacts/{of_s3}/caisse/nouveau", Permission.KEEP_CONTACTS, owned=True),
    "contacts.create_sent": page(
        "POST", "/contacts/{of_s3}/caisse/nouveau", Permission.KEEP_CONTACTS, owned=True, accepted=frozenset({422})
    ),
    "contacts.change": page("GET", "/contacts/{contact}/modifier", Permission.KEEP_CONTACTS, owned=True),
    "contacts.change_sent": page(
        "POST", "/contacts/{contact}/modifier", Permission.KEEP_CONTACTS, owned=True, accepted=frozenset({422})
    ),
    "contacts.verify": page(
        "POST", "/contacts/{contact}/verifier", Permission.KEEP_CONTACTS, owned=True, accepted=frozenset({303, 404})
    ),
    "contacts.withdraw": page(
        "POST", "/contacts/{contact}/retirer", Permission.KEEP_CONTACTS, owned=True, accepted=frozenset({303, 404})
    ),
    # governance.habilitations.rosters: only a caisse asks, and S3's is none of those of the tests
    "rosters.index": page("GET", "/tableaux", Permission.READ_ACCOUNTS),
    "rosters.show": page("GET", "/tableaux/{of_s3}", Permission.READ_ACCOUNTS, owned=True),
    "rosters.export": page("GET", "/tableaux/{of_s3}/tableau.csv", Permission.READ_ACCOUNTS, owned=True),
    "rosters.fetch": page("GET", "/tableaux/envoyes/{roster}.csv", Permission.READ_ACCOUNTS, owned=True),
    "rosters.send": page("POST", "/tableaux/{of_s3}/envoyer", Permission.MANAGE_ACCOUNTS, owned=True),
    "rosters.ask": page("GET", "/tableaux/{of_s3}/demander", Permission.ASK_ROSTER, owned=True),
    "rosters.asked": page("POST", "/tableaux/{of_s3}/demander", Permission.ASK_ROSTER, owned=True),
    "rosters.withdraw": page("POST", "/tableaux/{of_s3}/retirer", Permission.ASK_ROSTER, owned=True),
    # governance.habilitations.lists
    "lists.index": page("GET", "/listes", Permission.MANAGE_ACCOUNTS),
    "lists.send": page("GET", "/listes/importer", Permission.MANAGE_ACCOUNTS),
    "lists.sent": page("POST", "/listes/importer", Permission.MANAGE_ACCOUNTS, accepted=frozenset({422})),
    "lists.show": page("GET", "/listes/{list}", Permission.MANAGE_ACCOUNTS, owned=True),
    "lists.keep": page(
        "POST", "/listes/{list}/enregistrer", Permission.MANAGE_ACCOUNTS, owned=True, accepted=frozenset({409})
    ),
    "lists.discard": page(
        "POST", "/listes/{list}/ecarter", Permission.MANAGE_ACCOUNTS, owned=True, accepted=frozenset({303, 404})
    ),
    "lists.model": page("GET", "/listes/modele-portail.csv", Permission.MANAGE_ACCOUNTS),
    "lists.staff": page("GET", "/listes/personnel.csv", Permission.MANAGE_ACCOUNTS),
    "gaps.index": page("GET", "/ecarts", Permission.MANAGE_ACCOUNTS),
    "gaps.export": page("GET", "/ecarts/ecarts.csv", Permission.MANAGE_ACCOUNTS),
    # governance.conventions
    "conventions.index": page("GET", "/conventions", Permission.READ_CONVENTIONS),
    "conventions.show": page("GET", "/conventions/S0", Permission.READ_CONVENTIONS),
    "conventions.toml": page("GET", "/conventions/S0/texte", Permission.READ_CONVENTIONS),
    "conventions.import_form": page("GET", "/conventions/importer", Permission.IMPORT_CONVENTION),
    "conventions.import_preview": page(
        "POST", "/conventions/importer", Permission.IMPORT_CONVENTION, accepted=frozenset({422})
    ),
    "conventions.import_confirmed": page(
        "POST", "/conventions/importer/confirmer", Permission.IMPORT_CONVENTION, accepted=frozenset({422})
    ),
    "conventions.adopt_form": page("GET", "/conventions/S0/application", Permission.ADOPT_CONVENTION),
    "conventions.adopt": page("POST", "/conventions/S0/application", Permission.ADOPT_CONVENTION),
    # governance.conventions.life
    "life.index": page("GET", "/conventions/vie", Permission.READ_LIFE),
    "life.show": page("GET", "/conventions/S3/vie", Permission.READ_LIFE, owned=True),
    "life.partner": page("GET", "/partenaires/{structure}/conventions/S3/vie", Permission.READ_LIFE, owned=True),
    "life.enter": page("GET", "/conventions/S3/vie/fin", Permission.RECORD_LIFE, owned=True),
    "life.entered": page(
        "POST", "/conventions/S3/vie/fin", Permission.RECORD_LIFE, owned=True, accepted=frozenset({422})
    ),
    "life.cancel": page("GET", "/conventions/S3/vie/annuler/{event}", Permission.RECORD_LIFE, owned=True),
    "life.cancelled": page(
        "POST", "/conventions/S3/vie/annuler/{event}", Permission.RECORD_LIFE, owned=True, accepted=frozenset({422})
    ),
    # governance.habilitations
    "portal.index": page("GET", "/comptes", Permission.READ_ACCOUNTS),
    "portal.cut": page("GET", "/comptes/couper", Permission.READ_ACCOUNTS),
    "portal.show": page("GET", "/comptes/{account}", Permission.READ_ACCOUNTS, owned=True, shared=True),
    "portal.act_form": page("GET", "/comptes/{account}/coupure", Permission.CUT_ACCESS, owned=True, shared=True),
    "portal.act_sent": page(
        "POST", "/comptes/{account}/coupure", Permission.CUT_ACCESS, owned=True, shared=True, accepted=frozenset({422})
    ),
    "portal_openings.ask": page("GET", "/comptes/demander", Permission.MANAGE_ACCOUNTS),
    "portal_openings.ask_sent": page(
        "POST", "/comptes/demander", Permission.MANAGE_ACCOUNTS, accepted=frozenset({422})
    ),
    "portal_openings.create": page("GET", "/comptes/creer", Permission.MANAGE_ACCOUNTS),
    "portal_openings.create_sent": page(
        "POST", "/comptes/creer", Permission.MANAGE_ACCOUNTS, accepted=frozenset({422})
    ),
    "account_changes.ended": page(
        "POST",
        "/comptes/modifications/{account_change}",
        Permission.MANAGE_ACCOUNTS,
        owned=True,
        form={"outcome": "retiree"},
        accepted=frozenset({303, 409}),
    ),
    "agents.index": page("GET", "/agents", Permission.MANAGE_ACCOUNTS),
    "agents.declare": page("GET", "/agents/declarer", Permission.MANAGE_ACCOUNTS),
    "agents.declare_sent": page("POST", "/agents/declarer", Permission.MANAGE_ACCOUNTS, accepted=frozenset({422})),
    "agents.show": page("GET", "/agents/{agent}", Permission.MANAGE_ACCOUNTS, owned=True),
    "agents.correct": page("GET", "/agents/{agent}/corriger", Permission.MANAGE_ACCOUNTS, owned=True),
    "agents.correct_sent": page(
        "POST", "/agents/{agent}/corriger", Permission.MANAGE_ACCOUNTS, owned=True, accepted=frozenset({422})
    ),
    "agents.attest": page(
        "POST", "/agents/{agent}/attester", Permission.MANAGE_ACCOUNTS, owned=True, accepted=frozenset({422})
    ),
    "agents.withdraw": page(
        "POST",
        "/agents/{agent}/retirer-attestation",
        Permission.MANAGE_ACCOUNTS,
        owned=True,
        form={"check": "poste"},
        accepted=frozenset({303, 404}),
    ),
    "agents.leave": page(
        "POST", "/agents/{agent}/depart", Permission.MANAGE_ACCOUNTS, owned=True, form={"left_on": ""}
    ),
    "account_settings.show": page("GET", "/agents/reglages", Permission.MANAGE_ACCOUNTS),
    "account_settings.size": page(
        "POST", "/agents/reglages/taille", Permission.MANAGE_ACCOUNTS, accepted=frozenset({422})
    ),
    "account_settings.domain": page(
        "POST", "/agents/reglages/domaines", Permission.MANAGE_ACCOUNTS, accepted=frozenset({422})
    ),
    "account_settings.forget": page(
        "POST",
        "/agents/reglages/domaines/oublier",
        Permission.MANAGE_ACCOUNTS,
        form={"domain": "ccas-essai.example"},
        accepted=frozenset({303, 404}),
    ),
    "habilitations_api.read_habilitations": api("GET", "/api/v1/habilitations", Permission.READ_ACCOUNTS),
    # governance.mail
    "mail.index": page("GET", "/envois", Permission.READ_OUTBOX),
    "mail.show": page("GET", "/envois/{sending}", Permission.READ_OUTBOX, owned=True),
    "mail.resend": page(
        "POST", "/envois/{sending}/renvoyer", Permission.RESEND_MAIL, owned=True, accepted=frozenset({303, 409})
    ),
    "mail.files": page("GET", "/envois/{sending}/pieces", Permission.READ_MAIL, owned=True),
    "mail.file": page("GET", "/envois/{sending}/pieces/1", Permission.READ_MAIL, owned=True),
    "mail.certificates": page("GET", "/envois/certificats", Permission.MANAGE_CERTIFICATES),
    "mail.register": page("POST", "/envois/certificats", Permission.MANAGE_CERTIFICATES, accepted=frozenset({422})),
    "mail.withdraw": page(
        "POST",
        "/envois/certificats/{certificate}/retirer",
        Permission.MANAGE_CERTIFICATES,
        owned=True,
        accepted=frozenset({303}),
    ),
}
