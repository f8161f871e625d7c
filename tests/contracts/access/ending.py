"""Who may call the routes of destruction and the trail."""

from collections.abc import Mapping

from governance.people.grants import TO_DESTROY
from governance.people.rules import Permission
from tests.contracts.access.kinds import Access, page

ACCESS: Mapping[str, Access] = {
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
