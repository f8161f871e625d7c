"""Who may call the routes of breaches."""

from collections.abc import Mapping

from governance.people.rules import Permission
from tests.contracts.access.kinds import Access, anyone, page

ACCESS: Mapping[str, Access] = {
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
}
