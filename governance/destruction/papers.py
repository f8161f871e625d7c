"""The papers of a destruction: the bordereau d'élimination to be signed, the certificate that people read."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from governance.core.keys import Keys
from governance.destruction import certificates, presenting, queries
from governance.destruction.stores.rules import TITLES, Kind
from governance.destruction.tables import Destruction, DestructionCertificate
from governance.destruction.words import ANSWERS, CERTIFICATES
from governance.papers.certificates import Signatory
from governance.papers.printing import pdf
from governance.papers.rules import File, Party
from governance.papers.signing import sign
from governance.people.tables import Structure

MEDIA_TYPE = "application/json"


def slip(session: Session, row: Destruction, names: Mapping[str, str], at: datetime) -> bytes:
    """Return the bordereau of a destruction, filled in (PDF); raises NoPrinter."""
    structure = session.get_one(Structure, row.structure_id)
    values = {
        "issuer": structure.name,
        "reference": queries.slip_of(session, row.id).reference,
        "parties": (Party("Service versant", structure.name, f"convention {row.convention}"),),
        "lines": presenting.slip_lines(session, row, names),
        "row": row,
    }
    return pdf("destruction/bordereau_papier.html", values, "Bordereau d'élimination d'archives publiques", at=at)


def certificate(keys: Keys, made: DestructionCertificate, by: Signatory, names: Mapping[str, str]) -> bytes:
    """Return a certificate as a signed PDF that carries the JSON to be recomputed; raises NoPrinter, NoStamp."""
    body = made.body
    document = certificates.document(keys, body, made.signature, made.stamp)
    values = {
        "issuer": body["structure"]["name"],
        "reference": f"{body['id'][:8].upper()}-{made.number}",
        "parties": (
            Party("Structure", body["structure"]["name"]),
            Party("Convention", body["convention"]["code"], body["convention"]["article"]),
        ),
        "body": body,
        "made": made,
        "kind": CERTIFICATES[made.state][0],
        "days": _days(body),
        "rows": _rows(body, names),
        "stores": [_store(one) for one in body["stores"]],
        "slip": ANSWERS.get((body["archives"] or {}).get("answer") or "", "sans réponse"),
        "digest": certificates.digest(body),
        "public_key": certificates.public_key(keys),
    }
    text = json.dumps(document, indent=1, ensure_ascii=False).encode()
    file = File("attestation.json", text, MEDIA_TYPE, "L'attestation que les pages montrent, signée")
    title = f"Attestation de destruction ({CERTIFICATES[made.state][0]})"
    return sign(pdf("destruction/attestation_papier.html", values, title, (file,), at=made.at), by, at=made.at)


def _days(body: Mapping[str, Any]) -> Mapping[str, datetime]:
    named = ("opened_at", "started_at", "destroyed_at", "issued_at")
    return {name: datetime.fromisoformat(body[name]) for name in named}


def _rows(body: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for act in body["acts"]:
        for table, count in act["tables"].items():
            before, _ = found.get(table, (0, 0))
            found[table] = (before + count["before"], count["after"])
    return [(names.get(table, table), before, after) for table, (before, after) in sorted(found.items())]


def _store(one: Mapping[str, Any]) -> tuple[str, str]:
    kind = TITLES[Kind(one["kind"])]
    if one["connected"]:
        return kind, f"vidé et relu : {one['before']} → {one['after']}"
    said = one["attested_at"]
    return kind, f"attesté le {datetime.fromisoformat(said):%d/%m/%Y}" if said else "attestation attendue"
