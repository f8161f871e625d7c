"""Columns kept in the clear, each with its reason: any other text, JSON or bytes is sealed, or the build fails.

A column that may hold what somebody typed, or says who somebody is, is not listed: it is declared `sealed()`
(governance/core/sealing.py shows how). Foreign keys and the opaque `id` of a row need no line.
"""

from collections.abc import Mapping

CODE = "un code, d'une liste que le programme connaît"
OPAQUE = "un identifiant tiré au sort ou une empreinte : ne dit rien de personne"
PUBLIC = "un texte ou un nom publics : une convention, une personne morale"
PROOF = "une signature, un sceau ou un jeton, que l'on doit pouvoir vérifier sans clé de données"
COUNTS = "des comptes et des codes, contrôlés à l'écriture"

CLEAR: Mapping[str, Mapping[str, str]] = {
    "account_link": {"hash": OPAQUE, "purpose": CODE, "made_by": OPAQUE},
    "adopted_convention": {"code": CODE},
    "api_key": {
        "name": "le nom d'un logiciel",
        "prefix": OPAQUE,
        "hash": OPAQUE,
        "scopes": CODE,
        "former_prefix": OPAQUE,
        "former_hash": OPAQUE,
    },
    "contact": {
        "convention": CODE,
        "caisse": CODE,
        "side": CODE,
        "kind": CODE,
        "recorded_by": OPAQUE,
        "withdrawn_by": OPAQUE,
    },
    "breach": {
        "number": CODE,
        "declared_by": OPAQUE,
        "triggers": CODE,
        "zone": CODE,
        "state": CODE,
        "ended_by": OPAQUE,
    },
    "breach_concern": {"convention": CODE, "caisse": CODE, "terms": PUBLIC, "number": CODE},
    "breach_document": {"media_type": CODE, "sha256": OPAQUE, "added_by": OPAQUE},
    "breach_duty": {
        "key": CODE,
        "convention": CODE,
        "caisse": CODE,
        "what": CODE,
        "owed_by": CODE,
        "body": PUBLIC,
        "discharged_by": OPAQUE,
        "proof": CODE,
    },
    "breach_duty_change": {"by": OPAQUE},
    "breach_exchange": {"convention": CODE, "caisse": CODE, "side": CODE, "by": OPAQUE},
    "breach_ledger": {"what": CODE, "recorded_by": OPAQUE},
    "breach_rehearsal": {"breach_id": OPAQUE, "message": OPAQUE, "state": CODE, "reason": CODE},
    "breach_task": {"kind": CODE, "owner": OPAQUE, "added_by": OPAQUE, "done_by": OPAQUE},
    "failed_tries": {"subject": "l'empreinte, sous une clé du service, d'une adresse"},
    "imported_convention": {
        "code": CODE,
        "toml": PUBLIC,
        "sha256": OPAQUE,
        "imported_by": OPAQUE,
        "structure": OPAQUE,
    },
    "job_failure": {"job": CODE, "error": "une classe d'erreur et des lignes du programme, sans valeur"},
    "job_run": {"job": CODE, "result": COUNTS},
    "job_watch": {"job": CODE},
    "linked_account": {"subject": "l'empreinte d'un identifiant chez un service d'identité"},
    "mail_certificate": {
        "fingerprint": "empreinte publique du certificat, que l'on compare au téléphone",
        "registered_by": OPAQUE,
        "withdrawn_by": OPAQUE,
    },
    "outbox_attachment": {"structure": OPAQUE, "convention": CODE, "media_type": CODE},
    "outbox_content": {"structure": OPAQUE, "convention": CODE},
    "outbox_event": {"what": CODE, "answer": "la réponse du serveur, sans les adresses", "by": OPAQUE},
    "outbox_message": {
        "message_id": OPAQUE,
        "kind": CODE,
        "structure": OPAQUE,
        "convention": CODE,
        "about": OPAQUE,
        "key": CODE,
        "state": CODE,
        "token": OPAQUE,
    },
    "own_word": {"level": CODE, "by": OPAQUE},
    "passkey": {"credential_id": OPAQUE, "public_key": "une clé publique", "host": "l'adresse du service"},
    "passkey_challenge": {"hash": OPAQUE},
    "person": {"password_hash": "une empreinte Argon2id, salée"},
    "person_role": {"role": CODE},
    "recovery_code": {"hash": OPAQUE},
    "scan_receipt": {
        "by": OPAQUE,
        "convention": CODE,
        "outcome": CODE,
        "body": "le reçu, sans le texte ni les mots relevés (ADR 9)",
        "signature": PROOF,
        "idempotency": "choisi par le logiciel qui appelle : 64 lettres, chiffres et signes au plus",
    },
    "sent_request": {"content": "une empreinte avec clé de ce qui a été envoyé", "media_type": CODE},
    "structure": {"name": PUBLIC, "kind": CODE, "caisse": CODE},
    "trail_checkpoint": {"body": PROOF, "signature": PROOF, "peaks": PROOF},
    "trail_entry": {
        "actor": OPAQUE,
        "role": CODE,
        "structure": OPAQUE,
        "action": CODE,
        "subject": OPAQUE,
        "details": COUNTS,
        "salt": OPAQUE,
    },
    "trail_seal": {"leaf": PROOF, "seal": PROOF},
    "trail_stamp": {"token": PROOF},
    "trail_verification": {"reason": CODE},
    "web_session": {
        "key_hash": OPAQUE,
        "stage": CODE,
        "method": CODE,
        "agent": "un navigateur et un système, d'une liste que le programme connaît",
    },
}
