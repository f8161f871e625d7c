"""Who may call the routes of the foundations: signing in, people, accounts of machines, agenda, jobs."""

from collections.abc import Mapping

from governance.people.rules import HUMANS, Permission
from tests.contracts.access.kinds import Access, anyone, page, signed_in

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
}
