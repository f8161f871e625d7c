"""The proofs of a destruction: certificates for people and for programs, identifiers, the program that checks them."""

import json
from io import BytesIO
from pathlib import Path

from flask import send_file
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from governance.core.refusals import NotFound
from governance.destruction import certificates, papers, queries
from governance.destruction.acting.means import name_of
from governance.destruction.ledger import Ledger
from governance.destruction.pages import around, pages
from governance.destruction.tables import Destruction, DestructionCertificate
from governance.people.rules import Actor, Permission, require_somewhere
from governance.web.act import reading
from governance.web.downloads import download, signatory

VERIFIER = "verify_certificate.py"


class NoCertificate(NotFound):
    """There is no such certificate yet."""


@pages.get("/destructions/<identifier>/attestation/<int:number>.json")
def certificate_json(identifier: str, number: int) -> Response:
    """Give a certificate as programs check it."""
    with reading() as (session, by, _):
        _, made = _found(session, identifier, number, by)
        document = certificates.document(around().setup.keys, made.body, made.signature, made.stamp)
        name = f"attestation-{made.convention}-{number}.json"
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    return download(text.encode(), name)


@pages.get("/destructions/<identifier>/attestation/<int:number>.pdf")
def certificate_pdf(identifier: str, number: int) -> Response:
    """Give a certificate as people read it, signed."""
    with reading() as (session, by, _):
        _, made = _found(session, identifier, number, by)
        content = papers.certificate(around().setup.keys, made, signatory(), around().names)
        name = f"attestation-{made.convention}-{number}.pdf"
    return download(content, name)


@pages.get("/destructions/<identifier>/identifiants/<int:act>.txt")
def identifiers(identifier: str, act: int) -> Response:
    """Give the opaque identifiers that an act destroyed: what the root of the certificate is recomputed from."""
    with reading() as (session, by, _):
        row = queries.find_row(session, identifier, by)
        wanted, name = name_of(row.id, act), f"identifiants-{row.convention}-{act}.txt"
    ledger = Ledger(around().setup.ledger, around().setup.keys)
    entry = ledger.find(wanted)
    if entry is None:
        raise NoCertificate("Ce passage n'a rien inscrit.")
    lines = "".join(f"{table}\t{one}\n" for table, one in ledger.rows(entry))
    return send_file(BytesIO(lines.encode()), "text/plain", as_attachment=True, download_name=name)


@pages.get("/destructions/verify_certificate.py")
def verifier() -> Response:
    """Give the program that checks a certificate without the service."""
    with reading() as (_, by, _):
        require_somewhere(Permission.READ_DESTRUCTION, by)
        path = Path(__file__).with_name(VERIFIER)
        return send_file(path, "text/x-python", as_attachment=True, download_name=VERIFIER)


def _found(session: Session, identifier: str, number: int, by: Actor) -> tuple[Destruction, DestructionCertificate]:
    row = queries.find_row(session, identifier, by)
    made = session.get(DestructionCertificate, (row.id, number))
    if made is None:
        raise NoCertificate("Cette attestation n'existe pas.", field="certificate")
    return row, made
