"""Who may call each route: a new route is named here, or the build fails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.people.grants import TO_DESTROY
from governance.people.rules import HUMANS, PERMITTED, Permission, Role


@dataclass(frozen=True)
class Access:
    """The roles that a route answers, and a request that it should accept from them.

    `anyone`: nobody needs to be signed in. `api`: the asker is a machine with `permission`.
    `owned`: the request names something of the first structure, which the same role elsewhere must not reach, nor a
    caisse, unless it is `shared` with the one that signed its convention.
    `path` may hold `{names}` that tests/contracts/furnishing.py makes.
    """

    method: str
    path: str
    roles: frozenset[Role] = frozenset()
    anyone: bool = False
    permission: Permission | None = None
    api: bool = False
    owned: bool = False
    shared: bool = False
    form: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    accepted: frozenset[int] = frozenset({200, 201, 204, 302, 303})


def anyone(method: str, path: str, **more: Any) -> Access:
    """Return the access of a route that needs nobody."""
    return Access(method, path, anyone=True, **more)


def signed_in(method: str, path: str, **more: Any) -> Access:
    """Return the access of a page for every person."""
    return Access(method, path, roles=HUMANS, **more)


def page(method: str, path: str, permission: Permission, **more: Any) -> Access:
    """Return the access of a page that asks for a permission."""
    return Access(
        method,
        path,
        roles=(PERMITTED[permission].here | PERMITTED[permission].signed) & HUMANS,
        permission=permission,
        **more,
    )


def api(method: str, path: str, permission: Permission, **more: Any) -> Access:
    """Return the access of an API operation that asks for a permission."""
    return Access(method, path, permission=permission, api=True, **more)


ACCESS: Mapping[str, Access] = {
    # governance.web
    "web.home": Access("GET", "/", roles=HUMANS, anyone=True),
    "web.about": signed_in("GET", "/a-propos"),
    "web.alive": anyone("GET", "/sante"),
    "web.ready": anyone("GET", "/pret"),
    "web.documentation": anyone("GET", "/api/docs"),
    "openapi.spec": anyone("GET", "/api/openapi.json"),
    # governance.agenda
    "agenda.tasks": page("GET", "/a-faire", Permission.READ_AGENDA),
    "agenda.index": page("GET", "/agenda", Permission.READ_AGENDA),
    "agenda.download_calendar": page("GET", "/agenda/telecharger.ics", Permission.READ_AGENDA),
    "calendar.feed": anyone("GET", "/agenda.ics", accepted=frozenset({404})),  # without its secret
    "calendar.settings": page("GET", "/compte/agenda", Permission.READ_AGENDA),
    "calendar.open_feed": page("POST", "/compte/agenda/lien", Permission.READ_AGENDA),
    "calendar.close_feed": page("POST", "/compte/agenda/lien/fermer", Permission.READ_AGENDA),
    "calendar.choose": page("POST", "/compte/agenda/matin", Permission.READ_AGENDA, form={"days": "2"}),
    # governance.papers
    "papers.about": anyone("GET", "/documents-signes"),
    "papers.root": anyone("GET", "/documents-signes/autorite.pem"),
    # governance.people
    "people.sign_in": anyone("GET", "/connexion"),
    "people.sign_in_sent": anyone("POST", "/connexion", accepted=frozenset({422, 429})),
    "sessions.index": signed_in("GET", "/compte/sessions"),
    "sessions.end": signed_in("POST", "/compte/sessions/inconnue/fermer", accepted=frozenset({404})),
    "sessions.stay": signed_in("POST", "/compte/sessions/prolonger"),
    "sessions.sign_out": signed_in("POST", "/deconnexion"),
    "sessions.sign_out_everywhere": signed_in("POST", "/deconnexion/partout"),
    "sessions.switch": signed_in("POST", "/structure", accepted=frozenset({404})),
    "permissions.table": signed_in("GET", "/qui-peut-faire-quoi"),
    "permissions.partners": page("GET", "/partenaires", Permission.READ_PARTNER),
    "accounts.show": signed_in("GET", "/compte"),
    "accounts.password": signed_in("GET", "/compte/mot-de-passe"),
    "accounts.password_sent": signed_in("POST", "/compte/mot-de-passe", accepted=frozenset({422})),
    "accounts.link": anyone("GET", "/compte/lien/{link}"),
    "accounts.link_sent": anyone("POST", "/compte/lien/{link}", accepted=frozenset({422})),
    "accounts.forgotten": anyone("GET", "/connexion/oubli"),
    "accounts.forgotten_sent": anyone("POST", "/connexion/oubli", accepted=frozenset({422})),
    "second_factor.step": signed_in("GET", "/connexion/second-facteur", accepted=frozenset({303})),
    "second_factor.step_sent": signed_in("POST", "/connexion/second-facteur", accepted=frozenset({401})),
    "second_factor.challenge": anyone("POST", "/connexion/cle/defi"),
    "second_factor.passkey_sent": anyone("POST", "/connexion/cle"),
    "second_factor.index": signed_in("GET", "/compte/second-facteur"),
    "second_factor.start": signed_in("POST", "/compte/second-facteur/application"),
    "second_factor.application": signed_in("GET", "/compte/second-facteur/application"),
    "second_factor.confirm": signed_in("POST", "/compte/second-facteur/application/confirmer"),
    "second_factor.remove_codes": signed_in(
        "POST", "/compte/second-facteur/application/retirer", accepted=frozenset({404})
    ),
    "second_factor.new_challenge": signed_in("POST", "/compte/second-facteur/cle/defi"),
    "second_factor.add_passkey": signed_in("POST", "/compte/second-facteur/cle"),
    "second_factor.remove_passkey": signed_in(
        "POST", "/compte/second-facteur/cle/inconnue/retirer", accepted=frozenset({404})
    ),
    "second_factor.renew_codes": signed_in("POST", "/compte/second-facteur/codes"),
    "directory.remove_factors": page(
        "POST", "/personnes/{person}/second-facteur", Permission.MANAGE_PEOPLE, owned=True
    ),
    "directory.ask_factor": page("POST", "/personnes/second-facteur", Permission.MANAGE_PEOPLE, form={"of_all": "oui"}),
    "confirm.confirmed": signed_in("POST", "/confirmer", accepted=frozenset({422})),
    "directory.index": page("GET", "/personnes", Permission.MANAGE_PEOPLE),
    "directory.invite": page("GET", "/personnes/inviter", Permission.MANAGE_PEOPLE),
    "directory.invite_sent": page("POST", "/personnes/inviter", Permission.MANAGE_PEOPLE, accepted=frozenset({422})),
    "directory.show": page("GET", "/personnes/{person}", Permission.MANAGE_PEOPLE, owned=True),
    "directory.roles": page(
        "POST", "/personnes/{person}/roles", Permission.MANAGE_PEOPLE, owned=True, form={"roles": "technicien"}
    ),
    "directory.link": page("POST", "/personnes/{person}/lien", Permission.MANAGE_PEOPLE, owned=True),
    "directory.end_sessions": page("POST", "/personnes/{person}/sessions", Permission.MANAGE_PEOPLE, owned=True),
    "directory.close": page(
        "POST", "/personnes/{person}/fermer", Permission.MANAGE_PEOPLE, owned=True, accepted=frozenset({303, 409})
    ),
    "directory.reopen": page(
        "POST", "/personnes/{person}/rouvrir", Permission.MANAGE_PEOPLE, owned=True, accepted=frozenset({303, 409})
    ),
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
    # governance.jobs
    "jobs.index": page("GET", "/etat/taches", Permission.WATCH_SERVICE),
    # governance.people.machines
    "machines.index": page("GET", "/logiciels", Permission.MANAGE_API_KEYS),
    "machines.create": page("GET", "/logiciels/nouveau", Permission.MANAGE_API_KEYS),
    "machines.create_sent": page("POST", "/logiciels/nouveau", Permission.MANAGE_API_KEYS, accepted=frozenset({422})),
    "machines.show": page("GET", "/logiciels/{key}", Permission.MANAGE_API_KEYS, owned=True),
    "machines.rotate": page(
        "POST", "/logiciels/{key}/renouveler", Permission.MANAGE_API_KEYS, owned=True, accepted=frozenset({422})
    ),
    "machines.revoke": page(
        "POST", "/logiciels/{key}/revoquer", Permission.MANAGE_API_KEYS, owned=True, accepted=frozenset({303, 409})
    ),
    "oauth.token": anyone("POST", "/api/oauth/token", form={"grant_type": "x"}, accepted=frozenset({400})),
    # governance.people.oidc: no provider is set here; tests/oidc has one
    "oidc.start": anyone("GET", "/connexion/fournisseur", accepted=frozenset({404})),
    "oidc.back": anyone("GET", "/connexion/fournisseur/retour", accepted=frozenset({404})),
    "oidc.out": anyone("GET", "/connexion/fournisseur/sortie", accepted=frozenset({404})),
    # breach
    "breach.index": page("GET", "/violations", Permission.READ_BREACH),
    "breach.declare": page("GET", "/violations/declarer", Permission.DECLARE_BREACH),
    "breach.declare_sent": page("POST", "/violations/declarer", Permission.DECLARE_BREACH, accepted=frozenset({422})),
    "breach.show": page("GET", "/violations/{breach}", Permission.READ_BREACH, owned=True),
    "breach_acts.breach": page("GET", "/violations/{breach}/registre", Permission.HANDLE_BREACH, owned=True),
    "breach_acts.breach_sent": page(
        "POST", "/violations/{breach}/registre", Permission.HANDLE_BREACH, owned=True, accepted=frozenset({422})
    ),
    "breach_acts.duty": page("GET", "/violations/devoirs/{duty}/motif", Permission.HANDLE_BREACH, owned=True),
    "breach_acts.duty_sent": page(
        "POST", "/violations/devoirs/{duty}/motif", Permission.HANDLE_BREACH, owned=True, accepted=frozenset({422})
    ),
    "breach_acts.concern": page(
        "GET", "/violations/caisses/{concern}/transmettre", Permission.HANDLE_BREACH, owned=True
    ),
    "breach_acts.concern_sent": page(
        "POST",
        "/violations/caisses/{concern}/transmettre",
        Permission.HANDLE_BREACH,
        owned=True,
        accepted=frozenset({422}),
    ),
    "breach_acts.task_done": page("POST", "/violations/taches/{task}/faite", Permission.HANDLE_BREACH, owned=True),
    "breach_acts.document": page("GET", "/violations/documents/{document}", Permission.HANDLE_BREACH, owned=True),
    "breach_caisse.index": page("GET", "/violations/recues", Permission.ANSWER_BREACH),
    # what a caisse is passed on is tried by tests/web/test_breach_caisse.py
    "breach_caisse.show": page(
        "GET", "/violations/recues/inconnue", Permission.ANSWER_BREACH, accepted=frozenset({404})
    ),
    "breach_caisse.write": page(
        "POST", "/violations/recues/inconnue/message", Permission.ANSWER_BREACH, accepted=frozenset({404})
    ),
    "breach_caisse.acknowledge": page(
        "POST", "/violations/recues/inconnue/accuse/inconnu", Permission.ANSWER_BREACH, accepted=frozenset({404})
    ),
    # breach.dossier, severity, cnil, notices, register: what is owed, and its proof
    "breach_dossier.show": page("GET", "/violations/{breach}/dossier", Permission.HANDLE_BREACH, owned=True),
    "breach_dossier.save": page("POST", "/violations/{breach}/dossier", Permission.HANDLE_BREACH, owned=True),
    "breach_severity.show": page("GET", "/violations/{breach}/gravite", Permission.HANDLE_BREACH, owned=True),
    "breach_severity.assess": page(
        "POST", "/violations/{breach}/gravite", Permission.HANDLE_BREACH, owned=True, accepted=frozenset({422})
    ),
    "breach_cnil.show": page("GET", "/violations/{breach}/cnil", Permission.HANDLE_BREACH, owned=True),
    "breach_cnil.filed": page(
        "POST", "/violations/{breach}/cnil", Permission.HANDLE_BREACH, owned=True, accepted=frozenset({422})
    ),
    "breach_cnil.file": page("GET", "/violations/{breach}/cnil.json", Permission.HANDLE_BREACH, owned=True),
    "breach_persons.show": page("GET", "/violations/{breach}/personnes", Permission.HANDLE_BREACH, owned=True),
    "breach_persons.decide": page(
        "POST", "/violations/{breach}/personnes", Permission.HANDLE_BREACH, owned=True, accepted=frozenset({422})
    ),
    "breach_persons.told": page(
        "POST",
        "/violations/{breach}/personnes/informees",
        Permission.HANDLE_BREACH,
        owned=True,
        accepted=frozenset({422}),
    ),
    "breach_persons.paper": page(
        "GET", "/violations/{breach}/personnes/lettre.pdf", Permission.HANDLE_BREACH, owned=True
    ),
    "breach_notices.show": page("GET", "/violations/{breach}/avis", Permission.HANDLE_BREACH, owned=True),
    "breach_notices.send": page("POST", "/violations/devoirs/{duty}/avis", Permission.HANDLE_BREACH, owned=True),
    "breach_notices.complete": page(
        "POST", "/violations/devoirs/{duty}/complement", Permission.HANDLE_BREACH, owned=True
    ),
    "breach_notices.prove": page("GET", "/violations/devoirs/{duty}/prouver", Permission.HANDLE_BREACH, owned=True),
    "breach_notices.prove_sent": page(
        "POST", "/violations/devoirs/{duty}/prouver", Permission.HANDLE_BREACH, owned=True, accepted=frozenset({422})
    ),
    "breach_notices.by_hand": page("GET", "/violations/contacts/{letter}", Permission.HANDLE_BREACH, owned=True),
    "breach_notices.noted": page(
        "POST", "/violations/contacts/{letter}", Permission.HANDLE_BREACH, owned=True, accepted=frozenset({422})
    ),
    "breach_notices.letter": page(
        "GET", "/violations/contacts/{letter}/lettre.pdf", Permission.HANDLE_BREACH, owned=True
    ),
    # used once, by whoever asks first; the partner's own people are refused
    "breach_acknowledge.show": anyone("GET", "/avis/{ack}", accepted=frozenset({200, 404})),
    "breach_acknowledge.acknowledge": anyone("POST", "/avis/{ack}", accepted=frozenset({200, 403, 404})),
    "breach_register.index": page("GET", "/violations/registre", Permission.READ_BREACH),
    "breach_register.history": page("GET", "/violations/registre/{breach}", Permission.READ_BREACH, owned=True),
    "breach_register.export": page("GET", "/violations/registre.json", Permission.READ_BREACH),
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
    # scanners
    "scanners.verify": page("GET", "/signalements/verifier", Permission.SCAN),
    "scanners.verify_sent": page("POST", "/signalements/verifier", Permission.SCAN, accepted=frozenset({422})),
    "scanners.preview": page("POST", "/signalements/verifier/apercu", Permission.SCAN, accepted=frozenset({415})),
    "scanners.receipt": page("GET", "/signalements/recus/{receipt}.json", Permission.READ_RECEIPT, owned=True),
    "pieces.send": page("POST", "/signalements/verifier/pieces", Permission.SCAN, accepted=frozenset({404})),
    "pieces.follow": page("GET", "/signalements/verifier/pieces/0", Permission.SCAN, accepted=frozenset({404})),
    "pieces.picture": page(
        "GET", "/signalements/verifier/pieces/0/images/0.jpg", Permission.SCAN, accepted=frozenset({404})
    ),
    "pieces.forget": page(
        "POST", "/signalements/verifier/pieces/0/oublier", Permission.SCAN, accepted=frozenset({404})
    ),
    "scanners_api.read_check": api("GET", "/api/v1/checks/0", Permission.SCAN, accepted=frozenset({404})),
    "scanners_api.create_scan": api("POST", "/api/v1/scans", Permission.SCAN, body={}, accepted=frozenset({422})),
    "scanners_api.read_scan": api("GET", "/api/v1/scans/{receipt}", Permission.READ_RECEIPT, owned=True),
    "scanners_api.read_conventions": api("GET", "/api/v1/conventions", Permission.READ_CONVENTIONS),
    "copies.choose": page("GET", "/signalements/copie-nettoyee", Permission.SCAN),
    "copies.make": page("POST", "/signalements/copie-nettoyee", Permission.SCAN, accepted=frozenset({422})),
    "scanners.reports": page("GET", "/signalements/erreurs", Permission.SCAN),
    "words.index": page("GET", "/vocabulaire", Permission.EDIT_LEXICON),
    "words.add": page("POST", "/vocabulaire", Permission.EDIT_LEXICON, accepted=frozenset({422})),
    "words.silence": page("POST", "/vocabulaire/taire", Permission.EDIT_LEXICON, accepted=frozenset({422})),
    "words.remove": page("POST", "/vocabulaire/{word}/retirer", Permission.EDIT_LEXICON, owned=True),
    "words.answer_doubt": page(
        "POST",
        "/vocabulaire/fausses-alertes/{doubt}",
        Permission.EDIT_LEXICON,
        owned=True,
        form={"decision": "refusee"},
    ),
    # reviews
    "reviews.index": page("GET", "/revues", Permission.READ_REVIEW),
    "reviews.ask_sent": page("POST", "/revues/demander", Permission.ASK_REVIEW, accepted=frozenset({422})),
    "reviews.open_form": page("GET", "/revues/ouvrir/S0", Permission.OPEN_REVIEW, accepted=frozenset({200, 404})),
    "reviews.open_sent": page("POST", "/revues/ouvrir/S0", Permission.OPEN_REVIEW, accepted=frozenset({422, 404})),
    "reviews.show": page("GET", "/revues/{review}", Permission.READ_REVIEW, owned=True, shared=True),
    "reviews.entry": page("GET", "/revues/{review}/comptes/{entry}", Permission.READ_REVIEW, owned=True, shared=True),
    "reviews.answer_sent": page(
        "POST",
        "/revues/{review}/comptes/{entry}",
        Permission.REVIEW_ACCOUNTS,
        owned=True,
        shared=True,
        form={"version": "1"},
        accepted=frozenset({422, 403}),
    ),
    "reviews.confirm_sent": page(
        "POST",
        "/revues/{review}/confirmer",
        Permission.REVIEW_ACCOUNTS,
        owned=True,
        shared=True,
        accepted=frozenset({422}),
    ),
    "review_ends.follow": page("GET", "/revues/{review}/suivi", Permission.READ_REVIEW, owned=True, shared=True),
    "review_ends.delegate": page(
        "POST", "/revues/{review}/confier", Permission.OPEN_REVIEW, owned=True, accepted=frozenset({422})
    ),
    "review_ends.postpone": page(
        "POST", "/revues/{review}/repousser", Permission.SET_REVIEWS, owned=True, accepted=frozenset({422})
    ),
    "review_ends.sign": page("GET", "/revues/{review}/signer", Permission.CLOSE_REVIEW, owned=True),
    "review_ends.sign_sent": page(
        "POST", "/revues/{review}/signer", Permission.CLOSE_REVIEW, owned=True, accepted=frozenset({409})
    ),
    "review_ends.certificate_json": page(
        "GET",
        "/revues/{review}/attestation.json",
        Permission.READ_REVIEW,
        owned=True,
        shared=True,
        accepted=frozenset({404}),
    ),
    "review_ends.certificate_pdf": page(
        "GET",
        "/revues/{review}/attestation.pdf",
        Permission.READ_REVIEW,
        owned=True,
        shared=True,
        accepted=frozenset({404}),
    ),
    "review_ends.settings": page("GET", "/revues/reglages/S0", Permission.SET_REVIEWS, accepted=frozenset({200, 404})),
    "review_ends.settings_sent": page(
        "POST", "/revues/reglages/S0", Permission.SET_REVIEWS, accepted=frozenset({422, 404})
    ),
    "reviews_api.read_reviews": api("GET", "/api/v1/reviews", Permission.READ_REVIEW),
    "reviews_api.read_review": api("GET", "/api/v1/reviews/{review}", Permission.READ_REVIEW, owned=True),
    # governance.destruction
    "destruction.index": page("GET", "/destructions", Permission.READ_DESTRUCTION),
    "destruction.plan": Access("GET", "/destructions/plan/S0", roles=TO_DESTROY),
    "destruction.open_": page(
        "POST",
        "/destructions/ouvrir",
        Permission.PREPARE_DESTRUCTION,
        form={"convention": "S0"},
        accepted=frozenset({409}),
    ),
    "destruction.show": page("GET", "/destructions/{destruction}", Permission.READ_DESTRUCTION, owned=True),
    "destruction.cancel": page(
        "POST",
        "/destructions/{destruction}/annuler",
        Permission.PREPARE_DESTRUCTION,
        owned=True,
        accepted=frozenset({303, 409}),
    ),
    "destruction.consent": page(
        "POST", "/destructions/{destruction}/accord", Permission.DESTROY_DATA, owned=True, accepted=frozenset({409})
    ),
    "destruction.slip": page(
        "GET", "/destructions/{destruction}/bordereau.pdf", Permission.PREPARE_DESTRUCTION, owned=True
    ),
    "destruction.answer": page(
        "GET", "/destructions/{destruction}/archives", Permission.PREPARE_DESTRUCTION, owned=True
    ),
    "destruction.sent": page(
        "POST",
        "/destructions/{destruction}/archives/transmis",
        Permission.PREPARE_DESTRUCTION,
        owned=True,
        accepted=frozenset({422}),
    ),
    "destruction.answered": page(
        "POST",
        "/destructions/{destruction}/archives/reponse",
        Permission.PREPARE_DESTRUCTION,
        owned=True,
        accepted=frozenset({422}),
    ),
    "destruction.visa": page(
        "GET",
        "/destructions/{destruction}/archives/visa",
        Permission.PREPARE_DESTRUCTION,
        owned=True,
        accepted=frozenset({404}),
    ),
    "destruction.requests": page(
        "GET", "/destructions/{destruction}/demandes", Permission.PREPARE_DESTRUCTION, owned=True
    ),
    "destruction.requests_stated": page(
        "POST",
        "/destructions/{destruction}/demandes",
        Permission.PREPARE_DESTRUCTION,
        owned=True,
        accepted=frozenset({422}),
    ),
    "destruction.hold": page(
        "GET", "/destructions/{destruction}/conservation", Permission.PREPARE_DESTRUCTION, owned=True
    ),
    "destruction.held": page(
        "POST",
        "/destructions/{destruction}/conservation",
        Permission.PREPARE_DESTRUCTION,
        owned=True,
        accepted=frozenset({422}),
    ),
    "destruction.release": page(
        "POST",
        "/destructions/{destruction}/conservation/{hold}/lever",
        Permission.PREPARE_DESTRUCTION,
        owned=True,
        accepted=frozenset({303, 409}),
    ),
    "destruction.store": page(
        "GET", "/destructions/{destruction}/lieux/ajouter", Permission.PREPARE_DESTRUCTION, owned=True
    ),
    "destruction.store_sent": page(
        "POST",
        "/destructions/{destruction}/lieux/ajouter",
        Permission.PREPARE_DESTRUCTION,
        owned=True,
        accepted=frozenset({422}),
    ),
    "destruction.attest": page(
        "GET", "/destructions/{destruction}/lieux/{store}/attester", Permission.PREPARE_DESTRUCTION, owned=True
    ),
    "destruction.attested": page(
        "POST",
        "/destructions/{destruction}/lieux/{store}/attester",
        Permission.PREPARE_DESTRUCTION,
        owned=True,
        accepted=frozenset({422}),
    ),
    "destruction.remove": page(
        "POST",
        "/destructions/{destruction}/lieux/{store}/retirer",
        Permission.PREPARE_DESTRUCTION,
        owned=True,
        accepted=frozenset({303, 404}),
    ),
    "destruction.certificate_json": page(
        "GET", "/destructions/{destruction}/attestation/1.json", Permission.READ_DESTRUCTION, owned=True
    ),
    "destruction.certificate_pdf": page(
        "GET",
        "/destructions/{destruction}/attestation/9.pdf",
        Permission.READ_DESTRUCTION,
        owned=True,
        accepted=frozenset({404}),
    ),
    "destruction.identifiers": page(
        "GET",
        "/destructions/{destruction}/identifiants/9.txt",
        Permission.READ_DESTRUCTION,
        owned=True,
        accepted=frozenset({404}),
    ),
    "destruction.verifier": page("GET", "/destructions/verify_certificate.py", Permission.READ_DESTRUCTION),
    # governance.trail
    "trail.index": page("GET", "/journal", Permission.READ_TRAIL),
    "trail.export": page("GET", "/journal/export.csv", Permission.READ_TRAIL),
    "trail.proofs": page("GET", "/journal/verifier", Permission.READ_TRAIL),
    "trail.point": page("GET", "/journal/points/{point}.json", Permission.READ_TRAIL),
    "trail.verifier": page("GET", "/journal/verifier_journal.py", Permission.READ_TRAIL),
}
